// What a sweep over variants and seeds found: its runs, and what they say together.
#pragma once

#include "engine/protocol/config.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace grokscope {

/// Outcome of one run of a sweep.
struct SweepRun {
    RunConfig config;
    /// Grok epoch; empty when it had not grokked at `last_epoch`.
    std::optional<std::int32_t> grok_epoch;
    /// Epochs trained.
    std::int32_t last_epoch = 0;
    /// Seconds of training until the grok epoch, or until the last.
    double seconds = 0;
    /// It ended in a failure before it grokked, so that no number of epochs would have been enough.
    bool failed = false;

    /// The grok epoch, or the last as its lower bound.
    [[nodiscard]] std::int32_t epoch_or_bound() const { return grok_epoch.value_or(last_epoch); }
};

/// A speed-up of paired runs: grok epoch of the baseline over that of the variant.
struct SpeedUp {
    std::uint32_t seed = 0;
    double ratio = 0;
    /// The baseline had not grokked: the true ratio is larger. The variant had not: it is smaller.
    bool is_lower_bound = false;
    bool is_upper_bound = false;
};

/// One variant, a stencil or a control, over all its seeds.
struct SweepRow {
    /// RunConfig::label(); where several rows have that one, also the settings that tell them
    /// apart: "[0], stencil_weight 0.5".
    std::string label;
    std::vector<SweepRun> runs;
    int grokked = 0;
    /// How many of the runs failed: they count in nothing below.
    int failed = 0;
    /// Mean and sample standard deviation of the grok epochs, bounds counted as epochs; NaN without
    /// runs, the deviation for fewer than two.
    double mean_epoch = 0;
    double deviation = 0;
    double mean_seconds = 0;
    /// 10^9 floating-point operations to the grok epoch, as gflop_to_grok() counts them.
    double mean_gflop = 0;
    std::vector<SpeedUp> speed_ups;
    /// Geometric mean, smallest, largest, and the 95 % bootstrap interval of the mean (percentiles
    /// of 10,000 resamples of the pairs, fixed seed); NaN without pairs, the interval for fewer
    /// than two.
    double speed_up = 0;
    double smallest = 0;
    double largest = 0;
    double low = 0;
    double high = 0;
};

/// Computes the rows of a sweep from its runs.
using SweepStatistics = std::function<std::vector<SweepRow>(const std::vector<SweepRun>&)>;

} // namespace grokscope
