# Checks what is committed: no path or host name of one machine, no large or third-party file, run bits in
# place. cmake -DROOT=DIR -P repository.cmake

cmake_minimum_required(VERSION 3.25)

find_program(git git)
if(NOT git OR NOT EXISTS "${ROOT}/.git")
  message(STATUS "repository: skipped, ${ROOT} is not a git clone")
  return()
endif()

set(problems "")

# Appends to `problems` what the committed text has that matches the extended regular expression `pattern`.
function(refuse pattern what)
  execute_process(COMMAND "${git}" -C "${ROOT}" grep -nIE "${pattern}"
      OUTPUT_VARIABLE lines RESULT_VARIABLE status ERROR_VARIABLE error)
  if(status EQUAL 0)
    set(problems "${problems}\n${what}:\n${lines}" PARENT_SCOPE)
  elseif(NOT status EQUAL 1)  # 1: no match
    message(FATAL_ERROR "repository: git grep failed: ${error}")
  endif()
endfunction()

# The brackets keep these lines from matching themselves.
refuse("/(hom[e]|roo[t]|wor[k]|User[s]|mn[t])/[a-zA-Z]" "a path of one machine is committed")
refuse("(deb|security|snapshot|archive|registry)[.](debia[n]|ubunt[u]|npmj[s])[.](org|com)"
       "a package mirror's host name is committed")

execute_process(COMMAND "${git}" -C "${ROOT}" ls-files OUTPUT_VARIABLE files COMMAND_ERROR_IS_FATAL ANY)
string(STRIP "${files}" files)
string(REPLACE "\n" ";" files "${files}")
list(LENGTH files count)
if(count LESS 20)
  message(FATAL_ERROR "repository: git lists only ${count} files; the check would prove nothing")
endif()
foreach(file IN LISTS files)
  if(NOT EXISTS "${ROOT}/${file}")
    continue()  # deleted and not yet committed
  endif()
  file(SIZE "${ROOT}/${file}" size)
  if(size GREATER 400000)
    string(APPEND problems "\n${file} has ${size} bytes; expected at most 400000")
  endif()
  if(file MATCHES "[.](ttf|otf|so|a|o|tar|xz|gz|zip)$" OR file MATCHES "(^|/)(imgui|implot|stb_[a-z_]*)[.](h|cpp)$")
    string(APPEND problems "\n${file} looks like third-party or built material")
  endif()
endforeach()

foreach(script run test .ci/run)
  execute_process(COMMAND "${git}" -C "${ROOT}" ls-files --stage -- ${script} OUTPUT_VARIABLE entry)
  if(NOT entry MATCHES "^100755 ")
    string(APPEND problems "\n${script} is not committed with its run bit")
  endif()
endforeach()

if(problems)
  message(FATAL_ERROR "repository:${problems}")
endif()
message(STATUS "repository: ${count} committed files are in order")
