# Embeds files into a target at build time.

# grokscope_embed(TARGET NAME FILE...)
# Gives `TARGET` a function grokscope::embedded::NAME() that returns the given files, text or binary, with
# their names and bytes; declared in the header <embedded/NAME.h>. Changing a file rebuilds the target.
# Call it in the folder of the target. Relative names are relative to that folder.
function(grokscope_embed target name)
  set(folder "${CMAKE_CURRENT_BINARY_DIR}/embedded_${name}")
  set(header "${folder}/embedded/${name}.h")
  set(source "${folder}/embedded/${name}.cpp")
  file(MAKE_DIRECTORY "${folder}/embedded")
  list(TRANSFORM ARGN REPLACE "^([^/].*)$" "${CMAKE_CURRENT_SOURCE_DIR}/\\1")
  add_custom_command(
      OUTPUT "${header}" "${source}"
      COMMAND Python3::Interpreter "${PROJECT_SOURCE_DIR}/shaders/embed.py" ${name} "${header}" "${source}" ${ARGN}
      DEPENDS "${PROJECT_SOURCE_DIR}/shaders/embed.py" ${ARGN}
      COMMENT "Embedding ${name}"
      VERBATIM)
  target_sources(${target} PRIVATE "${header}" "${source}")
  target_include_directories(${target} PRIVATE "${folder}")
endfunction()
