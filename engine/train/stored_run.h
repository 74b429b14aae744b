// A recorded run as the trainer needs it to go on.
#pragma once

#include "engine/model/training_state.h"
#include "engine/protocol/branch.h"
#include "engine/protocol/config.h"
#include "engine/protocol/instrument.h"
#include "engine/protocol/metrics.h"
#include "engine/protocol/records.h"
#include "engine/protocol/workplace.h"
#include "engine/train/training_time.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace grokscope {

/// Everything of a run up to the epoch of its state; nothing later. Immutable once made, so that
/// threads may share it.
struct StoredRun {
    /// Its number in the notebook it comes from.
    std::int64_t number = 0;
    /// The same in every notebook that holds the run.
    std::string uuid = {};
    RunConfig config;
    /// The built-in configuration that it began as; empty when it began as none.
    std::string preset = {};
    TrainingState state;
    /// Where its first weights came from, when not from its seed.
    std::optional<BranchPoint> branch = std::nullopt;
    TrainingTime time = {};
    /// Figures of epochs < state.epoch, increasing.
    std::vector<MetricSample> metrics;
    /// Spectra of epochs <= state.epoch, increasing; the embedding is empty where it was not kept.
    std::vector<Snapshot> snapshots;
    /// Measures of epochs <= state.epoch, increasing.
    std::vector<ProgressRow> progress;
    /// What instruments read at epochs <= state.epoch, increasing.
    std::vector<Reading> readings = {};
    /// The instruments among theirs that this version does not have; null without any.
    std::shared_ptr<const std::vector<InstrumentSpec>> other_instruments = nullptr;
    /// Where it was computed, from epoch 0 on, with increasing epochs; may be empty.
    std::vector<WorkplaceSince> workplaces = {};
};

} // namespace grokscope
