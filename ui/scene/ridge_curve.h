// The curve through one spectrum row. Pure arithmetic: no GL, no ImGui.
#pragma once

#include "ui/core/view_state.h"

#include <span>
#include <vector>

namespace grokscope::ui {

/// Points of a curve through that many frequencies with `steps` from one to the next.
[[nodiscard]] constexpr int curve_points(int frequencies, int steps) {
    return (frequencies - 1) * steps + 1;
}

/// Appends curve_points() heights 0..1 to `out`: a cubic that passes through the height of every
/// amplitude (amplitude.h), is flat at every local extremum and never overshoots (slopes after
/// Fritsch and Butland 1984), so that peaks are round and yet exact. steps >= 1, reference > 0.
void append_curve(std::span<const float> amplitudes, int steps, float reference,
                  WavetableScale scale, std::vector<float>& out);

} // namespace grokscope::ui
