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

if(TSCOLLECT_BUILD_FUZZERS)
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    message(FATAL_ERROR "TSCOLLECT_BUILD_FUZZERS needs Clang: -DCMAKE_CXX_COMPILER=clang++")
  endif()
  set(fuzzer_options -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all)
  target_compile_options(tscollect_sanitizers INTERFACE ${fuzzer_options})
  target_link_options(tscollect_sanitizers INTERFACE ${fuzzer_options})
endif()
