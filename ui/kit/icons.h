// Small pictures on buttons, drawn as shapes: no icon font.
// Threads: main thread only.
#pragma once

#include "ui/core/palette.h"

#include <imgui.h>

#include <cstdint>
#include <span>

namespace grokscope::ui {

enum class Icon : std::uint8_t {
    kNone,
    kPlay,
    kPause,
    kStep,
    kReset,
    kDice,
    kEye,
    kEyeClosed,
    kPin,
    kPinned,
    kClose,
    kCheck,
    kPlus,
    kPreviousEvent,
    kNextEvent,
    kBack,
    kForth,
    kBranch,
    kSun,
    kMoon,
    kPresent,
    kInfo,
    kMore,
    kSort,
    kSortReversed,
    kSearch,
    kExport,
    kFolder,
    kSeeds,
    kFlask,
    kNote,
    kPanes,
    kChart,
    kBox,      ///< of a choice that is off
    kBoxTicked ///< and on
};

/// Draws the icon into a square of side `size` around `center`.
void draw_icon(ImDrawList& list, Icon icon, ImVec2 center, float size, ImU32 color);

/// The marker of a stencil, `size` from edge to edge, filled with `fill` inside `color`. `cased`:
/// only the dark casing that goes under it.
void draw_marker(ImDrawList& list, MarkerShape shape, ImVec2 center, float size, ImU32 color,
                 ImU32 fill, bool cased = false);

/// A curve in small, through `points` in pixels: a plain line, cased where the style has it.
void draw_small_curve(ImDrawList& list, std::span<const ImVec2> points, const CurveStyle& style,
                      float scale);

/// The sample of a curve that names a run: a piece of its dash with its marker in the middle.
/// `size`: width and height of the box at `at`. Pale when the run is hidden.
void draw_chip(ImDrawList& list, const CurveStyle& style, ImVec2 at, ImVec2 size, float scale,
               const Color& background, bool pale);

} // namespace grokscope::ui
