# tscollect_add_layer(NAME SOURCES file... [LINK target...])
# One static library per folder of src/, named tscollect::NAME; LINK lists the layers above it and
# the libraries it uses, so that the target graph is the picture in docs/architecture.md. Layers are
# never installed: cmake/library.cmake makes one library of them.
function(tscollect_add_layer name)
  cmake_parse_arguments(PARSE_ARGV 1 layer "" "" "SOURCES;LINK;PRIVATE_LINK")
  add_library(tscollect_${name} STATIC ${layer_SOURCES})
  add_library(tscollect::${name} ALIAS tscollect_${name})
  set_target_properties(tscollect_${name} PROPERTIES POSITION_INDEPENDENT_CODE ON
    CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
  target_compile_features(tscollect_${name} PUBLIC cxx_std_20)
  target_include_directories(tscollect_${name}
    PUBLIC ${PROJECT_SOURCE_DIR}/include ${PROJECT_BINARY_DIR}/include
    PRIVATE ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(tscollect_${name} PUBLIC ${layer_LINK}
    PRIVATE ${layer_PRIVATE_LINK} tscollect_warnings tscollect_sanitizers)
  tscollect_precompile_headers(tscollect_${name} layers)
  tscollect_join_sources(tscollect_${name})
endfunction()
