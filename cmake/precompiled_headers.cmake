# tscollect_precompile_headers(TARGET GROUP)
# With TSCOLLECT_PRECOMPILE_HEADERS, what most files include is compiled once for each GROUP of targets
# that are compiled alike: layers (as parts of a shared library), programs, tests. A third of the time
# of a build from scratch. Off by default: a file that forgets an include would not be noticed, and
# compiler caches do not share what is built in different folders.
set(tscollect_precompiled_headers
  <algorithm> <array> <chrono> <cstdint> <filesystem> <fstream> <functional> <map> <memory> <mutex>
  <optional> <set> <span> <sstream> <stdexcept> <string> <string_view> <thread> <unordered_map>
  <utility> <vector> <fmt/format.h> <fmt/ranges.h>)

function(tscollect_precompile_headers target group)
  if(NOT TSCOLLECT_PRECOMPILE_HEADERS)
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
