# Obtains the two libraries that Debian 12 does not carry in a usable version: Dear ImGui (docking) and
# ImPlot. In order: a folder given by the user, the Debian source packages from the mirror that this
# machine's apt is configured for, the upstream repositories at pinned commits.
# Archives live in the user's cache folder and are checked against their SHA-256 at every configure, so a
# second clone builds offline; what is unpacked from them lives in the build folder.

set(GROKSCOPE_IMGUI_DIR "" CACHE PATH
    "Dear ImGui source folder (docking branch, with backends/); empty: fetched and checked")
set(GROKSCOPE_IMPLOT_DIR "" CACHE PATH "ImPlot source folder; empty: fetched and checked")

if(DEFINED ENV{XDG_CACHE_HOME} AND NOT "$ENV{XDG_CACHE_HOME}" STREQUAL "")
  set(_grokscope_cache "$ENV{XDG_CACHE_HOME}/grokscope")
elseif(WIN32)
  set(_grokscope_cache "$ENV{LOCALAPPDATA}/grokscope/cache")
else()
  set(_grokscope_cache "$ENV{HOME}/.cache/grokscope")
endif()
file(TO_CMAKE_PATH "${_grokscope_cache}" _grokscope_cache)
set(GROKSCOPE_CACHE_DIR "${_grokscope_cache}" CACHE PATH
    "Folder for downloaded source archives, shared by all clones of one user")

# ImGui's core and ImPlot stand, byte for byte, in the source package of monado; the GLFW back end is
# taken from the source package of imgui.
set(GROKSCOPE_MONADO_ARCHIVE "monado_25.0.0+dfsg.orig.tar.xz")
set(GROKSCOPE_MONADO_POOL "pool/main/m/monado")
set(GROKSCOPE_MONADO_SHA256 ddfa1899078173bea3db98034dc8b990df727a169f490896570ff6e3bda72113)
set(GROKSCOPE_IMGUI_ARCHIVE "imgui_1.90.1+ds.orig.tar.xz")
set(GROKSCOPE_IMGUI_POOL "pool/main/i/imgui")
set(GROKSCOPE_IMGUI_SHA256 ecce377df0f90b292f15dcbd83d438bddc162b2388c881132bde18c787572a1c)

set(GROKSCOPE_IMGUI_GIT "https://github.com/ocornut/imgui.git")
set(GROKSCOPE_IMGUI_COMMIT 6d948ab47ecf984239af01434f3ed03808dbf188)
set(GROKSCOPE_IMPLOT_GIT "https://github.com/epezent/implot.git")
set(GROKSCOPE_IMPLOT_COMMIT f156599faefe316f7dd20fe6c783bf87c8bb6fd9)

# Fails, naming file and expected value, unless `path` has the SHA-256 `expected`. `name` is what the
# message calls the file and `remedy` ends it. A fresh download (*.part) that fails is removed.
function(_grokscope_require_sha256 path name expected remedy)
  file(SHA256 "${path}" actual)
  if(NOT actual STREQUAL expected)
    if(path MATCHES "\\.part$")
      file(REMOVE "${path}")
    endif()
    message(FATAL_ERROR
        "Checksum mismatch: ${name}\n"
        "  expected sha256 ${expected}\n"
        "  but it has      ${actual}\n"
        "${remedy}")
  endif()
endfunction()

# Sets `out` to the base addresses of the archives that apt is configured for, whatever the format of its
# source lists. Needs no rights and reads no downloaded list. Empty where there is no apt.
function(_grokscope_apt_mirrors out)
  set(${out} "" PARENT_SCOPE)
  find_program(GROKSCOPE_APT_GET apt-get)
  mark_as_advanced(GROKSCOPE_APT_GET)
  if(NOT GROKSCOPE_APT_GET)
    return()
  endif()
  execute_process(COMMAND "${GROKSCOPE_APT_GET}" --print-uris update
      OUTPUT_VARIABLE uris ERROR_QUIET RESULT_VARIABLE failed)
  if(failed)
    return()
  endif()
  string(REGEX MATCHALL "'[^'\n]+/dists/" lines "${uris}")
  list(TRANSFORM lines REPLACE "^'(.*)/dists/$" "\\1")
  list(REMOVE_DUPLICATES lines)
  set(${out} "${lines}" PARENT_SCOPE)
endfunction()

