# Checks third_party/fetch.cmake with small archives and a mirror on this disk; no network.
# cmake -DROOT=DIR -DSCRATCH=DIR -P fetch.cmake
# Each case is a script that cmake runs on its own, because a refusal ends the script.

cmake_minimum_required(VERSION 3.25)

file(REMOVE_RECURSE "${SCRATCH}")
set(mirror "${SCRATCH}/mirror")
set(pool "pool/main/t/tiny")
file(WRITE "${mirror}/${pool}/tiny.tar" "the archive\n")
file(SHA256 "${mirror}/${pool}/tiny.tar" right)
string(REPEAT "0" 64 wrong)

# apt, with one source in each of its two formats: the first has no such file, the second has.
file(MAKE_DIRECTORY "${SCRATCH}/apt/parts" "${SCRATCH}/empty")
file(WRITE "${SCRATCH}/apt/sources.list" "deb [trusted=yes] file:${SCRATCH}/empty stable main\n")
file(WRITE "${SCRATCH}/apt/parts/disk.sources"
    "Types: deb\nURIs: file:${mirror}\nSuites: stable\nComponents: main\nTrusted: yes\n")
file(WRITE "${SCRATCH}/apt/apt.conf"
    "Dir::Etc::sourcelist \"${SCRATCH}/apt/sources.list\";\n"
    "Dir::Etc::sourceparts \"${SCRATCH}/apt/parts\";\n")
set(ENV{APT_CONFIG} "${SCRATCH}/apt/apt.conf")

# Runs `code` after fetch.cmake, with `cache` as the cache folder. Sets `status` and `output`, in which
# every run of white space is one blank, because cmake wraps its messages.
function(run_case cache code)
  file(WRITE "${SCRATCH}/case.cmake"
      "cmake_minimum_required(VERSION 3.25)\ninclude(\"${ROOT}/third_party/fetch.cmake\")\n${code}\n")
  set(ENV{XDG_CACHE_HOME} "${cache}")
  execute_process(COMMAND "${CMAKE_COMMAND}" -P "${SCRATCH}/case.cmake"
      OUTPUT_VARIABLE text ERROR_VARIABLE text RESULT_VARIABLE result)
  string(REGEX REPLACE "[ \t\n]+" " " text "${text}")
  set(status "${result}" PARENT_SCOPE)
  set(output "${text}" PARENT_SCOPE)
endfunction()

# Fails unless the last case ended as `wanted` (0, or anything else for a refusal) and said all of ARGN.
function(expect case wanted)
  if(wanted EQUAL 0 AND NOT status EQUAL 0 OR NOT wanted EQUAL 0 AND status EQUAL 0)
    message(FATAL_ERROR "fetch: ${case}: ended with status ${status}, expected ${wanted}: ${output}")
  endif()
  foreach(text IN LISTS ARGN)
    string(FIND "${output}" "${text}" position)
    if(position EQUAL -1)
      message(FATAL_ERROR "fetch: ${case}: did not say \"${text}\": ${output}")
    endif()
  endforeach()
endfunction()

set(print "message(STATUS \"got=\${path}=\")")
set(fetch_right "_grokscope_fetch_archive(path tiny.tar ${pool} ${right})\n${print}")
set(fetch_wrong "_grokscope_fetch_archive(path tiny.tar ${pool} ${wrong})\n${print}")

set(cache "${SCRATCH}/damaged")
file(WRITE "${cache}/grokscope/tiny.tar" "something else\n")
run_case("${cache}" "${fetch_right}")
expect("a damaged file in the cache" 1 "${cache}/grokscope/tiny.tar" "expected sha256 ${right}" "Delete it")

set(cache "${SCRATCH}/offline")
file(COPY_FILE "${mirror}/${pool}/tiny.tar" "${SCRATCH}/tiny.tar")
file(MAKE_DIRECTORY "${cache}/grokscope")
file(COPY_FILE "${SCRATCH}/tiny.tar" "${cache}/grokscope/tiny.tar")
run_case("${cache}" "set(GROKSCOPE_APT_GET FALSE)\nset(GROKSCOPE_APT_HELPER FALSE)\n${fetch_right}")
expect("a good file in the cache, offline" 0 "got=${cache}/grokscope/tiny.tar=")

run_case("${SCRATCH}/none" "set(GROKSCOPE_IMGUI_DIR \"${SCRATCH}\")\ngrokscope_fetch_imgui(a b c)")
expect("a folder that is not ImGui's" 1 "GROKSCOPE_IMGUI_DIR is \"${SCRATCH}\"" "has no imgui.h")
run_case("${SCRATCH}/none" "set(GROKSCOPE_IMPLOT_DIR \"${SCRATCH}\")\ngrokscope_fetch_implot(a b)")
expect("a folder that is not ImPlot's" 1 "GROKSCOPE_IMPLOT_DIR is \"${SCRATCH}\"" "has no implot.cpp")

run_case("${SCRATCH}/none" "set(GROKSCOPE_APT_GET FALSE)\nset(GROKSCOPE_APT_HELPER FALSE)\n\
set(GROKSCOPE_IMGUI_GIT \"${SCRATCH}/no-such-repository\")\nset(CMAKE_BINARY_DIR \"${SCRATCH}/build\")\n\
grokscope_fetch_imgui(a b c)")
expect("nothing reachable" 1 "could not be obtained" "monado_25.0.0+dfsg.orig.tar.xz"
    "${SCRATCH}/none/grokscope" "-DGROKSCOPE_IMGUI_DIR=DIR")

find_program(apt_helper apt-helper PATHS /usr/lib/apt NO_DEFAULT_PATH)
if(NOT apt_helper)
  message(STATUS "fetch: skipped the part that needs apt, which this system does not have")
  return()
endif()

set(cache "${SCRATCH}/fresh")
run_case("${cache}" "${fetch_right}")
expect("a download" 0 "not from file:${SCRATCH}/empty" "got=${cache}/grokscope/tiny.tar=")
file(SHA256 "${cache}/grokscope/tiny.tar" actual)
if(NOT actual STREQUAL right OR IS_SYMLINK "${cache}/grokscope/tiny.tar")
  message(FATAL_ERROR "fetch: a download: the cache holds a link or other bytes (sha256 ${actual})")
endif()

set(cache "${SCRATCH}/forged")
run_case("${cache}" "${fetch_wrong}")
expect("a download with other bytes" 1 "${mirror}/${pool}/tiny.tar" "expected sha256 ${wrong}"
    "but it has ${right}")
file(GLOB left "${cache}/grokscope/*")
if(left)
  message(FATAL_ERROR "fetch: a download with other bytes: left ${left} in the cache")
endif()

run_case("${SCRATCH}/fresh" "_grokscope_fetch_archive(path absent.tar ${pool} ${right})\n${print}")
expect("a file that no mirror has" 0 "got==")

file(REMOVE_RECURSE "${SCRATCH}")
message(STATUS "fetch: all cases passed")
