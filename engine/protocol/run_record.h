// All figures of one run as they leave the program.
#pragma once

#include "engine/protocol/branch.h"
#include "engine/protocol/config.h"
#include "engine/protocol/event.h"
#include "engine/protocol/instrument.h"
#include "engine/protocol/metrics.h"
#include "engine/protocol/records.h"
#include "engine/protocol/workplace.h"

#include <cstdint>
#include <string>
#include <vector>

namespace grokscope {

/// What a front end has collected of one run.
struct RunRecord {
    RunConfig config;
    /// Implementation in use, as RunAdded tells it; of a run that went on elsewhere the first.
    std::string step_description;
    /// Where its first weights, or the whole state that a fork goes on from, came from; nothing of
    /// a run that began with its seed.
    std::optional<BranchPoint> branch;
    /// Where it went on, with increasing epochs; empty for most runs.
    std::vector<WorkplaceSince> went_on;
    RunState state = RunState::kIdle;
    /// Why it finished or failed.
    std::string end_text;
    /// Epochs trained; the next epoch's number.
    std::int32_t epochs_trained = 0;
    std::vector<MetricSample> samples;
    std::vector<event::Mark> marks;
    /// Progress measures; may be empty.
    std::vector<ProgressRow> progress;
    /// What the instruments of the laboratory read, by epoch and, within one, by instrument; may be
    /// empty.
    std::vector<Reading> readings;
    /// The instruments of those readings that this version does not have, as the record describes
    /// them.
    std::vector<InstrumentSpec> other_instruments;
};

/// Where a run was computed, for its record.
struct HostFacts {
    std::string program_version;
    std::string compiler;
    std::string system;
    std::string processor;
    unsigned logical_cores = 0;
    int threads = 0;
    std::string blas;
};

} // namespace grokscope
