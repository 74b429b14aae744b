// How well early warnings warn: over many recorded runs, some of which never grok (science.md 6.5).
#pragma once

#include "engine/protocol/figure.h"
#include "engine/protocol/metrics.h"
#include "engine/protocol/records.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace grokscope {

/// What the warnings of one run are drawn from.
struct WarningRecord {
    std::int64_t number = 0;
    std::string label;
    std::vector<MetricSample> metrics;
    std::vector<ProgressRow> measures;
    std::vector<Snapshot> spectra;
    std::vector<Reading> readings;
};

/// A warning, with what it listens to, one sentence.
struct WarningRule {
    std::string_view id;
    std::string_view sentence;
};

/// All that are compared, the trivial rivals last.
[[nodiscard]] std::span<const WarningRule> warning_rules();

/// What one rule did in one run.
struct WarningOutcome {
    std::size_t run = 0;  ///< of the records
    std::size_t rule = 0; ///< of warning_rules()
    /// Its figure is recorded; else nothing can be said.
    bool heard = false;
    std::optional<std::int32_t> alarm;
    std::optional<std::int32_t> grok;
    std::int32_t last = 0; ///< newest evaluated epoch
};

/// Every rule in every run that has memorised. What a rule takes from other runs it takes from all
/// but the one that it judges.
[[nodiscard]] std::vector<WarningOutcome> warning_outcomes(std::span<const WarningRecord> records);

/// One rule over all runs.
struct WarningScore {
    int grokked = 0;      ///< runs that grokked, and in which it could be heard
    int early = 0;        ///< of these: alarm before the grok epoch
    int late = 0;         ///< at or after it
    int never = 0;        ///< of runs that never grokked and in which it could be heard
    int false_alarms = 0; ///< of these
    /// Epochs from alarm to grok of the early ones: lowest, median, highest; NaN without any.
    double least_lead = 0;
    double median_lead = 0;
    double most_lead = 0;
};
[[nodiscard]] std::vector<WarningScore> warning_scores(std::span<const WarningOutcome> outcomes);

/// The scores as a table, with what each rule listens to.
[[nodiscard]] std::string warnings_in_words(std::span<const WarningOutcome> outcomes);
/// The outcomes, a row for each run and rule.
[[nodiscard]] std::string warnings_csv(std::span<const WarningRecord> records,
                                       std::span<const WarningOutcome> outcomes);

} // namespace grokscope
