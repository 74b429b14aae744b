# Greps every #include line against the layers of ARCHITECTURE.md, then plants violations in a scratch copy
# to show that each rule can fail. cmake -DROOT=DIR -DSCRATCH=DIR -P layering.cmake

cmake_minimum_required(VERSION 3.25)

# One rule a line: folder | what its #include lines must not match | folder inside it that is exempt.
# Includes are written with their brackets, as in <torch/torch.h> or "ui/theme.h".
set(rules
    [=[engine|[<"](imgui|implot|GLFW/|glad/|ui/|app/|tests/)|]=]
    [=[engine|[<"](torch/|ATen|c10/)|engine/reference]=]
    [=[engine|[<"]fftw3|engine/analysis]=]
    [=[engine|[<"](sqlite3|zlib|toml)|engine/store]=]
    [=[engine|[<"]hwy/|engine/model]=]
    [=[engine/task|"engine/(theory|compute|model|optim|train|analysis|inspect|lab|store|reference)/|]=]
    [=[engine/compute|"engine/(theory|task|model|optim|train|analysis|inspect|lab|store|reference)/|]=]
    [=[engine/model|"engine/(theory|optim|train|analysis|inspect|lab|store|reference)/|]=]
    [=[engine/optim|"engine/(theory|train|analysis|inspect|lab|store|reference)/|]=]
    [=[engine/train|"engine/(theory|analysis|inspect|lab|store|reference)/|]=]
    [=[engine/analysis|"engine/(theory|train|inspect|lab|store|reference)/|]=]
    [=[engine/store|"engine/(theory|compute|optim|analysis|inspect|lab|reference)/|]=]
    [=[engine/reference|"engine/(theory|inspect|lab|store)/|]=]
    [=[engine/parts|"engine/(theory|inspect|lab|store)/|]=]
    [=[engine/lab|"engine/(theory|inspect|reference)/|]=]
    [=[engine/inspect|"engine/(theory|lab|reference)/|]=]
    [=[engine/theory|"engine/(model|optim|train|inspect|lab|store|reference)/|]=]
    [=[ui|[<"](torch/|ATen|c10/|fftw3|sqlite3|cblas|openblas|hwy/|app/|tests/)|]=]
    [=[ui|[<"]engine/[^p]|]=]
    [=[ui|[<"]engine/p($|[^r]|r[^o]|ro[^t])|]=]
    [=[ui/core|"ui/(kit|plots|runs|dialogs|window|gl|scene|views/[a-z]+)/|]=]
    [=[ui/kit|"ui/(plots|runs|dialogs|window|views)/|]=]
    [=[ui/plots|"ui/(window|views)/|]=]
    [=[ui/runs|"ui/(dialogs|window|views)/|]=]
    [=[ui/dialogs|"ui/(window|views/[a-z]+)/|]=]
    [=[ui/views|"ui/window/|]=]
    [=[app|[<"](torch/|ATen|c10/|fftw3|sqlite3|tests/)|]=])

# Appends to `out` one "file: include" for each violation below `root`, and sets `out`_files to the number
# of files read.
function(find_violations root out)
  set(found "")
  set(count 0)
  foreach(rule IN LISTS rules)
    string(REGEX MATCH "^([^|]*)\\|(.*)\\|([^|]*)$" matched "${rule}")
    set(folder "${CMAKE_MATCH_1}")
    set(forbidden "${CMAKE_MATCH_2}")
    set(exempt "${CMAKE_MATCH_3}")
    file(GLOB_RECURSE files RELATIVE "${root}" "${root}/${folder}/*.h" "${root}/${folder}/*.cpp")
    foreach(file IN LISTS files)
      if(exempt AND file MATCHES "^${exempt}/")
        continue()
      endif()
      math(EXPR count "${count} + 1")
      file(STRINGS "${root}/${file}" includes REGEX "^[ \t]*#[ \t]*include")
      foreach(include IN LISTS includes)
        string(REGEX MATCH "[<\"][^>\"]*[>\"]" include "${include}")
        if(include MATCHES "${forbidden}")
          list(APPEND found "${file}: ${include}")
        endif()
      endforeach()
    endforeach()
  endforeach()

  # The protocol may name itself and the standard library, whose headers have neither folder nor extension.
  file(GLOB_RECURSE files RELATIVE "${root}" "${root}/engine/protocol/*")
  foreach(file IN LISTS files)
    file(STRINGS "${root}/${file}" includes REGEX "^[ \t]*#[ \t]*include")
    foreach(include IN LISTS includes)
      string(REGEX MATCH "[<\"][^>\"]*[>\"]" include "${include}")
      if(NOT include MATCHES "^(<[a-z_]+>|\"engine/protocol/[a-z_]+[.]h\")$")
        list(APPEND found "${file}: ${include}")
      endif()
    endforeach()
  endforeach()
  list(REMOVE_DUPLICATES found)
  set(${out} "${found}" PARENT_SCOPE)
  set(${out}_files ${count} PARENT_SCOPE)
endfunction()

find_violations("${ROOT}" real)
if(real_files LESS 20)
  message(FATAL_ERROR "layering: read only ${real_files} files below ${ROOT}; the check would prove nothing")
endif()
if(real)
  list(JOIN real "\n  " text)
  message(FATAL_ERROR "layering: these includes cross a layer (see ARCHITECTURE.md):\n  ${text}")
endif()

# File and include of each planted violation; every one must be found, alone.
set(planted
    [=[engine/train/planted.cpp|#include <imgui.h>]=]
    [=[engine/train/planted.h|#include "ui/run_book.h"]=]
    [=[engine/store/planted.cpp|#include <GLFW/glfw3.h>]=]
    [=[engine/analysis/planted.cpp|  #  include <glad/gl.h>]=]
    [=[engine/model/planted.cpp|#include <implot.h>]=]
    [=[engine/model/planted.h|#include "app/options/options.h"]=]
    [=[engine/train/planted2.cpp|#include <torch/torch.h>]=]
    [=[engine/model/planted3.cpp|#include <ATen/ATen.h>]=]
    [=[engine/train/planted4.cpp|#include <fftw3.h>]=]
    [=[engine/train/planted5.cpp|#include <sqlite3.h>]=]
    [=[engine/analysis/planted6.cpp|#include "hwy/highway.h"]=]
    [=[engine/task/planted7.cpp|#include "engine/model/step.h"]=]
    [=[engine/compute/planted7.cpp|#include "engine/task/task.h"]=]
    [=[engine/model/fused/planted7.cpp|#include "engine/train/run.h"]=]
    [=[engine/model/planted9.cpp|#include "engine/optim/optimizer.h"]=]
    [=[engine/optim/planted7.cpp|#include "engine/train/run.h"]=]
    [=[engine/train/planted7.cpp|#include "engine/store/notebook.h"]=]
    [=[engine/analysis/planted7.cpp|#include "engine/train/run.h"]=]
    [=[engine/store/planted8.cpp|#include "engine/optim/optimizer.h"]=]
    [=[engine/store/planted7.cpp|#include "engine/analysis/waves.h"]=]
    [=[engine/reference/planted7.cpp|#include "engine/store/notebook.h"]=]
    [=[engine/lab/planted7.cpp|#include "engine/inspect/inspector.h"]=]
    [=[engine/inspect/planted7.cpp|#include "engine/lab/laboratory.h"]=]
    [=[engine/theory/planted.cpp|#include "engine/store/notebook.h"]=]
    [=[engine/theory/planted2.cpp|#include <fftw3.h>]=]
    [=[engine/analysis/planted9.cpp|#include "engine/theory/laws.h"]=]
    [=[engine/train/planted8.cpp|#include "engine/lab/instrument.h"]=]
    [=[ui/planted.cpp|#include <torch/script.h>]=]
    [=[ui/kit/planted.cpp|#include <c10/util/Exception.h>]=]
    [=[ui/core/planted.h|#include "ui/kit/theme.h"]=]
    [=[ui/core/planted2.cpp|#include "ui/views/lottery/lottery.h"]=]
    [=[ui/kit/planted2.h|#include "ui/plots/plot_marks.h"]=]
    [=[ui/plots/planted.cpp|#include "ui/window/window.h"]=]
    [=[ui/runs/planted.cpp|#include "ui/dialogs/fork_sheet.h"]=]
    [=[ui/dialogs/planted.cpp|#include "ui/window/main_view.h"]=]
    [=[ui/views/lottery/planted.cpp|#include "ui/window/window.h"]=]
    [=[ui/scene/planted.cpp|#include <fftw3.h>]=]
    [=[ui/planted2.cpp|#include <sqlite3.h>]=]
    [=[ui/planted.h|#include "engine/train/trainer.h"]=]
    [=[ui/planted3.cpp|#include "engine/probe/probe.h"]=]
    [=[ui/planted4.cpp|#include "app/options/options.h"]=]
    [=[app/planted.cpp|#include <torch/torch.h>]=]
    [=[engine/protocol/planted.h|#include <fmt/format.h>]=]
    [=[engine/protocol/planted2.h|#include "engine/model/step.h"]=]
    [=[engine/protocol/planted3.h|#include <unistd.h>]=])
# What the rules must let pass.
set(allowed
    [=[engine/reference/fine.cpp|#include <torch/torch.h>]=]
    [=[engine/analysis/fine.cpp|#include <fftw3.h>]=]
    [=[engine/protocol/fine.h|#include <vector>]=]
    [=[engine/protocol/fine2.h|#include "engine/protocol/config.h"]=]
    [=[ui/fine.cpp|#include "engine/protocol/channels.h"]=]
    [=[ui/core/fine.cpp|#include "ui/views/list.h"]=]
    [=[ui/fine2.cpp|#include <imgui.h> // not "app/options/options.h", though it is named here]=])

# Writes `entry`, a file and its include, below `root`.
function(plant root entry)
  string(REPLACE "|" ";" parts "${entry}")
  list(GET parts 0 file)
  list(GET parts 1 include)
  file(WRITE "${root}/${file}" "// Planted.\n${include}\n")
endfunction()

foreach(entry IN LISTS planted)
  file(REMOVE_RECURSE "${SCRATCH}")
  plant("${SCRATCH}" "${entry}")
  find_violations("${SCRATCH}" found)
  list(LENGTH found number)
  if(NOT number EQUAL 1)
    message(FATAL_ERROR "layering: planted ${entry}, found ${number} violations instead of 1: ${found}")
  endif()
endforeach()
file(REMOVE_RECURSE "${SCRATCH}")
foreach(entry IN LISTS allowed)
  plant("${SCRATCH}" "${entry}")
endforeach()
find_violations("${SCRATCH}" found)
file(REMOVE_RECURSE "${SCRATCH}")
if(found)
  message(FATAL_ERROR "layering: these includes are allowed, yet were reported: ${found}")
endif()

list(LENGTH planted number)
message(STATUS "layering: no include crosses a layer; ${number} planted violations were all found")
