// What a sweep over stencils and seeds says: paired speed-ups with their uncertainty (science.md
// 2.4).
#pragma once

#include "engine/protocol/sweep_result.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grokscope {

/// Rows in the order in which variants first appear, each of runs that are_alike(). Pairs are runs
/// that is_paired() accepts, with a baseline among `runs`. Deterministic.
[[nodiscard]] std::vector<SweepRow> sweep_rows(const std::vector<SweepRun>& runs);

/// "exact", "above", "below" or "neither": what a pair's bounds are of.
[[nodiscard]] std::string_view kind_of(const SpeedUp& pair);

/// 10^9 operations of one run until epoch_or_bound(), as gflop_per_epoch() counts them.
[[nodiscard]] double gflop_to_grok(const SweepRun& run);

/// The speed-up that the page behind science.md section 2 states for a run's stencil; empty when it
/// states none, or not for a model of this shape.
[[nodiscard]] std::optional<double> published_speed_up(const RunConfig& config);

/// The table for a terminal, and the runs one by one as CSV.
[[nodiscard]] std::string sweep_table(const std::vector<SweepRow>& rows);
[[nodiscard]] std::string sweep_csv(const std::vector<SweepRow>& rows);

} // namespace grokscope
