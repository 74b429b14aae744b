// The figures of one run on one scale over its epochs, 0 when memorised and 1 at the end.
// Threads: main thread only.
#pragma once

#include "engine/protocol/condensation.h"
#include "ui/core/palette.h"
#include "ui/core/rect.h"
#include "ui/kit/panel_input.h"

#include <cstddef>

namespace grokscope::ui {

/// Colour, dash and marker of a figure, by its place in kCondensed.
[[nodiscard]] CurveStyle condensed_style(std::size_t spec, ThemeKind theme);

/// Draws the curves with axes and marks into `area`; those that end where they stood are left out.
/// `cursor`: the epoch of the line that all pictures share.
void draw_condensation(const PanelInput& input, const Rect& area, const Condensation& run,
                       std::int32_t cursor);

} // namespace grokscope::ui
