// The events that the plots show, and the lane over them that names them.
// Threads: main thread only.
#pragma once

#include "ui/core/rect.h"
#include "ui/kit/curve_painter.h"
#include "ui/kit/panel_input.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace grokscope::ui {

/// An event or a note at its place in a plot.
struct PlotEvent {
    const RunRecord* run = nullptr;
    float x = 0; ///< pixels
    Color color;
    bool selected = false; ///< its run is
    std::int32_t epoch = 0;
    std::optional<MarkKind> mark;
    const SharedText* note = nullptr;
    /// Neither: the first figure that is not a number.
};

/// What of it lies in `frame`, from left to right: all events of the selected run, the grok epoch
/// of the others, and, with `notes`, the notes of both.
[[nodiscard]] std::vector<PlotEvent> events_in(const PanelInput& input, const PlotFrame& frame,
                                               bool notes);

/// Height of the lane over a plot that has so much room with it, in pixels; 0 where there is none.
[[nodiscard]] float event_lane_height(const Theme& theme, float room);

/// Names what lies in `frame`, in `lane` above it. Each name is a button: the mouse on it is told
/// all that it stands for, a click goes there, and once there, to the next one of them.
void draw_event_lane(const PanelInput& input, const PlotFrame& frame, const Rect& lane);

} // namespace grokscope::ui