# Sets `out` to the path of the checked archive `name`, or to nothing if no configured mirror has it.
# apt itself downloads, so that its proxies, credentials and transports apply. A mismatch is fatal.
function(_grokscope_fetch_archive out name pool sha256)
  set(${out} "" PARENT_SCOPE)
  set(path "${GROKSCOPE_CACHE_DIR}/${name}")
  if(EXISTS "${path}")
    _grokscope_require_sha256("${path}" "${path}" ${sha256}
        "The file is damaged. Delete it to download it again.")
    set(${out} "${path}" PARENT_SCOPE)
    return()
  endif()

  find_program(GROKSCOPE_APT_HELPER apt-helper PATHS /usr/lib/apt NO_DEFAULT_PATH)
  mark_as_advanced(GROKSCOPE_APT_HELPER)
  if(NOT GROKSCOPE_APT_HELPER)
    return()
  endif()
  _grokscope_apt_mirrors(mirrors)
  # Downloaded under a name of its own and renamed when checked: an interrupted or concurrent configure
  # never leaves half an archive under the real name.
  string(RANDOM LENGTH 8 tag)
  set(part "${path}.${tag}.part")
  file(MAKE_DIRECTORY "${GROKSCOPE_CACHE_DIR}")
  foreach(mirror IN LISTS mirrors)
    message(STATUS "Downloading ${name} from this machine's Debian mirror")
    execute_process(
        COMMAND "${GROKSCOPE_APT_HELPER}" -q -o APT::Sandbox::User= -o Acquire::Retries=2
                -o Acquire::http::Timeout=30 download-file "${mirror}/${pool}/${name}" "${part}"
        OUTPUT_QUIET ERROR_VARIABLE reason RESULT_VARIABLE failed)
    if(NOT failed AND EXISTS "${part}")
      if(IS_SYMLINK "${part}")  # what apt does for a mirror on this disk
        file(READ_SYMLINK "${part}" target)
        file(REMOVE "${part}")
        file(COPY_FILE "${target}" "${part}")
      endif()
      _grokscope_require_sha256("${part}" "${mirror}/${pool}/${name}" ${sha256}
          "The downloaded file was deleted.")
      file(RENAME "${part}" "${path}")
      set(${out} "${path}" PARENT_SCOPE)
      return()
    endif()
    file(REMOVE "${part}" "${part}.FAILED")
    string(STRIP "${reason}" reason)
    message(STATUS "  not from ${mirror}: ${reason}")
  endforeach()
endfunction()

# Unpacks the files of `archive` that match the patterns in ARGN into `folder`, once.
function(_grokscope_unpack archive folder)
  if(EXISTS "${folder}")
    return()
  endif()
  file(REMOVE_RECURSE "${folder}.part")
  file(ARCHIVE_EXTRACT INPUT "${archive}" DESTINATION "${folder}.part" PATTERNS ${ARGN})
  file(RENAME "${folder}.part" "${folder}")
endfunction()

# Sets `out` to a folder with the files of `commit` of the repository at `url`, or to nothing if they are
# not to be had. git checks the content, since a commit's name is its hash.
function(_grokscope_fetch_commit out name url commit)
  set(${out} "" PARENT_SCOPE)
  find_package(Git QUIET)
  if(NOT Git_FOUND)
    return()
  endif()
  set(folder "${CMAKE_BINARY_DIR}/third_party/src/${name}-${commit}")
  set(repository "${GROKSCOPE_CACHE_DIR}/${name}.git")
  set(git "${GIT_EXECUTABLE}" "--git-dir=${repository}")
  if(NOT EXISTS "${folder}")
    execute_process(COMMAND ${git} cat-file -e "${commit}^{commit}" ERROR_QUIET RESULT_VARIABLE absent)
    if(absent)
      message(STATUS "Fetching ${name} at ${commit} from ${url}")
      execute_process(COMMAND "${GIT_EXECUTABLE}" init --quiet --bare "${repository}")
      execute_process(COMMAND ${git} fetch --quiet --depth 1 "${url}" "${commit}"
          RESULT_VARIABLE failed)
      if(failed)
        return()
      endif()
    endif()
    set(tar "${CMAKE_BINARY_DIR}/third_party/${name}.tar")
    file(MAKE_DIRECTORY "${CMAKE_BINARY_DIR}/third_party")
    execute_process(COMMAND ${git} archive --format=tar "--output=${tar}" "${commit}"
        COMMAND_ERROR_IS_FATAL ANY)
    _grokscope_unpack("${tar}" "${folder}")
    file(REMOVE "${tar}")
  endif()
  set(${out} "${folder}" PARENT_SCOPE)
endfunction()

# Fails with what was tried and what helps.
function(_grokscope_source_missing library variable)
  message(FATAL_ERROR
      "${library} could not be obtained: neither this machine's Debian mirror nor the upstream "
      "repository could be reached. Connect once and configure again, or copy\n"
      "  ${GROKSCOPE_MONADO_ARCHIVE}\n  ${GROKSCOPE_IMGUI_ARCHIVE}\n"
      "into ${GROKSCOPE_CACHE_DIR}, or give a source folder with -D${variable}=DIR.")
endfunction()

