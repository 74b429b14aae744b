// The x axis of the plots: epochs, seconds of training, operations, or epochs since grokking. A map
// from epochs of one run to what the axis counts. Arithmetic, no ImGui.
#pragma once

#include "engine/protocol/epoch_cost.h"
#include "ui/core/run_book.h"
#include "ui/core/view_state.h"

#include <cstdint>
#include <span>
#include <vector>

namespace grokscope::ui {

/// Strictly increasing map from the epochs of one run to axis units. Refers to the run's samples:
/// use it within one frame.
class EpochMap {
public:
    /// Identity.
    EpochMap() = default;
    EpochMap(XUnit unit, const RunRecord& run);

    /// False for a run that this axis cannot place: it has not grokked yet.
    [[nodiscard]] bool usable() const { return usable_; }
    [[nodiscard]] double at_epoch(double epoch) const;
    /// The epoch at axis position `x`; the inverse of at_epoch().
    [[nodiscard]] double epoch_at(double x) const;
    /// Whether equal steps of the axis are equal steps in epochs.
    [[nodiscard]] bool linear() const { return samples_.empty(); }

private:
    bool usable_ = true;
    double offset_ = 0; ///< x = (epoch - offset_) * step_ where linear
    double step_ = 1;
    std::span<const MetricSample> samples_; ///< their wall_seconds, where not linear
};

} // namespace grokscope::ui
