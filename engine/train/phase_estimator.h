// Estimates from the curves when a run enters and leaves the later phases of grokking (science.md
// section 4). Reads forwards only; a mark, once given, stands. One departure: test loss must lie
// below its maximum for 100 epochs before circuit formation is said to have begun. The baseline of
// seed 999 dips by 1.4 % at epoch 220, rises for another thousand epochs, and falls for good at
// 1450.
#pragma once

#include "engine/protocol/event.h"
#include "engine/protocol/metrics.h"
#include "engine/protocol/records.h"

#include <cstdint>
#include <deque>
#include <limits>
#include <optional>
#include <vector>

namespace grokscope {

/// Decides the two marks labelled "estimate". Fed with a run's evaluated epochs and progress rows
/// in order of epoch (rows may be absent). A copy is a checkpoint of it.
class PhaseEstimator {
public:
    /// Takes in one evaluated epoch; gives each mark that it causes: kCircuitFormation at most
    /// once, dated back to where the fall began, and kCleanupDone at most once in a run, in this
    /// order.
    [[nodiscard]] std::vector<event::Mark> observe(const MetricSample& sample);
    /// Takes in one progress row; gives kCircuitFormation when excluded loss says so.
    [[nodiscard]] std::vector<event::Mark> observe(const ProgressRow& row);

private:
    struct Weight {
        std::int32_t epoch = 0;
        double sum_squares = 0;
    };

    [[nodiscard]] bool weights_have_settled(const MetricSample& sample);

    bool memorised_ = false;
    bool grokked_ = false;
    bool forming_ = false;
    bool clean_ = false;
    double largest_test_loss_ = 0;
    std::optional<std::int32_t> falling_since_; // test loss below its maximum, since memorised
    double smallest_excluded_loss_ = std::numeric_limits<double>::infinity();
    std::deque<Weight> weights_; // of the last 500 epochs, and one older
};

} // namespace grokscope
