# Finds what the distribution provides. Everything that is missing is reported at once, with the one
# command that installs it. Included from the root, so that imported targets are visible in every folder.

set(grokscope_missing "")

# Notes Debian package `package` as missing unless the variable `found` is true.
macro(_grokscope_need found package)
  if(NOT ${found})
    list(APPEND grokscope_missing ${package})
  endif()
endmacro()

find_package(Threads REQUIRED)
find_package(Python3 3.7 QUIET COMPONENTS Interpreter)  # shaders/embed.py
_grokscope_need(Python3_FOUND python3)
find_package(PkgConfig QUIET)
_grokscope_need(PkgConfig_FOUND pkg-config)

# Single precision; the target is PkgConfig::fftw3f.
# Must precede libtorch on every link line: MKL, which some libtorch builds carry, exports FFTW's names too.
if(PkgConfig_FOUND)
  pkg_check_modules(fftw3f QUIET IMPORTED_TARGET GLOBAL fftw3f)
  pkg_check_modules(openblas QUIET IMPORTED_TARGET GLOBAL openblas)
  pkg_check_modules(tomlplusplus QUIET IMPORTED_TARGET GLOBAL tomlplusplus)
endif()
_grokscope_need(fftw3f_FOUND libfftw3-dev)
_grokscope_need(openblas_FOUND libopenblas-dev)
_grokscope_need(tomlplusplus_FOUND libtomlplusplus-dev)
find_package(nlohmann_json 3.9 QUIET)
_grokscope_need(nlohmann_json_FOUND nlohmann-json3-dev)
find_package(SQLite3 3.40 QUIET)
_grokscope_need(SQLite3_FOUND libsqlite3-dev)
find_package(ZLIB QUIET)
_grokscope_need(ZLIB_FOUND zlib1g-dev)
find_package(fmt QUIET)
_grokscope_need(fmt_FOUND libfmt-dev)

find_package(Eigen3 3.3 QUIET NO_MODULE)  # the target is Eigen3::Eigen
_grokscope_need(Eigen3_FOUND libeigen3-dev)
find_package(CLI11 2 QUIET)
_grokscope_need(CLI11_FOUND libcli11-dev)
find_package(Boost 1.70 QUIET)  # headers: distributions; in the tests its ring is the oracle of ours
_grokscope_need(Boost_FOUND libboost-dev)

if(GROKSCOPE_TORCH)
  set(CMAKE_MESSAGE_LOG_LEVEL NOTICE)  # its configuration lists every part that it finds
  find_package(Torch 1.13 QUIET)
  unset(CMAKE_MESSAGE_LOG_LEVEL)
  _grokscope_need(Torch_FOUND libtorch-dev)
endif()

if(GROKSCOPE_UI)
  if(PkgConfig_FOUND)
    pkg_check_modules(fontconfig QUIET IMPORTED_TARGET GLOBAL fontconfig)
  endif()
  _grokscope_need(fontconfig_FOUND libfontconfig-dev)
  find_package(glfw3 3.3 QUIET)
  _grokscope_need(glfw3_FOUND libglfw3-dev)
  find_path(GROKSCOPE_EGL_INCLUDE_DIR EGL/egl.h DOC "Folder of EGL/egl.h")
  _grokscope_need(GROKSCOPE_EGL_INCLUDE_DIR libegl-dev)
  find_program(GROKSCOPE_GLAD glad DOC "The glad 2 generator")
  _grokscope_need(GROKSCOPE_GLAD python3-glad)
  find_path(GROKSCOPE_STB_INCLUDE_DIR stb_image_write.h PATH_SUFFIXES stb
            DOC "Folder of stb_image_write.h")
  _grokscope_need(GROKSCOPE_STB_INCLUDE_DIR libstb-dev)
  set(font_folders /usr/share/fonts /usr/local/share/fonts)
  find_file(GROKSCOPE_FONT_SANS Inter-Regular.otf PATHS ${font_folders}
            PATH_SUFFIXES opentype/inter truetype/inter DOC "Font file for text")
  find_file(GROKSCOPE_FONT_SANS_BOLD Inter-SemiBold.otf PATHS ${font_folders}
            PATH_SUFFIXES opentype/inter truetype/inter DOC "Font file for titles")
  _grokscope_need(GROKSCOPE_FONT_SANS_BOLD fonts-inter)
  find_file(GROKSCOPE_FONT_MONO JetBrainsMono-Regular.ttf PATHS ${font_folders}
            PATH_SUFFIXES truetype/jetbrains-mono DOC "Font file for figures")
  _grokscope_need(GROKSCOPE_FONT_MONO fonts-jetbrains-mono)
  mark_as_advanced(GROKSCOPE_GLAD GROKSCOPE_EGL_INCLUDE_DIR GROKSCOPE_STB_INCLUDE_DIR GROKSCOPE_FONT_SANS GROKSCOPE_FONT_SANS_BOLD
                   GROKSCOPE_FONT_MONO)
