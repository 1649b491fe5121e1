# Debian packages and a release's archive, by CPack:
#
#   cmake --preset release -DBUILD_SHARED_LIBS=ON -DCMAKE_INSTALL_PREFIX=/usr && cmake --build --preset release
#   cd build/release && cpack -G DEB                             tscollect, libtscollect0.1, libtscollect-dev
#   cpack --config CPackSourceConfig.cmake -G TGZ                tscollect-0.1.0.tar.gz
#
# `tscollect report` has its chart library within the program. tests/packages/run builds, checks and installs them.
set(CPACK_PACKAGE_NAME tscollect)
set(CPACK_PACKAGE_VENDOR "the tscollect contributors")
set(TSCOLLECT_PACKAGE_MAINTAINER "tscollect contributors <maintainers@tscollect.invalid>" CACHE STRING
    "Maintainer of the Debian packages: a site that makes them has an address of its own")
set(CPACK_PACKAGE_CONTACT "${TSCOLLECT_PACKAGE_MAINTAINER}")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL programs library development)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
# Packages of two releases in one archive have to have two versions, the older release's the lower one.
cmake_host_system_information(RESULT tscollect_system QUERY DISTRIB_INFO)
set(TSCOLLECT_PACKAGE_RELEASE "1~${tscollect_system_ID}${tscollect_system_VERSION_ID}" CACHE STRING
    "Behind the version of the Debian packages: the packaging's own number and the system that they fit")
string(REPLACE "~debian" "~deb" CPACK_DEBIAN_PACKAGE_RELEASE "${TSCOLLECT_PACKAGE_RELEASE}")
set(CPACK_DEBIAN_ENABLE_COMPONENT_DEPENDS OFF)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_PRE_BUILD_SCRIPTS ${PROJECT_SOURCE_DIR}/cmake/debian_files.cmake)
set(CPACK_TSCOLLECT_CHART_LICENCE ${PROJECT_SOURCE_DIR}/src/tool/report/page/dygraphs-licence.txt)

set(soversion ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
set(library libtscollect${soversion})
set(CPACK_DEBIAN_PROGRAMS_PACKAGE_NAME tscollect)
# `tscollect report --open` asks for the user's browser.
set(CPACK_DEBIAN_PROGRAMS_PACKAGE_DEPENDS "sensible-utils")
set(CPACK_DEBIAN_PROGRAMS_PACKAGE_RECOMMENDS "openmpi-bin")
set(CPACK_DEBIAN_PROGRAMS_PACKAGE_SUGGESTS "python3-h5py, python3-xarray, python3-matplotlib")
set(CPACK_COMPONENT_PROGRAMS_DESCRIPTION
"tscollect-run starts a collector on each node of a job beside a benchmark;
tscollect-mpi samples disk, network, memory and load on all of them at the
same times and writes one HDF5 file; tscollect shows, compares and converts
such files.")
set(CPACK_DEBIAN_LIBRARY_PACKAGE_NAME ${library})
set(CPACK_DEBIAN_LIBRARY_PACKAGE_SECTION libs)
set(CPACK_COMPONENT_LIBRARY_DESCRIPTION
"libtscollect samples a host, and reads and writes the files of tscollect.
This package has the shared library.")
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libtscollect-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS "${library} (= ${PROJECT_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE})")
set(CPACK_COMPONENT_DEVELOPMENT_DESCRIPTION
"libtscollect samples a host, and reads and writes the files of tscollect.
This package has its headers and its CMake package.")
if(BUILD_SHARED_LIBS)
  set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
  file(WRITE ${PROJECT_BINARY_DIR}/package/triggers "activate-noawait ldconfig\n")
  set(CPACK_DEBIAN_LIBRARY_PACKAGE_CONTROL_EXTRA ${PROJECT_BINARY_DIR}/package/triggers)
else()
  list(REMOVE_ITEM CPACK_COMPONENTS_ALL library)
  set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS
      "libhdf5-dev, libfmt-dev, nlohmann-json3-dev, libre2-dev, zlib1g-dev")
endif()

set(CPACK_SOURCE_GENERATOR TGZ)
set(CPACK_SOURCE_PACKAGE_FILE_NAME tscollect-${PROJECT_VERSION})
set(CPACK_SOURCE_IGNORE_FILES "/build/" "/out/" "/[.]git($|/)" "/[.]cache/" "__pycache__" "[.]swp$" "~$")
include(CPack)
