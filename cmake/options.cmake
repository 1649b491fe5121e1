option(TSCOLLECT_WITH_MPI "Build tscollect-mpi, the collector that runs on every node of a job" ON)
option(TSCOLLECT_BUILD_TESTS "Build the tests" ON)
option(TSCOLLECT_BUILD_BENCHMARKS "Build the benchmarks (needs Google Benchmark)" OFF)
option(TSCOLLECT_WARNINGS_AS_ERRORS "Treat compiler warnings as errors" OFF)
set(TSCOLLECT_SANITIZE "" CACHE STRING "Sanitizers to build with: address,undefined or thread")

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "Build type" FORCE)
endif()
