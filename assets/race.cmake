# Trains the race that the window offers when nothing else is recorded: three small runs from the same
# weights and split, long enough for each to grok. Some fifteen CPU seconds.
# cmake -DGROKSCOPE=the program -DRACE=the notebook -P race.cmake
file(REMOVE "${RACE}.part")
foreach(stencil none 0 -1,0,1)
  set(option "--stencil=${stencil}")
  if(stencil STREQUAL none)
    set(option)
  endif()
  execute_process(
    COMMAND "${GROKSCOPE}" train --p 59 --frac 0.4 --weight-decay 2 --d-model 64 --d-mlp 128 --epochs 1800
            --threads 1 --quiet --notebook "${RACE}.part" ${option}
    RESULT_VARIABLE code ERROR_VARIABLE words)
  if(NOT code EQUAL 0)
    message(FATAL_ERROR "The race could not be trained: ${words}")
  endif()
endforeach()
file(REMOVE "${RACE}")
file(RENAME "${RACE}.part" "${RACE}")
# Whoever looks at it leaves it as it is.
file(CHMOD "${RACE}" FILE_PERMISSIONS OWNER_READ GROUP_READ WORLD_READ)
