# tscollect_add_installed_docs(folder)
# Puts README.md, CHANGELOG.md and the Markdown of docs/ into `folder` as they are to be installed, in
# <docdir>: links to the launchers lead to where these are installed; links to what is not installed
# become plain text. tests/package/installed_files_test.py follows every link that is left.
function(tscollect_add_installed_docs folder)
  file(RELATIVE_PATH launchers ${CMAKE_INSTALL_FULL_DOCDIR}/docs
       ${CMAKE_INSTALL_FULL_DATADIR}/tscollect/launchers)
  file(GLOB documents RELATIVE ${PROJECT_SOURCE_DIR} CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/docs/*.md)
  foreach(document IN ITEMS README.md CHANGELOG.md LISTS documents)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${document})
    # As bytes: CMake's lists would take its brackets and semicolons for their own.
    file(READ ${PROJECT_SOURCE_DIR}/${document} text)
    string(REGEX REPLACE "\\[([^]\n]*)\\]\\((docs/man/[^)]*|CONTRIBUTING.md|\\.\\./tests/[^)]*)\\)" "\\1" text "${text}")
    string(REGEX REPLACE "\\]\\(\\.\\./launch/launchers" "](${launchers}" text "${text}")
    file(WRITE ${folder}/${document} "${text}")
  endforeach()
endfunction()
