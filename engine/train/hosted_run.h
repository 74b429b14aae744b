// One run as the trainer hosts it: its state, its milestones, and what it publishes.
// Threads: the trainer's only.
#pragma once

#include "engine/protocol/command.h"
#include "engine/protocol/event.h"
#include "engine/train/branch_start.h"
#include "engine/train/engine_parts.h"
#include "engine/train/kept_states.h"
#include "engine/train/milestones.h"
#include "engine/train/phase_estimator.h"
#include "engine/train/recorder.h"
#include "engine/train/run.h"

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace grokscope {

class Outbox;

/// Why a command is refused, one sentence; empty when it was carried out.
using Refusal = std::optional<std::string>;

/// Whatever goes wrong inside becomes the state kFailed with a text; no function throws on account
/// of the run.
class HostedRun {
public:
    /// What a run is made with; all outlive it.
    struct Context {
        const EngineParts& parts;
        WorkerPool& pool;
        Outbox& outbox;
        Recorder* recorder = nullptr; ///< may be null: nothing outlives the program then
        Workplace here = {};          ///< without a step
        bool keeps_states = false;    ///< for forks (state_until)
    };

    /// Makes the run and announces it: idle, or failed with the reason. Its configuration is valid.
    HostedRun(RunId id, const command::AddRun& add, const Context& context);
    /// Makes the run, takes up the recorded state and announces both: run, figures so far, idle.
    HostedRun(RunId id, const StoredRun& stored, const Context& context);

    /// Makes the run with its first weights from elsewhere, or as a fork, and announces it, as the
    /// first one does. A fork computes its original's epochs anew before its own; the recorder gets
    /// to know of it when that is done.
    HostedRun(RunId id, std::shared_ptr<const BranchStart> from, const Context& context);

    [[nodiscard]] RunId id() const { return id_; }
    [[nodiscard]] RunState state() const { return state_; }
    [[nodiscard]] const RunConfig& config() const { return config_; }
    /// The newest state of its own training that is at hand and from which a fork at `epoch`, with
    /// a stencil of `depth`, can begin (leads_to); null without one.
    [[nodiscard]] std::shared_ptr<const TrainingState> state_until(std::int32_t epoch,
                                                                   int depth) const;
    /// A fork that is computing its original's epochs anew.
    [[nodiscard]] bool retraces() const { return leg_ < legs_.size(); }
    [[nodiscard]] bool is_running() const { return state_ == RunState::kRunning; }
    /// True when start() would be accepted and change something.
    [[nodiscard]] bool can_start() const {
        return state_ == RunState::kIdle || state_ == RunState::kPaused;
    }

    [[nodiscard]] Refusal start();
    [[nodiscard]] Refusal pause();
    [[nodiscard]] Refusal step(std::int32_t epochs);
    /// Makes the run anew: idle at epoch 0, or failed. Refused when its first weights are not
    /// known any more.
    [[nodiscard]] Refusal reset();
    /// Other instruments measure its recorded weights from now on.
    void set_measures(const MeasurePlan& plan);
    /// Announces the end; the caller destroys this.
    void remove();
    /// Leaves the present state with the recorder: the thread is about to end.
    void leave_state();

    /// Trains one epoch of a running run and publishes what it brings: figures, marks, snapshot,
    /// progress row, and the end when it is one.
    void train_one_epoch();

    /// Earliest moment of its next epoch under the speed limit.
    std::chrono::steady_clock::time_point due{};

private:
    void make_run(std::span<const int> key_frequencies = {});
    /// Makes what trains first: the run, or the first leg of a fork.
    void begin();
    /// Puts the weights that it branches from into a run just made.
    void take_first_weights();
    /// Does the edits of the configuration that the run just made has.
    void edit(const RunConfig& config, const Parameters* donor);
    /// A fork: makes a run of the leg that is to be computed now, or, behind the last one, its own;
    /// that goes on with what the one before it leaves.
    void begin_leg();
    void retrace_one_epoch();
    /// A fork has come to where it begins: from now on it is a run like others.
    void leave_retraced();
    /// Makes and announces the run, idle, or failed with the reason.
    void make_new();
    void take_up(const StoredRun& stored);
    /// Finds out whether it goes on elsewhere than where it was left.
    void compare_workplaces(const StoredRun& stored);
    /// Sends the figures so far to the front end and lets the marks be found again.
    void replay(const StoredRun& stored);
    /// To the recorder and to the front end.
    void publish(Event event);
    template <typename Record>
    void publish_record(Record record);
    void offer_state(Recorder::Moment moment);
    void change_state(RunState state, std::string text = {});
    void send_snapshot();
    /// The row of the current weights, unless it is not due or was sent already.
    void send_progress(bool at_the_end);
    /// Why the run is at its end, one sentence; empty when it goes on.
    [[nodiscard]] std::string reason_to_end() const;
    [[nodiscard]] Refusal refuse_unless_trainable() const;
    /// Calls `work`; an exception makes the run fail.
    template <typename Work>
    void guarded(Work work);

    /// Tells the recorder of the run, which it has not heard of before.
    void announce();
    /// What its making is announced with.
    [[nodiscard]] event::RunAdded announcement(bool recorded) const;

    RunId id_;
    RunConfig config_;
    std::string preset_; ///< the built-in configuration that it began as
    Context context_;
    std::optional<BranchPoint> branch_point_;   ///< of a branch
    std::shared_ptr<const BranchStart> branch_; ///< what it began with; null when it was taken up
    KeptStates kept_;                           ///< where forks are to be expected
    std::vector<TrainingLeg> legs_;             ///< of a fork: what it computes before its own
    std::size_t leg_ = 0;                       ///< which of them; behind the last: its own
    bool announced_ = false;         ///< to the recorder, which hears of a fork once it begins
    std::deque<Parameters> history_; ///< the last weights of a leg, newest first
    RunState state_ = RunState::kIdle;
    std::uint32_t life_ = 0;                       ///< resets so far
    std::string end_text_;                         ///< why it finished or failed
    std::optional<event::WorkplaceChanged> moved_; ///< to be told when it begins to train
    Milestones milestones_;
    PhaseEstimator phases_;
    std::optional<std::int32_t> steps_left_; ///< then it pauses; empty: no limit
    std::optional<std::int32_t> last_snapshot_epoch_;
    std::optional<std::int32_t> last_progress_epoch_;
    std::unique_ptr<Run> run_;    ///< empty when making it failed
    ProgressInstrument progress_; ///< empty when there is none; refers to the run's task
};

} // namespace grokscope
