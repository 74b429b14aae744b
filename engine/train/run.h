// One training run, synchronous: what the trainer's thread advances and what tests call directly.
// Threads: used by one thread at a time, the trainer's; an epoch may use the worker pool inside.
#pragma once

#include "engine/model/step.h"
#include "engine/model/training_state.h"
#include "engine/optim/optimizer.h"
#include "engine/protocol/config.h"
#include "engine/protocol/metrics.h"
#include "engine/protocol/records.h"
#include "engine/task/batches.h"
#include "engine/task/task.h"
#include "engine/train/finite_guard.h"
#include "engine/train/training_time.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace grokscope {

class WorkerPool;
struct EngineParts;

/// Owns the state of one run and takes it from epoch to epoch. Equal configurations give equal
/// bits, whatever the number of workers and whatever else runs. Neither movable nor copyable: the
/// step keeps addresses inside it.
class Run {
public:
    /// Makes task, initial state and step, in this order; blocks for as long as that takes. `pool`
    /// outlives this. Throws std::invalid_argument when the configuration has mistakes (all of them
    /// in the text), and whatever the parts throw.
    Run(const RunConfig& config, const EngineParts& parts, WorkerPool& pool);
    ~Run();
    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;

    /// Trains one epoch, in the order of science.md 1.3: forward and backward at theta_e, of all
    /// training pairs or of the epoch's batch, update, then, when the epoch is evaluated (epoch %
    /// eval_every == 0), the test pairs at theta_{e+1}. Training figures are of all training pairs
    /// at theta_e, whatever the batch. Returns the figures of an evaluated epoch, `run` left for
    /// the caller to fill in. Blocks for one epoch. Does not look at the epoch limit. Throws
    /// NonFiniteError, or passes on what the step throws, and leaves the state as it was before the
    /// epoch; only a test loss that is not finite is found after the update, which then stands.
    std::optional<MetricSample> advance_one_epoch();

    /// The next epoch to train: 0 for a new run.
    [[nodiscard]] std::int32_t epoch() const { return state_.epoch; }
    /// True once the configured number of epochs is trained.
    [[nodiscard]] bool reached_limit() const { return state_.epoch >= config_.epochs; }
    [[nodiscard]] const RunConfig& config() const { return config_; }
    [[nodiscard]] const Task& task() const { return task_; }

    /// All that training changes; a copy of it is a checkpoint. Valid until the next epoch.
    [[nodiscard]] const TrainingState& state() const { return state_; }
    /// Takes the place of the current state; training goes on from there with the same bits as the
    /// run it was copied from. Throws std::invalid_argument when its shape, probes, slots or
    /// remembered epochs do not belong to this configuration.
    void restore(const TrainingState& state, TrainingTime time = {});

    /// The epochs and their evaluations, those before restore() as it was told.
    [[nodiscard]] const TrainingTime& time() const { return time_; }
    /// Embedding and spectra of the weights that enter the next epoch; `run` left to the caller.
    /// Throws std::logic_error when the parts brought no make_snapshot.
    [[nodiscard]] Snapshot make_snapshot() const;
    /// The step at the current weights, for evaluations beside training: its evaluate() and
    /// logits() disturb nothing.
    [[nodiscard]] Step& step() { return *step_; }
    [[nodiscard]] std::string step_description() const { return step_->description(); }

private:
    void remember_parameters();
    void update_parameters();
    /// Goes back to `before` and throws NonFiniteError when the update has overflowed.
    void check_update(const TrainingState& before);

    RunConfig config_;
    std::function<Snapshot(const RunConfig&, const Parameters&)> snapshot_maker_;
    WorkerPool& pool_;
    Task task_;
    Batches batches_;
    TrainingState state_;
    Gradients gradients_;
    /// The probes as they entered the epoch: an epoch that fails is undone.
    std::vector<ProbeState> probes_before_;
    TrainingTime time_;
    Optimizer optimizer_;
    FiniteGuard guard_;
    std::unique_ptr<Step> step_; // after the task: it may point to it
};

} // namespace grokscope
