# TSCOLLECT_QUICK_BUILD saves time when everything is built from scratch. Common headers are precompiled, the sources of a
# layer are compiled several at once, mold links if it is there, and there is no debug information, unless for reports
# of sanitizers and fuzzers.
# Off by default: a file that forgets an include would not be noticed, and compiler caches do not share
# what is built in different folders.
if(TSCOLLECT_QUICK_BUILD AND NOT TSCOLLECT_SANITIZE AND NOT TSCOLLECT_BUILD_FUZZERS)
  add_compile_options(-g0)
  # Some 160 programs of tests are linked.
  find_program(TSCOLLECT_MOLD mold)
  if(TSCOLLECT_MOLD AND CMAKE_CXX_COMPILER_ID STREQUAL GNU AND CMAKE_CXX_COMPILER_VERSION VERSION_GREATER_EQUAL 12.1)
    add_link_options(-fuse-ld=mold)
  endif()
endif()

# tscollect_precompile_headers(TARGET GROUP)
# GROUP: targets that are compiled alike: layers (as parts of a shared library), programs, tests.
set(tscollect_precompiled_headers
  <algorithm> <array> <chrono> <cstdint> <filesystem> <fstream> <functional> <map> <memory> <mutex>
  <optional> <set> <span> <sstream> <stdexcept> <string> <string_view> <thread> <unordered_map>
  <utility> <vector> <fmt/format.h> <fmt/ranges.h>)

function(tscollect_precompile_headers target group)
  if(NOT TSCOLLECT_QUICK_BUILD OR CMAKE_CXX_CLANG_TIDY)  # which cannot read GCC's precompiled headers
    return()
  endif()
  set(carrier tscollect_precompiled_${group})
  if(NOT TARGET ${carrier})
    file(WRITE ${PROJECT_BINARY_DIR}/${carrier}.cpp "")
    add_library(${carrier} OBJECT ${PROJECT_BINARY_DIR}/${carrier}.cpp)
    target_compile_features(${carrier} PRIVATE cxx_std_20)
    target_link_libraries(${carrier} PRIVATE fmt::fmt tscollect_warnings tscollect_sanitizers)
    target_precompile_headers(${carrier} PRIVATE ${tscollect_precompiled_headers})
    if(group STREQUAL "layers")
      set_target_properties(${carrier} PROPERTIES POSITION_INDEPENDENT_CODE ON
        CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
    elseif(group STREQUAL "tests")
      target_link_libraries(${carrier} PRIVATE GTest::gtest)
      target_precompile_headers(${carrier} PRIVATE <gtest/gtest.h>)
    endif()
  endif()
  target_link_libraries(${target} PRIVATE fmt::fmt)  # whose definitions have to be the same
  target_precompile_headers(${target} REUSE_FROM ${carrier})
endfunction()

# tscollect_join_sources(TARGET)
# Compiles the sources of a layer several at once (a unity build). A file is compiled alone if its unnamed
# namespace has a name that another file of the layer has, too: the folders and endings here.
set(tscollect_sources_alone "/(findings|quantities|sources)/[^/]*$|_command\\.cpp$")

# Two warnings are wrong there: of a class that uses names of an unnamed namespace, and of a local name that
# another file's unnamed namespace has, too. A plain build warns where it matters.
add_library(tscollect_joined_warnings INTERFACE)
target_compile_options(tscollect_joined_warnings INTERFACE
  $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage> -Wno-shadow)  # Clang has no such warning

function(tscollect_join_sources target)
  if(NOT TSCOLLECT_QUICK_BUILD)
    return()
  endif()
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 6)
  target_link_libraries(${target} PRIVATE tscollect_joined_warnings)
  get_target_property(sources ${target} SOURCES)
  get_target_property(folder ${target} SOURCE_DIR)
  foreach(source IN LISTS sources)
    cmake_path(ABSOLUTE_PATH source BASE_DIRECTORY ${folder})
    if(source MATCHES "${tscollect_sources_alone}")
      set_source_files_properties(${source} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
    endif()
  endforeach()
endfunction()