# Sets `core` and `backends` to the folders of imgui.cpp and of imgui_impl_*.cpp, and `origin` to one
# phrase for the configure summary.
function(grokscope_fetch_imgui core backends origin)
  if(GROKSCOPE_IMGUI_DIR)
    foreach(file imgui.h imgui.cpp backends/imgui_impl_glfw.cpp backends/imgui_impl_opengl3.cpp)
      if(NOT EXISTS "${GROKSCOPE_IMGUI_DIR}/${file}")
        message(FATAL_ERROR "GROKSCOPE_IMGUI_DIR is \"${GROKSCOPE_IMGUI_DIR}\", which has no ${file}; "
            "expected the root of a Dear ImGui source tree.")
      endif()
    endforeach()
    file(STRINGS "${GROKSCOPE_IMGUI_DIR}/imgui.h" docking REGEX "define IMGUI_HAS_DOCK")
    if(NOT docking)
      message(FATAL_ERROR "GROKSCOPE_IMGUI_DIR is \"${GROKSCOPE_IMGUI_DIR}\", which is not the docking "
          "branch of Dear ImGui; expected v1.90.8-docking or newer.")
    endif()
    set(root "${GROKSCOPE_IMGUI_DIR}")
    set(backend_root "${root}/backends")
    set(from "folder ${root}")
  else()
    _grokscope_fetch_archive(monado "${GROKSCOPE_MONADO_ARCHIVE}" "${GROKSCOPE_MONADO_POOL}"
        ${GROKSCOPE_MONADO_SHA256})
    _grokscope_fetch_archive(imgui "${GROKSCOPE_IMGUI_ARCHIVE}" "${GROKSCOPE_IMGUI_POOL}"
        ${GROKSCOPE_IMGUI_SHA256})
    if(monado AND imgui)
      string(SUBSTRING ${GROKSCOPE_MONADO_SHA256} 0 12 tag)
      set(unpacked "${CMAKE_BINARY_DIR}/third_party/src/imgui-${tag}")
      _grokscope_unpack("${monado}" "${unpacked}" "*/src/external/imgui/imgui/*")
      file(GLOB root "${unpacked}/*/src/external/imgui/imgui")
      string(SUBSTRING ${GROKSCOPE_IMGUI_SHA256} 0 12 tag)
      set(unpacked "${CMAKE_BINARY_DIR}/third_party/src/imgui-glfw-${tag}")
      _grokscope_unpack("${imgui}" "${unpacked}" "*/backends/imgui_impl_glfw.*")
      file(GLOB backend_root "${unpacked}/*/backends")
      list(APPEND backend_root "${root}/backends")
      set(from "Debian source packages")
    else()
      _grokscope_fetch_commit(root imgui "${GROKSCOPE_IMGUI_GIT}" ${GROKSCOPE_IMGUI_COMMIT})
      if(NOT root)
        _grokscope_source_missing("Dear ImGui" GROKSCOPE_IMGUI_DIR)
      endif()
      set(backend_root "${root}/backends")
      set(from "upstream ${GROKSCOPE_IMGUI_COMMIT}")
    endif()
  endif()
  set(${core} "${root}" PARENT_SCOPE)
  set(${backends} "${backend_root}" PARENT_SCOPE)
  set(${origin} "${from}" PARENT_SCOPE)
endfunction()

# Sets `folder` to the folder of implot.cpp, and `origin` to one phrase for the configure summary.
function(grokscope_fetch_implot folder origin)
  if(GROKSCOPE_IMPLOT_DIR)
    if(NOT EXISTS "${GROKSCOPE_IMPLOT_DIR}/implot.cpp")
      message(FATAL_ERROR "GROKSCOPE_IMPLOT_DIR is \"${GROKSCOPE_IMPLOT_DIR}\", which has no implot.cpp; "
          "expected the root of an ImPlot source tree.")
    endif()
    set(root "${GROKSCOPE_IMPLOT_DIR}")
    set(from "folder ${root}")
  else()
    _grokscope_fetch_archive(monado "${GROKSCOPE_MONADO_ARCHIVE}" "${GROKSCOPE_MONADO_POOL}"
        ${GROKSCOPE_MONADO_SHA256})
    if(monado)
      string(SUBSTRING ${GROKSCOPE_MONADO_SHA256} 0 12 tag)
      set(unpacked "${CMAKE_BINARY_DIR}/third_party/src/implot-${tag}")
      _grokscope_unpack("${monado}" "${unpacked}" "*/src/external/imgui/implot/*")
      file(GLOB root "${unpacked}/*/src/external/imgui/implot")
      set(from "Debian source package")
    else()
      _grokscope_fetch_commit(root implot "${GROKSCOPE_IMPLOT_GIT}" ${GROKSCOPE_IMPLOT_COMMIT})
      if(NOT root)
        _grokscope_source_missing("ImPlot" GROKSCOPE_IMPLOT_DIR)
      endif()
      set(from "upstream ${GROKSCOPE_IMPLOT_COMMIT}")
    endif()
  endif()
  set(${folder} "${root}" PARENT_SCOPE)
  set(${origin} "${from}" PARENT_SCOPE)
endfunction()
