# Warnings travel with an interface target that is never installed.
add_library(tscollect_warnings INTERFACE)
target_compile_options(tscollect_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion
  $<$<BOOL:${TSCOLLECT_WARNINGS_AS_ERRORS}>:-Werror>)
