# Run by CPack on what it has installed, before it makes packages of it: what Debian's policy asks for.
# Each package has its licences and changelog, manual pages and changelogs are compressed; modes do not depend on the umask.
if(NOT CPACK_GENERATOR STREQUAL "DEB")
  return()
endif()

function(compress file)
  execute_process(COMMAND gzip -9n ${file} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

foreach(component IN LISTS CPACK_COMPONENTS_ALL)
  string(TOUPPER ${component} upper)
  set(package ${CPACK_DEBIAN_${upper}_PACKAGE_NAME})
  set(root ${CPACK_TEMPORARY_DIRECTORY}/${component}/usr)
  set(documents ${root}/share/doc/${package})
  file(READ ${CPACK_TSCOLLECT_CHART_LICENCE} chart_licence)
  file(WRITE ${documents}/copyright
"tscollect ${CPACK_PACKAGE_VERSION}, Copyright the tscollect contributors, licensed under the Apache License 2.0:
/usr/share/common-licenses/Apache-2.0

The page that `tscollect report` writes contains dygraphs:

${chart_licence}")
  file(REMOVE ${documents}/LICENSE)
  string(TIMESTAMP date "%a, %d %b %Y %H:%M:%S +0000" UTC)
  file(WRITE ${documents}/changelog.Debian
"tscollect (${CPACK_PACKAGE_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE}) unstable; urgency=medium

  * See CHANGELOG.md in the documentation of the package tscollect.

 -- ${CPACK_PACKAGE_CONTACT}  ${date}
")
  compress(${documents}/changelog.Debian)
  set(read_by_all OWNER_READ GROUP_READ WORLD_READ)
  file(CHMOD ${documents}/copyright ${documents}/changelog.Debian.gz FILE_PERMISSIONS ${read_by_all} OWNER_WRITE)
  file(CHMOD ${root}/share ${root}/share/doc ${documents}
       DIRECTORY_PERMISSIONS ${read_by_all} OWNER_WRITE OWNER_EXECUTE GROUP_EXECUTE WORLD_EXECUTE)
  file(GLOB manuals ${root}/share/man/man1/*.1)
  foreach(manual IN LISTS manuals)
    compress(${manual})
  endforeach()
endforeach()