endif()

if(GROKSCOPE_TESTS)
  find_package(GTest QUIET)
  _grokscope_need(GTest_FOUND libgtest-dev)
  # The distribution's interpreter has its numpy, whichever one comes first in the path.
  foreach(candidate /usr/bin/python3 "${Python3_EXECUTABLE}")
    if(NOT GROKSCOPE_NUMPY_PYTHON)
      execute_process(COMMAND "${candidate}" -c "import numpy" RESULT_VARIABLE status
                      OUTPUT_QUIET ERROR_QUIET)
      if(status EQUAL 0)
        set(GROKSCOPE_NUMPY_PYTHON "${candidate}" CACHE FILEPATH
            "A Python with numpy, which recomputes the progress measures in the tests")
        mark_as_advanced(GROKSCOPE_NUMPY_PYTHON)
      endif()
    endif()
  endforeach()
  _grokscope_need(GROKSCOPE_NUMPY_PYTHON python3-numpy)
endif()

if(grokscope_missing)
  list(JOIN grokscope_missing " " packages)
  message(FATAL_ERROR
      "Some libraries or tools were not found. On Debian or Ubuntu, install them with\n"
      "  sudo apt-get install --no-install-recommends ${packages}\n"
      "third_party/packages.txt says what each is for. Elsewhere, point CMAKE_PREFIX_PATH to them.")
endif()

# Prints what this configuration builds, and with what. Called at the end of the root.
function(grokscope_print_summary)
  get_property(imgui GLOBAL PROPERTY GROKSCOPE_IMGUI_ORIGIN)
  get_property(implot GLOBAL PROPERTY GROKSCOPE_IMPLOT_ORIGIN)
  set(torch "off")
  if(GROKSCOPE_TORCH)
    set(torch "${Torch_VERSION}")
  endif()
  set(sanitizers "none")
  if(GROKSCOPE_SANITIZE)
    set(sanitizers "${GROKSCOPE_SANITIZE}")
  endif()
  set(launcher "no ccache")
  if(CMAKE_CXX_COMPILER_LAUNCHER)
    set(launcher "through ccache")
  endif()
  message(STATUS "Grokscope ${PROJECT_VERSION}, ${CMAKE_BUILD_TYPE}, sanitizers: ${sanitizers}, "
                 "warnings are errors: ${GROKSCOPE_WERROR}")
  message(STATUS "  compiler  ${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}, ${launcher}")
  message(STATUS "  libtorch  ${torch}")
  message(STATUS "  FFTW      ${fftw3f_VERSION}")
  message(STATUS "  OpenBLAS  ${openblas_VERSION}")
  if(GROKSCOPE_UI)
    message(STATUS "  GLFW      ${glfw3_VERSION}")
    message(STATUS "  ImGui     ${imgui}")
    message(STATUS "  ImPlot    ${implot}")
  else()
    message(STATUS "  window    off")
  endif()
  message(STATUS "  tests     ${GROKSCOPE_TESTS}")
endfunction()
