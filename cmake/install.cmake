# What `cmake --install` lays down: libtscollect with its headers and CMake package, the programs,
# the launchers, manual pages, documentation, completion, a module file and examples. Components: library,
# development, programs, module.

option(TSCOLLECT_STRIP "Install programs and libraries without symbols; those in the build folder keep them" ON)
if(TSCOLLECT_STRIP AND NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
  install(CODE "set(CMAKE_INSTALL_DO_STRIP 1)" ALL_COMPONENTS)
  if(NOT BUILD_SHARED_LIBS)
    # What CMake strips are programs and shared libraries.
    set(archive ${CMAKE_INSTALL_LIBDIR}/${CMAKE_STATIC_LIBRARY_PREFIX}tscollect${CMAKE_STATIC_LIBRARY_SUFFIX})
    set(strip_archive "execute_process(COMMAND ${CMAKE_STRIP} --strip-debug
  \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${archive}\")")
  endif()
endif()

install(TARGETS tscollect_library EXPORT tscollect-targets
        LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
          COMPONENT library NAMELINK_COMPONENT development
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development
        INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
if(strip_archive)
  install(CODE "${strip_archive}" COMPONENT development)
endif()
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
include(cmake/installed_docs.cmake)
tscollect_add_installed_docs(${PROJECT_BINARY_DIR}/docs)
install(DIRECTORY ${PROJECT_BINARY_DIR}/docs/ TYPE DOC COMPONENT programs FILES_MATCHING PATTERN "*.md")
install(FILES LICENSE TYPE DOC COMPONENT programs)
install(DIRECTORY docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR}/docs COMPONENT programs
        FILES_MATCHING PATTERN "*.png" PATTERN "*.json" PATTERN man EXCLUDE)
# With modes of their own, not those that a umask gave the sources.
file(GLOB examples CONFIGURE_DEPENDS examples/*.*)
foreach(example IN LISTS examples)
  execute_process(COMMAND test -x ${example} RESULT_VARIABLE not_executable)
  if(not_executable)
    install(FILES ${example} DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples COMPONENT programs)
  else()
    install(PROGRAMS ${example} DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples COMPONENT programs)
  endif()
endforeach()
# bash looks for a file of the program's name.
set(completions ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
foreach(program IN LISTS tscollect_programs)
  install(FILES launch/completion/tscollect DESTINATION ${completions} RENAME ${program}
          COMPONENT programs)
endforeach()
# The prefix is known when it is installed.
install(CODE "set(CMAKE_INSTALL_BINDIR ${CMAKE_INSTALL_BINDIR})
  set(CMAKE_INSTALL_LIBDIR ${CMAKE_INSTALL_LIBDIR})
  set(CMAKE_INSTALL_MANDIR ${CMAKE_INSTALL_MANDIR})
  set(CMAKE_INSTALL_DOCDIR ${CMAKE_INSTALL_DOCDIR})
  set(PROJECT_VERSION ${PROJECT_VERSION})
  configure_file(${PROJECT_SOURCE_DIR}/launch/module/tscollect.in ${PROJECT_BINARY_DIR}/module/${PROJECT_VERSION} @ONLY)"
  COMPONENT module)
install(FILES ${PROJECT_BINARY_DIR}/module/${PROJECT_VERSION}
        DESTINATION ${CMAKE_INSTALL_DATADIR}/modulefiles/tscollect COMPONENT module)
