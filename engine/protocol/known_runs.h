// What a notebook knows of runs like one: when they grokked, and the figures of an earlier run with
// the same settings. Threads: made by who reads the notebook, immutable then.
#pragma once

#include "engine/protocol/metrics.h"
#include "engine/protocol/workplace.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace grokscope {

/// An earlier run with the same course (config.h course_of): its figures should be those of a new
/// one, bit for bit.
struct EarlierRun {
    std::int64_t number = 0;                ///< in the notebook
    std::string begun;                      ///< UTC, ISO 8601
    std::vector<WorkplaceSince> workplaces; ///< from epoch 0 on, increasing; never empty
    std::vector<MetricSample> samples;      ///< increasing epochs
};

/// Recorded runs that differ by their seed alone (config.h are_alike), each seed once.
struct KnownRuns {
    std::vector<std::int32_t> grok_epochs; ///< increasing
    /// Runs that trained as long as the slowest of those and did not grok, and up to which epoch
    /// this holds for all of them.
    int without_grok = 0;
    std::int32_t without_grok_until = 0;
    /// Of a run with the same seed and split.
    std::optional<std::int32_t> same_seed;

    /// When asked for and there is one.
    std::shared_ptr<const EarlierRun> earlier;
    /// Of who answers, to be compared with that of the earlier run; without a step.
    Workplace here;
};

} // namespace grokscope
