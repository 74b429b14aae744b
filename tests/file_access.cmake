# Greps the sources for files that are opened other than by SQLite. Closing any descriptor of a notebook drops
# all locks that SQLite holds on it for this process (POSIX), and other programs then write over its log. So
# whatever opens files is listed here, with the files that it opens: never one that may be a notebook in use.
# cmake -DROOT=DIR -DSCRATCH=DIR -P file_access.cmake

cmake_minimum_required(VERSION 3.25)

# Source | what it opens.
set(allowed
    [=[app/bench/benchmarks.cpp|/proc/self/status]=]
    [=[app/bench/other_work.cpp|/proc/stat]=]
    [=[app/bench/window_benchmarks.cpp|the log of a window that it started, in a folder of its own]=]
    [=[app/child_process.cpp|/proc of a child, the child's output]=]
    [=[app/host_facts.cpp|/proc/cpuinfo]=]
    [=[app/main.cpp|/dev/null]=]
    [=[app/files/user_folders.cpp|the list of the user's folders]=]
    [=[engine/store/descriptor.cpp|what its callers name, who are listed here, too]=]
    [=[engine/store/text_file.cpp|a configuration or a table, before any notebook is open: a notebook is refused]=]
    [=[engine/store/database_copy.cpp|its copies, in a folder of its own]=]
    [=[engine/store/output_file.cpp|its temporaries, and what it overwrites: a notebook is refused before]=]
    [=[engine/store/owner_lock.cpp|the file of locks beside a notebook, never that itself]=]
    [=[engine/store/partial_file.cpp|its temporaries]=]
    [=[engine/store/process_owner.cpp|/proc]=]
    [=[engine/store/shared_view.cpp|a small file that is no notebook: that is asked first]=]
    [=[engine/store/temporary_file.cpp|its temporaries]=]
    [=[ui/gl/shader_library.cpp|shaders]=]
    [=[ui/kit/system_fonts.cpp|font files that fontconfig names]=]
    [=[ui/core/view_settings.cpp|the window's settings]=])

set(opening [=[[iow]?fstream +[a-z_]+ *[({;]|fstream\(|(fopen|freopen|mkstemp|mkostemp|creat|copy_file)\(|open(at|_patiently)?\([^;]*O_[A-Z]]=])

# Sets `out` to the sources below `root` that open files.
function(find_openers root out)
  set(found "")
  foreach(folder engine app ui)
    file(GLOB_RECURSE files RELATIVE "${root}" "${root}/${folder}/*.h" "${root}/${folder}/*.cpp")
    foreach(file IN LISTS files)
      file(STRINGS "${root}/${file}" lines REGEX "${opening}")
      list(FILTER lines EXCLUDE REGEX "^ *//")
      if(lines)
        list(APPEND found "${file}")
      endif()
    endforeach()
  endforeach()
  set(${out} "${found}" PARENT_SCOPE)
endfunction()

find_openers("${ROOT}" openers)
set(listed "")
foreach(entry IN LISTS allowed)
  string(REGEX REPLACE "[|].*" "" file "${entry}")
  list(APPEND listed "${file}")
  if(NOT file IN_LIST openers)
    message(FATAL_ERROR "file_access: ${file} opens no file any more; take it off the list")
  endif()
endforeach()
foreach(file IN LISTS openers)
  if(NOT file IN_LIST listed)
    message(FATAL_ERROR "file_access: ${file} opens files; if one of them may be a notebook, go through SQLite "
                        "(engine/store/raw_file.h); else add it to the list with what it opens")
  endif()
endforeach()

# Every way must be found.
foreach(way [=[std::ifstream stream(file);]=] [=[std::ofstream stream{file};]=] [=[std::fstream stream;]=]
            [=[return std::ifstream(file).good();]=] [=[FILE* f = std::fopen(name, "r");]=]
            [=[const int f = ::open(name, O_RDONLY | O_CLOEXEC);]=] [=[openat(folder, name, O_PATH);]=]
            [=[std::filesystem::copy_file(a, b);]=])
  file(REMOVE_RECURSE "${SCRATCH}")
  file(WRITE "${SCRATCH}/engine/store/planted.cpp" "${way}\n")
  find_openers("${SCRATCH}" planted)
  if(NOT planted STREQUAL "engine/store/planted.cpp")
    message(FATAL_ERROR "file_access: planted \"${way}\", not found")
  endif()
endforeach()
file(REMOVE_RECURSE "${SCRATCH}")
list(LENGTH openers number)
message(STATUS "file_access: ${number} sources open files, all known; every planted way was found")
