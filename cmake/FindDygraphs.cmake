# dygraphs, the chart library that pages of `tscollect report` carry with them: Debian's libjs-dygraphs,
# or the `dist` folder of the package from elsewhere, named by Dygraphs_ROOT.
#
# Dygraphs_FOUND, Dygraphs_SCRIPT, Dygraphs_SYNCHRONIZER, Dygraphs_STYLE: the files.

set(dygraphs_suffixes share/javascript/dygraphs dygraphs dist)
find_file(Dygraphs_SCRIPT dygraph.min.js PATH_SUFFIXES ${dygraphs_suffixes})
find_file(Dygraphs_STYLE dygraph.min.css PATH_SUFFIXES ${dygraphs_suffixes})
set(dygraphs_extras ${dygraphs_suffixes})
list(TRANSFORM dygraphs_extras APPEND /extras)
find_file(Dygraphs_SYNCHRONIZER synchronizer.js PATH_SUFFIXES ${dygraphs_extras} extras)
mark_as_advanced(Dygraphs_SCRIPT Dygraphs_STYLE Dygraphs_SYNCHRONIZER)

if(Dygraphs_SCRIPT)
  file(READ ${Dygraphs_SCRIPT} dygraphs_head LIMIT 200)
  if(dygraphs_head MATCHES "/v([0-9.]+)/")
    set(Dygraphs_VERSION ${CMAKE_MATCH_1})
  endif()
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Dygraphs
  REQUIRED_VARS Dygraphs_SCRIPT Dygraphs_STYLE Dygraphs_SYNCHRONIZER VERSION_VAR Dygraphs_VERSION)
