// What a sweep over stencils and seeds says: paired speed-ups with their uncertainty (science.md
// 2.4).
#pragma once

#include "engine/protocol/config.h"

#include <cstdint>
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
    std::string label; ///< RunConfig::label()
    std::vector<SweepRun> runs;
    int grokked = 0;
    /// Mean and sample standard deviation of the grok epochs, bounds counted as epochs; the
    /// deviation is NaN for fewer than two runs.
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

/// Rows in the order in which variants first appear. Pairs are runs that is_paired() accepts, with
/// a baseline among `runs`. Deterministic.
[[nodiscard]] std::vector<SweepRow> sweep_rows(const std::vector<SweepRun>& runs);

/// 10^9 operations of one run until epoch_or_bound(), by science.md 2.4; NaN where that does not
/// count them: for other shapes than the default one and for controls with probes.
[[nodiscard]] double gflop_to_grok(const SweepRun& run);

/// The speed-up that the page behind science.md section 2 states for a run's stencil; empty when it
/// states none.
[[nodiscard]] std::optional<double> published_speed_up(const RunConfig& config);

/// The table for a terminal, and the runs one by one as CSV.
[[nodiscard]] std::string sweep_table(const std::vector<SweepRow>& rows);
[[nodiscard]] std::string sweep_csv(const std::vector<SweepRow>& rows);

} // namespace grokscope
