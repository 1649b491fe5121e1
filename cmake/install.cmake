# What `cmake --install` lays down: libtscollect with its headers and CMake package, the programs,
# the launchers, manual pages and examples. Components: library, development, programs.

install(TARGETS tscollect_library EXPORT tscollect-targets
        LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
          COMPONENT library NAMELINK_COMPONENT development
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development
        INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY include/tscollect TYPE INCLUDE COMPONENT development
        FILES_MATCHING PATTERN "*.hpp")
install(FILES ${PROJECT_BINARY_DIR}/include/tscollect/version.hpp
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/tscollect COMPONENT development)

set(tscollect_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/tscollect)
configure_package_config_file(cmake/tscollect-config.cmake.in
  ${PROJECT_BINARY_DIR}/package/tscollect-config.cmake INSTALL_DESTINATION ${tscollect_package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/package/tscollect-config-version.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/package/tscollect-config.cmake
              ${PROJECT_BINARY_DIR}/package/tscollect-config-version.cmake
        DESTINATION ${tscollect_package_dir} COMPONENT development)
if(NOT BUILD_SHARED_LIBS)
  install(FILES cmake/FindRE2.cmake DESTINATION ${tscollect_package_dir} COMPONENT development)
endif()
install(EXPORT tscollect-targets NAMESPACE tscollect:: DESTINATION ${tscollect_package_dir}
        COMPONENT development)
if(NOT TSCOLLECT_BUILD_PROGRAMS)
  return()
endif()

set(tscollect_programs tscollect)
if(TSCOLLECT_WITH_MPI)
  list(APPEND tscollect_programs tscollect-mpi tscollect-run)
endif()
foreach(program IN LISTS tscollect_programs)
  if(TARGET ${program})
    install(TARGETS ${program} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT programs)
  endif()
endforeach()
# What `tscollect` becomes for everything but a mark.
install(TARGETS tscollect-tool RUNTIME DESTINATION ${CMAKE_INSTALL_LIBEXECDIR}/tscollect
        COMPONENT programs)
if(TSCOLLECT_WITH_MPI)
  install(DIRECTORY launch/launchers DESTINATION ${CMAKE_INSTALL_DATADIR}/tscollect COMPONENT programs)
  install(FILES docs/man/tscollect-mpi.1 docs/man/tscollect-run.1
          DESTINATION ${CMAKE_INSTALL_MANDIR}/man1
        COMPONENT programs)
endif()
install(FILES docs/man/tscollect.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1
        COMPONENT programs)
install(FILES README.md CHANGELOG.md LICENSE TYPE DOC COMPONENT programs)
install(DIRECTORY examples TYPE DOC COMPONENT programs USE_SOURCE_PERMISSIONS PATTERN __pycache__ EXCLUDE)
