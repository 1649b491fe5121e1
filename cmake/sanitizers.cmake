# Sanitizers change the ABI of what they see, so every target of a build gets the same ones.
add_library(tscollect_sanitizers INTERFACE)
if(TSCOLLECT_SANITIZE)
  target_compile_options(tscollect_sanitizers INTERFACE
    -fsanitize=${TSCOLLECT_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(tscollect_sanitizers INTERFACE -fsanitize=${TSCOLLECT_SANITIZE})
  if(TSCOLLECT_SANITIZE MATCHES "address")
    target_compile_definitions(tscollect_sanitizers INTERFACE _GLIBCXX_DEBUG)
  endif()
endif()
