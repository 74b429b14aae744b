// The one user configuration of Dear ImGui, compiled into ImGui, its back ends, ImPlot and every
// file that includes imgui.h. A setting that differed between two of them would change struct
// layouts silently.
#pragma once

// Long curves and 3-D meshes have more than 65,536 vertices in one draw list.
#define ImDrawIdx unsigned int

// Characters beyond the first 65,536, too.
#define IMGUI_USE_WCHAR32

// Names that ImGui has retired are errors here.
#define IMGUI_DISABLE_OBSOLETE_FUNCTIONS

// The demo is not part of the program.
#define IMGUI_DISABLE_DEMO_WINDOWS

// A fuzzer is to find what ImGui notices, too, whatever the kind of build.
#ifdef GROKSCOPE_CHECKED_IMGUI
#include <cstdlib>
#define IM_ASSERT(condition) ((condition) ? static_cast<void>(0) : std::abort())
#endif
