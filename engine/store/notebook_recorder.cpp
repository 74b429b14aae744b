#include "engine/store/notebook_recorder.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

namespace grokscope {

namespace {

/// Seconds of a run's own training that a kill may cost.
constexpr double kCheckpointTraining = 0.5;
/// The same in real time, for a run that is slowed down; times the number of runs that share the
/// thread, since each of them then trains that much less.
constexpr double kCheckpointTime = 0.8;
/// Bytes of states that are written for each second of training: what is larger is saved less
/// often.
constexpr double kCheckpointRate = 20e6;
/// Copies of one run's state under way at a time, unless a state must be kept: one that is being
/// written and a newer one. Counted for each run, so that no run can keep another from being saved.
constexpr long kStatesUnderWay = 2;
/// Seconds that training waits for a disk that makes no progress: it may be full.
constexpr double kPatience = 2;

} // namespace

void NotebookRecorder::record(const Event& event) {
    std::visit(
        [this](const auto& body) {
            if constexpr (requires { StoreItem(body); }) { // the others are nothing to keep
                items_.send(body);
            }
        },
        event);
    cadence_.observe(event);
    if (const auto* change = std::get_if<event::StateChanged>(&event)) {
        bool& running = paces_[change->run].running;
        running_ +=
            static_cast<int>(change->state == RunState::kRunning) - static_cast<int>(running);
        running = change->state == RunState::kRunning;
        if (change->state == RunState::kRemoved) {
            paces_.erase(change->run);
        }
    }
}

void NotebookRecorder::record(const MetricSample& sample) {
    items_.send(sample);
}

void NotebookRecorder::record(const Snapshot& snapshot) {
    // The embedding is part of the recorded weights; 58 KB every 20 epochs are not kept twice.
    items_.send(snapshot.without_embedding());
}

void NotebookRecorder::record(const ProgressRow& row) {
    items_.send(row);
}

void NotebookRecorder::resumed(RunId run, const StoredRun& stored) {
    items_.send(item::Resumed{run, stored.uuid, stored.state.epoch});
}

bool NotebookRecorder::checkpoint_is_due(const Pace& pace, double wall_seconds,
                                         Clock::time_point now) const {
    const std::chrono::duration<double> passed = now - pace.time;
    const double slower =
        std::max(1.0, static_cast<double>(pace.bytes) / kCheckpointRate / kCheckpointTraining);
    return wall_seconds - pace.wall_seconds >= kCheckpointTraining * slower ||
           passed.count() >= kCheckpointTime * slower * std::max(1, running_);
}

void NotebookRecorder::between_epochs(RunId run, const TrainingState& state,
                                      const TrainingTime& time, Moment moment) {
    const Clock::time_point now = Clock::now();
    Pace& pace = paces_[run];
    bool copied = false;
    if (const auto precision = cadence_.due(run, state.epoch, moment)) {
        items_.send(item::Weights{run, state.epoch, precision == WeightPrecision::kExact,
                                  std::make_shared<const Parameters>(state.parameters),
                                  weights_waiting_});
        weight_bytes_ = state.parameters.flat().size_bytes();
        copied = true;
    }
    if ((moment != Moment::kTrained || checkpoint_is_due(pace, time.wall, now)) &&
        send_checkpoint(run, pace, state, time, moment != Moment::kTrained)) {
        pace.wall_seconds = time.wall;
        pace.time = now;
        pace.bytes =
            state.parameters.flat().size_bytes() * (1 + state.slots.size() + state.previous.size());
        copied = true;
    }
    if (copied && moment == Moment::kTrained) {
        const std::chrono::duration<double> taken = Clock::now() - now;
        longest_copy_.store(std::max(longest_copy_seconds(), taken.count()),
                            std::memory_order_relaxed); // a statistic
    }
}

bool NotebookRecorder::send_checkpoint(RunId run, const Pace& pace, const TrainingState& state,
                                       const TrainingTime& time, bool must) {
    // The writer lets go of them at any time: a count that is old by then errs to the safe side.
    if (!must && pace.under_way.use_count() - 1 >= kStatesUnderWay) {
        return false; // the writer is behind; a newer state will do
    }
    std::unique_ptr<TrainingState> copy;
    if (std::optional<std::unique_ptr<TrainingState>> spare = rings_.spare_states.try_pop()) {
        copy = std::move(*spare);
        *copy = state; // the same sizes as a rule: no allocation, no page faults
    } else {
        copy = std::make_unique<TrainingState>(state);
    }
    items_.send(item::Checkpoint{run, std::move(copy), time, pace.under_way});
    return true;
}

bool NotebookRecorder::behind() {
    const long waiting = weights_waiting_.use_count() - 1; // old by then: errs to the safe side
    if (static_cast<std::size_t>(waiting) * weight_bytes_ <= most_weight_bytes_) {
        jam_.reset();
        return false;
    }
    const Clock::time_point now = Clock::now();
    if (!jam_ || waiting < jam_->waiting) {
        jam_ = {waiting, now};
    }
    return std::chrono::duration<double>(now - jam_->since).count() < kPatience;
}

} // namespace grokscope
