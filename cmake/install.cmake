# What `cmake --install` lays down: headers, the layer libraries, a CMake package, the programs, the
# launch scripts, manual pages and examples. The gather layer stays out: it is of use only inside
# tscollect-mpi, and without it no consumer needs MPI.

# The one target that consumers link: find_package(tscollect) and tscollect::tscollect.
add_library(tscollect_library INTERFACE)
add_library(tscollect::tscollect ALIAS tscollect_library)
set_target_properties(tscollect_library PROPERTIES EXPORT_NAME tscollect)
set(tscollect_installed_targets tscollect_library)
foreach(layer IN ITEMS base procfs table sources stream sampling block store journal)
  if(TARGET tscollect_${layer})
    target_link_libraries(tscollect_library INTERFACE tscollect_${layer})
    list(APPEND tscollect_installed_targets tscollect_${layer})
  endif()
endforeach()

install(TARGETS ${tscollect_installed_targets} EXPORT tscollect-targets
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
        INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY include/tscollect TYPE INCLUDE FILES_MATCHING PATTERN "*.hpp")
install(FILES ${PROJECT_BINARY_DIR}/include/tscollect/version.hpp
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/tscollect)

set(tscollect_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/tscollect)
configure_package_config_file(cmake/tscollect-config.cmake.in
  ${PROJECT_BINARY_DIR}/package/tscollect-config.cmake INSTALL_DESTINATION ${tscollect_package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/package/tscollect-config-version.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/package/tscollect-config.cmake
              ${PROJECT_BINARY_DIR}/package/tscollect-config-version.cmake
              cmake/FindRE2.cmake
        DESTINATION ${tscollect_package_dir})
install(EXPORT tscollect-targets NAMESPACE tscollect:: DESTINATION ${tscollect_package_dir})

set(tscollect_programs tscollect)
if(TSCOLLECT_WITH_MPI)
  list(APPEND tscollect_programs tscollect-mpi tscollect-run)
endif()
foreach(program IN LISTS tscollect_programs)
  if(TARGET ${program})
    install(TARGETS ${program} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
  endif()
endforeach()
if(TSCOLLECT_WITH_MPI)
  install(DIRECTORY launch/launchers DESTINATION ${CMAKE_INSTALL_DATADIR}/tscollect)
  install(FILES docs/man/tscollect-mpi.1 docs/man/tscollect-run.1
          DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
endif()
install(FILES docs/man/tscollect.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES README.md CHANGELOG.md LICENSE TYPE DOC)
install(DIRECTORY examples TYPE DOC USE_SOURCE_PERMISSIONS PATTERN __pycache__ EXCLUDE)
