# tscollect_add_test(folder/subject_test.cpp [LINK target...])
# One GoogleTest program per file, named after it; each of its tests becomes a ctest test.
function(tscollect_add_test source)
  cmake_parse_arguments(PARSE_ARGV 1 test "" "" "LINK")
  string(REGEX REPLACE "\\.cpp$" "" name "${source}")
  string(REPLACE "/" "_" name "${name}")
  add_executable(${name} ${source})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR}/tests)
  target_compile_definitions(${name} PRIVATE
    TSCOLLECT_FIXTURES="${PROJECT_SOURCE_DIR}/tests/fixtures")
  target_link_libraries(${name} PRIVATE ${test_LINK} GTest::gtest_main tscollect_warnings
                                        tscollect_sanitizers)
  tscollect_precompile_headers(${name} tests)
  set(limit 120)
  if(TSCOLLECT_SANITIZE)
    set(limit 900)  # which makes some many times slower
  endif()
  gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT ${limit})
  set_property(GLOBAL APPEND PROPERTY tscollect_registered_tests ${source})
endfunction()

# tscollect_add_mpi_test(folder/subject_test.cpp RANKS n... [LINK target...])
# One GoogleTest program that runs under the launcher on each of these numbers of ranks; one ctest
# test for each, named <folder>_<subject>_on_<n>.
function(tscollect_add_mpi_test source)
  cmake_parse_arguments(PARSE_ARGV 1 test "" "" "RANKS;LINK")
  string(REGEX REPLACE "_test\\.cpp$" "" name "${source}")
  string(REPLACE "/" "_" name "${name}")
  add_executable(${name}_test ${source} support/mpi_main.cpp)
  target_include_directories(${name}_test PRIVATE ${PROJECT_SOURCE_DIR}/src
                                                  ${PROJECT_SOURCE_DIR}/tests)
  target_link_libraries(${name}_test PRIVATE ${test_LINK} tscollect::gather fmt::fmt GTest::gtest
                                             tscollect_warnings tscollect_sanitizers)
  tscollect_precompile_headers(${name}_test tests)
  foreach(ranks IN LISTS test_RANKS)
    add_test(NAME ${name}_on_${ranks}
      COMMAND ${MPIEXEC_EXECUTABLE} ${MPIEXEC_NUMPROC_FLAG} ${ranks} $<TARGET_FILE:${name}_test>)
    set_tests_properties(${name}_on_${ranks} PROPERTIES TIMEOUT 120 PROCESSORS 2 ENVIRONMENT
      "OMPI_ALLOW_RUN_AS_ROOT=1;OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1;OMPI_MCA_rmaps_base_oversubscribe=1;PRTE_MCA_rmaps_default_mapping_policy=:oversubscribe;OMPI_MCA_hwloc_base_binding_policy=none;OMPI_MCA_btl_vader_single_copy_mechanism=none")
  endforeach()
  set_property(GLOBAL APPEND PROPERTY tscollect_registered_tests ${source})
endfunction()

# tscollect_add_test_program(folder/subject.cpp [LINK target...])
# A program that tests in other languages run, as <build>/tests/folder_subject.
function(tscollect_add_test_program source)
  cmake_parse_arguments(PARSE_ARGV 1 program "" "" "LINK")
  string(REGEX REPLACE "\\.cpp$" "" name "${source}")
  string(REPLACE "/" "_" name "${name}")
  add_executable(${name} ${source})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR}/tests)
  target_link_libraries(${name} PRIVATE ${program_LINK} tscollect_warnings tscollect_sanitizers)
  tscollect_precompile_headers(${name} programs)
endfunction()

# A test file that nobody registered would never run, so it fails the configuration. The glob only
# checks; it never builds.
function(tscollect_check_tests_are_registered)
  file(GLOB_RECURSE found RELATIVE ${CMAKE_CURRENT_SOURCE_DIR} CONFIGURE_DEPENDS
       *_test.cpp *_test.py)
  get_property(registered GLOBAL PROPERTY tscollect_registered_tests)
  if(NOT TSCOLLECT_WITH_MPI)
    list(FILTER found EXCLUDE REGEX "^(mpi|gather|cluster)/")
  endif()
  foreach(source IN LISTS found)
    if(NOT source IN_LIST registered)
      message(FATAL_ERROR "tests/${source} is not registered in tests/CMakeLists.txt")
    endif()
  endforeach()
endfunction()
