// How long a reading is drawn on an axis of epochs.
// Threads: any; arithmetic only.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

namespace grokscope::ui {

/// Until which epoch: up to the next reading, but no longer than twice the shorter of the steps
/// around it, so that a pause in the readings stays a gap. `epochs` increase.
[[nodiscard]] inline double reading_end(std::span<const std::int32_t> epochs, std::size_t reading) {
    const double begin = epochs[reading];
    const double before = reading > 0 ? begin - epochs[reading - 1] : 0;
    if (reading + 1 == epochs.size()) {
        return begin + std::max(before, 1.0);
    }
    const double after = epochs[reading + 1] - begin;
    return begin + (before > 0 ? std::min(after, 2 * before) : after);
}

} // namespace grokscope::ui
