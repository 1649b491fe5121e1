# Ends the configuration with what is too old or missing, what is needed, and what to do. CMake itself says when it is too
# old: of CMakeLists.txt, or of the presets, which it then cannot read.
set(tscollect_least_GNU 11)
set(tscollect_least_Clang 14)

# tscollect_require_compiler(): GCC, Clang and what calls itself one of them by version, every compiler by what it compiles.
function(tscollect_require_compiler)
  set(compiler "${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION} (${CMAKE_CXX_COMPILER})")
  set(needed "tscollect needs the C++20 of GCC ${tscollect_least_GNU} or Clang ${tscollect_least_Clang}, or later.\n"
    "Name one in an empty build folder: -DCMAKE_CXX_COMPILER=g++-12. On a cluster: `module avail gcc`; on RHEL and its kin: "
    "`scl enable gcc-toolset-12 bash`.")
  string(CONCAT needed ${needed})
  if(DEFINED tscollect_least_${CMAKE_CXX_COMPILER_ID}
     AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS tscollect_least_${CMAKE_CXX_COMPILER_ID})
    message(FATAL_ERROR "The compiler is too old: ${compiler}.\n${needed}")
  endif()
  include(CheckCXXSourceCompiles)
  set(CMAKE_CXX_STANDARD 20)
  set(CMAKE_CXX_STANDARD_REQUIRED ON)
  # Clang has the C++ library of some GCC, which may be older than itself.
  check_cxx_source_compiles("
    #include <algorithm>
    #include <charconv>
    #include <chrono>
    #include <numbers>
    #include <span>
    #include <string_view>
    #include <vector>
    int main() {
      const std::chrono::year_month_day day = std::chrono::year{2026} / 1 / 2;
      std::vector<int> numbers = {3, 1, 2};
      std::ranges::sort(numbers);
      int sum = day.ok() ? 0 : 1;
      for (const int number : std::span(numbers)) sum += number;
      double value = 0;
      const std::string_view text = \"1.5\";
      std::from_chars(text.data(), text.data() + text.size(), value);
      return sum == 6 ? 0 : 1;
    }" TSCOLLECT_HAS_CXX20)
  if(NOT TSCOLLECT_HAS_CXX20)
    unset(TSCOLLECT_HAS_CXX20 CACHE)
    message(FATAL_ERROR "The compiler or its standard library is too old: ${compiler} does not compile C++20 with range algorithms, "
      "calendars and numbers from text.\n${needed}")
  endif()
endfunction()

# tscollect_require_mpi(): after find_package(MPI).
function(tscollect_require_mpi)
  if(MPI_FOUND)
    return()
  endif()
  set(needed "tscollect-mpi needs MPI 3.0 or later: Open MPI, MPICH and their relatives. Load its module, or name its compiler "
    "in an empty build folder: -DMPI_CXX_COMPILER=/path/to/mpicxx. Without MPI (-DTSCOLLECT_WITH_MPI=OFF) the tools that "
    "read runs and libtscollect are built.")
  string(CONCAT needed ${needed})
  if(MPI_CXX_VERSION)
    message(FATAL_ERROR "The MPI is too old: ${MPI_CXX_VERSION} (${MPI_CXX_COMPILER}).\n${needed}")
  endif()
  message(FATAL_ERROR "No MPI was found that works with ${CMAKE_CXX_COMPILER}.\n${needed}")
endfunction()

# tscollect_require_hdf5(): after find_package(HDF5). A parallel one gets its MPI.
function(tscollect_require_hdf5)
  set(needed "tscollect needs HDF5 1.10 or later, serial or parallel, with zlib. Load its module, or name its folder in an "
    "empty build folder: -DHDF5_ROOT=/path/to/hdf5.")
  string(CONCAT needed ${needed})
  if(NOT HDF5_FOUND AND HDF5_VERSION)
    message(FATAL_ERROR "The HDF5 is too old: ${HDF5_VERSION} (${HDF5_INCLUDE_DIRS}).\n${needed}")
  elseif(NOT HDF5_FOUND)
    message(FATAL_ERROR "No HDF5 was found, or not its headers.\n${needed}")
  endif()
  include(CheckCXXSymbolExists)
  set(CMAKE_REQUIRED_LIBRARIES hdf5::hdf5)
  set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)  # the headers alone are asked
  # HDF5 2.0 is built without zlib unless asked for it.
  check_cxx_symbol_exists(H5_HAVE_FILTER_DEFLATE H5pubconf.h TSCOLLECT_HDF5_HAS_ZLIB)
  if(NOT TSCOLLECT_HDF5_HAS_ZLIB)
    unset(TSCOLLECT_HDF5_HAS_ZLIB CACHE)  # looked at again when another one is named
    message(FATAL_ERROR "The HDF5 cannot compress, as it was built without zlib: ${HDF5_VERSION} (${HDF5_INCLUDE_DIRS}).\n"
      "${needed}")
  endif()
  # The headers of a parallel one include mpi.h, which CMake does not look for.
  check_cxx_symbol_exists(H5_HAVE_PARALLEL H5pubconf.h TSCOLLECT_HDF5_IS_PARALLEL)
  if(TSCOLLECT_HDF5_IS_PARALLEL)
    unset(CMAKE_TRY_COMPILE_TARGET_TYPE)
    find_package(MPI COMPONENTS CXX)
    if(NOT MPI_CXX_FOUND)
      message(FATAL_ERROR "The HDF5 is a parallel one, and its MPI was not found: ${HDF5_VERSION} (${HDF5_INCLUDE_DIRS}).\n"
        "Load the module of that MPI, or name its compiler in an empty build folder: -DMPI_CXX_COMPILER=/path/to/mpicxx; or "
        "name a serial HDF5: -DHDF5_ROOT=/path/to/hdf5.")
    endif()
    target_link_libraries(hdf5::hdf5 INTERFACE MPI::MPI_CXX)
  endif()
endfunction()
