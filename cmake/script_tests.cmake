set(TSCOLLECT_PYTHON /usr/bin/python3 CACHE FILEPATH
    "Python that runs the tests written in it; h5py, numpy, xarray and matplotlib live there")

# tscollect_add_python_test(folder/subject_test.py)
# One ctest test per file of unittest, run from the build folder. It finds the sources and what was
# built through TSCOLLECT_SOURCE_DIR and TSCOLLECT_BUILD_DIR, and can import tests/cluster. With
# status 77 it says that it cannot run here. Options of this machine's site do not count. LOCK: tests of one lock do not run at the same time.
# ALONE: nothing runs at the same time. Long ones (by their TIMEOUT, and those that wait for a lock)
# begin first, so that short ones fill the time that is left.
function(tscollect_add_python_test source)
  cmake_parse_arguments(PARSE_ARGV 1 test "ALONE" "TIMEOUT;LOCK" "")
  if(NOT test_TIMEOUT)
    set(test_TIMEOUT 120)
  endif()
  set(sanitized)
  if(TSCOLLECT_SANITIZE)
    math(EXPR test_TIMEOUT "3 * ${test_TIMEOUT}")
  endif()
  if(TSCOLLECT_SANITIZE MATCHES address)
    # The C++ tests look for leaks (preset asan). For that each allocation notes its whole stack, which
    # makes the programs several times as slow.
    set(sanitized ";ASAN_OPTIONS=strict_string_checks=1:detect_stack_use_after_return=1:check_initialization_order=1:detect_leaks=0:verify_asan_link_order=0:intercept_tls_get_addr=0")
  endif()
  string(REGEX REPLACE "\\.py$" "" name "${source}")
  string(REPLACE "/" "_" name "${name}")
  add_test(NAME ${name}
    COMMAND ${TSCOLLECT_PYTHON} -B ${CMAKE_CURRENT_SOURCE_DIR}/${source}
    WORKING_DIRECTORY ${PROJECT_BINARY_DIR})
  set_tests_properties(${name} PROPERTIES TIMEOUT ${test_TIMEOUT} SKIP_RETURN_CODE 77 ENVIRONMENT
    "PYTHONPATH=${PROJECT_SOURCE_DIR}/tests/cluster;TSCOLLECT_SOURCE_DIR=${PROJECT_SOURCE_DIR};TSCOLLECT_BUILD_DIR=${PROJECT_BINARY_DIR};TSCOLLECT_VERSION=${PROJECT_VERSION};TSCOLLECT_SANITIZE=${TSCOLLECT_SANITIZE};TSCOLLECT_MPIEXEC=${MPIEXEC_EXECUTABLE};TSCOLLECT_SITE_CONFIG=/dev/null${sanitized}")
  if(test_LOCK)
    set_tests_properties(${name} PROPERTIES RESOURCE_LOCK ${test_LOCK})
  endif()
  set(cost ${test_TIMEOUT})
  if(test_LOCK)
    math(EXPR cost "10 * ${test_TIMEOUT}")
  endif()
  set_tests_properties(${name} PROPERTIES RUN_SERIAL ${test_ALONE} COST ${cost})
  set_property(GLOBAL APPEND PROPERTY tscollect_registered_tests ${source})
endfunction()

# tscollect_add_header_tests(NAME FROM folder LINK target... [EXCLUDE regex])
# Every header below the folder is compiled alone, twice in one file, into an object library. One whose
# source file stands beside it is compiled there: the source includes it first (layering_test.py).
function(tscollect_add_header_tests name)
  cmake_parse_arguments(PARSE_ARGV 1 test "" "FROM;EXCLUDE" "LINK")
  file(GLOB_RECURSE headers RELATIVE ${test_FROM} CONFIGURE_DEPENDS ${test_FROM}/*.hpp)
  set(sources)
  foreach(header IN LISTS headers)
    if(test_EXCLUDE AND header MATCHES "${test_EXCLUDE}")
      continue()
    endif()
    string(REGEX REPLACE "\\.hpp$" ".cpp" twin "${test_FROM}/${header}")
    if(EXISTS ${twin})
      continue()
    endif()
    string(MAKE_C_IDENTIFIER ${header} stem)
    set(source ${CMAKE_CURRENT_BINARY_DIR}/${name}/${stem}.cpp)
    file(CONFIGURE OUTPUT ${source} CONTENT "#include <${header}>\n#include <${header}>\n")
    list(APPEND sources ${source})
  endforeach()
  add_library(${name} OBJECT ${sources})
  target_include_directories(${name} PRIVATE ${test_FROM})
  set_target_properties(${name} PROPERTIES CXX_CLANG_TIDY "")
  target_link_libraries(${name} PRIVATE ${test_LINK} tscollect_warnings tscollect_sanitizers)
endfunction()
