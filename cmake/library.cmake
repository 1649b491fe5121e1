# libtscollect, the one library that is installed: what the layers below are compiled to, in one
# file. It is shared or static by BUILD_SHARED_LIBS. What it is built on is private to it, and of
# what is in it only include/tscollect can be seen. Programs and tests link the layers themselves.

# A layer becomes part of the library by its line here. The layers of options and programs stay out,
# and so does gather: without it no consumer needs MPI.
set(tscollect_library_layers
  base
  procfs
  table
  sources
  stream
  sampling
  block
  marks
  store
  journal
  analysis)

add_library(tscollect_library)
add_library(tscollect::tscollect ALIAS tscollect_library)
foreach(layer IN LISTS tscollect_library_layers)
  target_sources(tscollect_library PRIVATE $<TARGET_OBJECTS:tscollect_${layer}>)
endforeach()

# Before 1.0 a minor version may change what was there.
set_target_properties(tscollect_library PROPERTIES
  EXPORT_NAME tscollect
  OUTPUT_NAME tscollect
  LINKER_LANGUAGE CXX
  VERSION ${PROJECT_VERSION}
  SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
target_compile_features(tscollect_library INTERFACE cxx_std_20)
target_include_directories(tscollect_library INTERFACE
  $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
  $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/include>
  $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)

# Whoever links the shared library needs none of these; whoever links the static one needs them when
# linking (as $<LINK_ONLY>), which the package's config file finds.
foreach(dependency IN ITEMS fmt::fmt hdf5::hdf5 re2::re2 ZLIB::ZLIB Threads::Threads)
  if(BUILD_SHARED_LIBS)
    target_link_libraries(tscollect_library PRIVATE $<BUILD_INTERFACE:${dependency}>)
  else()
    target_link_libraries(tscollect_library PRIVATE ${dependency})
  endif()
endforeach()
target_link_libraries(tscollect_library PRIVATE $<BUILD_INTERFACE:tscollect_sanitizers>)
if(BUILD_SHARED_LIBS)
  # Hides what headers of the standard library and others put in, too.
  set(version_script ${PROJECT_SOURCE_DIR}/cmake/tscollect.map)
  target_link_options(tscollect_library PRIVATE -Wl,--version-script=${version_script}
                                                -Wl,--no-undefined)
  set_property(TARGET tscollect_library APPEND PROPERTY LINK_DEPENDS ${version_script})
endif()
