// What the trainer needs made for it, so that it links neither libtorch nor a kernel library and
// can be tested with fakes.
#pragma once

#include "engine/compute/worker_pool.h"
#include "engine/model/step.h"
#include "engine/model/training_state.h"
#include "engine/protocol/config.h"
#include "engine/protocol/records.h"
#include "engine/task/task.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <span>

namespace grokscope {

/// Computes one row of progress measures of the weights that are loaded into the step; run and
/// epoch are filled in by the caller. Keeps what it remembers from row to row.
using ProgressInstrument = std::function<ProgressRow(const Parameters&, Step&)>;

/// Functions that make the parts of a run. Called on the trainer's thread only; each may throw, and
/// then that run fails with the exception's text.
struct EngineParts {
    std::function<Task(const RunConfig&)> make_task;
    /// Initial weights and probes at epoch 0.
    std::function<TrainingState(const RunConfig&)> make_initial_state;
    /// The step; the task and the pool outlive it.
    std::function<std::unique_ptr<Step>(const RunConfig&, const Task&, WorkerPool&)> make_step;
    /// Embedding and spectra of the weights; run and epoch are filled in by the caller.
    std::function<Snapshot(const RunConfig&, const Parameters&)> make_snapshot;
    /// The instrument of one run; the task and the pool outlive it. The key frequencies are those
    /// of the last row of a run that goes on, none for a new one. May be empty: no rows then.
    std::function<ProgressInstrument(const RunConfig&, const Task&, WorkerPool&,
                                     std::span<const int>)>
        make_progress;
};

} // namespace grokscope
