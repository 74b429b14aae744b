// What a sweep over variants and seeds found: its runs, and what they say together.
#pragma once

#include "engine/protocol/bounded.h"
#include "engine/protocol/config.h"
#include "engine/protocol/lasting_grok.h"

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace grokscope {

/// Outcome of one run of a sweep.
struct SweepRun {
    RunConfig config;
    /// Epoch at which it had memorised; empty when it never had.
    std::optional<std::int32_t> memorised_epoch = std::nullopt;
    /// Grok epoch; empty when it had not grokked at `last_epoch`.
    std::optional<std::int32_t> grok_epoch;
    /// Epochs trained.
    std::int32_t last_epoch = 0;
    /// Whether that grok lasts, as far as it was trained: a run that ends at its grok epoch has a
    /// bound alone.
    LastingGrok lasting;
    /// Seconds of training until the grok epoch, or until the last: by the wall clock, and by the
    /// CPU clocks of all threads that train, NaN where that was not recorded.
    double wall_seconds = 0;
    double cpu_seconds = std::numeric_limits<double>::quiet_NaN();
    /// Share of training pairs whose float32 loss is exactly 0, by the newest reading of the
    /// instrument `collapse` (science.md 6.5); nothing where none was made.
    std::optional<double> softmax_collapse = std::nullopt;
    /// It ended in a failure before it grokked, so that no number of epochs would have been enough.
    bool failed = false;

    /// The grok epoch, or the last as its lower bound.
    [[nodiscard]] std::int32_t epoch_or_bound() const { return grok_epoch.value_or(last_epoch); }
    /// The same, told apart.
    [[nodiscard]] Bounded epoch() const {
        return grok_epoch ? Bounded::exactly(*grok_epoch) : Bounded::above(last_epoch);
    }
};

/// A speed-up of paired runs: grok epoch of the baseline over that of the variant, or stable grok
/// over stable grok. Larger than its bound where the baseline had not got there, smaller where the
/// variant had not, and anything where neither had.
struct SpeedUp {
    std::uint32_t seed = 0;
    Bounded ratio;

    [[nodiscard]] bool neither_grokked() const { return ratio == Bounded{}; }
};

/// How the interval of several pairs was computed.
enum class IntervalKind : std::uint8_t {
    kNone,    ///< too few pairs: fewer than 4, or than 6 where some are bounds
    kStudent, ///< of the geometric mean, by Student's t on log ratios: every ratio is exact
    kOrder    ///< of the median, by order statistics, which allow for bounds
};

/// What the pairs of one variant say together. Nothing holds without pairs.
struct SpeedUps {
    std::vector<SpeedUp> pairs;
    Bounded geometric_mean;
    Bounded median;
    Bounded smallest;
    Bounded largest;
    /// The 95 % interval. An end of one of the median may itself be known by a bound alone.
    IntervalKind interval = IntervalKind::kNone;
    Bounded low;
    Bounded high;
};

/// Share of runs that have not grokked, from `epoch` on (Kaplan and Meier 1958).
struct SurvivalStep {
    double epoch = 0;
    double share = 1;
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
    /// Mean, standard deviation of a sample, and median of the grok epochs. The deviation is NaN
    /// for fewer than two runs and where one has not grokked. The median is that of `not_grokked`.
    Bounded mean_epoch;
    double deviation = 0;
    Bounded median_epoch;
    std::vector<SurvivalStep> not_grokked;
    /// How likely by chance grok epochs would differ as much from those of the baselines, of the
    /// same settings, as these do: the log-rank test. NaN for baselines and without such.
    double log_rank_p = std::numeric_limits<double>::quiet_NaN();
    /// A run of this row, or of the baselines it is compared with, had not grokked.
    bool censored = false;
    /// NaN where a run has no such record.
    Bounded mean_wall_seconds;
    Bounded mean_cpu_seconds;
    /// 10^9 floating-point operations to the grok epoch, as gflop_to_grok() counts them.
    Bounded mean_gflop;
    SpeedUps speed_ups;
    /// Of how many runs the grok lasts, the mean of these stable groks with bounds of the others,
    /// how many times any of them was lost again, and the speed-ups by stable groks.
    int lasting = 0;
    Bounded mean_lasting;
    int times_lost = 0;
    SpeedUps lasting_speed_ups;
    /// Of how many runs softmax collapse was measured, and its mean over these.
    int collapse_measured = 0;
    double mean_collapse = std::numeric_limits<double>::quiet_NaN();

    /// How many of the runs say something about the epoch.
    [[nodiscard]] int counted() const { return static_cast<int>(runs.size()) - failed; }
};

/// Computes the rows of a sweep from its runs.
using SweepStatistics = std::function<std::vector<SweepRow>(const std::vector<SweepRun>&)>;

} // namespace grokscope
