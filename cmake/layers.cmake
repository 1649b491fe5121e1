# tscollect_add_layer(NAME SOURCES file... [LINK target...])
# One static library per folder of src/, named tscollect::NAME; LINK lists the layers above it and
# the libraries it uses, so that the target graph is the picture in docs/architecture.md.
function(tscollect_add_layer name)
  cmake_parse_arguments(PARSE_ARGV 1 layer "" "" "SOURCES;LINK;PRIVATE_LINK")
  add_library(tscollect_${name} STATIC ${layer_SOURCES})
  add_library(tscollect::${name} ALIAS tscollect_${name})
  set_target_properties(tscollect_${name} PROPERTIES EXPORT_NAME ${name} POSITION_INDEPENDENT_CODE ON)
  target_compile_features(tscollect_${name} PUBLIC cxx_std_20)
  target_include_directories(tscollect_${name}
    PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
           $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/include>
           $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>
    PRIVATE ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(tscollect_${name} PUBLIC ${layer_LINK}
    PRIVATE ${layer_PRIVATE_LINK} $<BUILD_INTERFACE:tscollect_warnings>
            $<BUILD_INTERFACE:tscollect_sanitizers>)
endfunction()
