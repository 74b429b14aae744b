// The plane of settings as a picture: a cell for each pair of values, in the colour of its median
// grok epoch or of its region; a cell without a value has none of these colours.
// Threads: main thread only.
#pragma once

#include "ui/core/phase_plane.h"
#include "ui/core/rect.h"
#include "ui/kit/panel_input.h"

#include <cstddef>
#include <optional>

namespace grokscope::ui {

struct PlanePlace {
    std::size_t column = 0;
    std::size_t row = 0; ///< from the lowest value
};

/// What the mouse or the focus ring is on.
struct PlaneTouch {
    std::optional<PlanePlace> over;
    std::optional<PlanePlace> pressed;
};

/// Draws it with axes and legend into `area` of the present ImGui window. Where `answers`, each
/// cell is a control, "plane_cell" with its column and row.
PlaneTouch draw_plane(const PanelInput& input, const Rect& area, const PhasePlane& plane,
                      bool answers);

} // namespace grokscope::ui
