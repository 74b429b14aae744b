// Where the names of events stand in a lane over the plots: in rows, each name at its epoch; what
// finds no room is counted by the name before it. Arithmetic only.
#pragma once

#include "ui/core/rect.h"

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

namespace grokscope::ui {

struct LaneEvent {
    float x = 0;  ///< pixels
    int rank = 0; ///< of several that share a name, the one of the highest rank is named
};

/// One name, and the events that it stands for: `count` of them from `first` on.
struct LaneChip {
    Rect rect;
    std::size_t first = 0;
    std::size_t count = 1;
    std::size_t head = 0; ///< the one that is named
};

/// How wide the name of event `head` is that stands for `count`, in pixels.
using ChipWidth = std::function<float(std::size_t head, std::size_t count)>;

/// `events` from left to right; rows of `height` and `step` pixels apart fill `area`, at least one.
/// Every event has a chip, chips lie within `area` and are `gap` pixels apart; each begins at its
/// first event, or left of it where the right edge is near. Asks a width only where one may stand.
[[nodiscard]] std::vector<LaneChip> lay_out_lane(std::span<const LaneEvent> events,
                                                 const Rect& area, float height, float step,
                                                 float gap, const ChipWidth& width);

} // namespace grokscope::ui
