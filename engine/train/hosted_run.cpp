#include "engine/train/hosted_run.h"

#include "engine/train/engine_parts.h"
#include "engine/train/outbox.h"

#include <exception>
#include <utility>

namespace grokscope {

namespace {

std::string in_words(RunId id) {
    std::string text = "run ";
    text += std::to_string(static_cast<std::uint32_t>(id));
    return text;
}

} // namespace

HostedRun::HostedRun(RunId id, const RunConfig& config, const Surroundings& surroundings)
    : id_(id), config_(config), surroundings_(surroundings) {
    std::string failure;
    try {
        make_run();
    } catch (const std::exception& error) {
        failure = error.what();
    } catch (...) {
        failure = "making the run failed for an unknown reason";
    }
    surroundings_.outbox.send(
        event::RunAdded{id_, config_, run_ ? run_->step_description() : std::string()});
    if (!run_) {
        change_state(RunState::kFailed, failure);
        return;
    }
    guarded([this] {
        change_state(RunState::kIdle);
        send_snapshot();
    });
}

void HostedRun::make_run() {
    progress_ = {};
    run_.reset(); // frees the old one's memory first
    milestones_ = {};
    phases_ = {};
    steps_left_.reset();
    last_snapshot_epoch_.reset();
    last_progress_epoch_.reset();
    run_ = std::make_unique<Run>(config_, surroundings_.parts, surroundings_.pool);
    if (surroundings_.parts.make_progress && config_.progress_every > 0) {
        progress_ = surroundings_.parts.make_progress(config_, run_->task(), surroundings_.pool);
    }
}

Refusal HostedRun::refuse_unless_trainable() const {
    if (state_ == RunState::kFinished) {
        return in_words(id_) + " is finished (" + end_text_ +
               "); reset it, or add a run with other limits";
    }
    if (state_ == RunState::kFailed) {
        return in_words(id_) + " has failed (" + end_text_ + "); reset it to try again";
    }
    return std::nullopt;
}

Refusal HostedRun::start() {
    if (Refusal refusal = refuse_unless_trainable()) {
        return refusal;
    }
    steps_left_.reset();
    if (state_ != RunState::kRunning) { // twice is as good as once
        change_state(RunState::kRunning);
    }
    return std::nullopt;
}

Refusal HostedRun::pause() {
    if (Refusal refusal = refuse_unless_trainable()) {
        return refusal;
    }
    if (state_ == RunState::kIdle) {
        return in_words(id_) + " was never started, so it cannot be paused; start it first";
    }
    steps_left_.reset();
    if (state_ != RunState::kPaused) {
        change_state(RunState::kPaused);
    }
    return std::nullopt;
}

Refusal HostedRun::step(std::int32_t epochs) {
    if (epochs < 1) {
        return "the number of epochs to step must be 1 or more, got " + std::to_string(epochs);
    }
    if (Refusal refusal = refuse_unless_trainable()) {
        return refusal;
    }
    steps_left_ = epochs;
    if (state_ != RunState::kRunning) {
        change_state(RunState::kRunning);
    }
    return std::nullopt;
}

void HostedRun::reset() {
    surroundings_.outbox.send(event::RunReset{id_});
    guarded([this] {
        make_run();
        change_state(RunState::kIdle);
        send_snapshot();
    });
}

void HostedRun::remove() {
    change_state(RunState::kRemoved);
}

void HostedRun::train_one_epoch() {
    guarded([this] {
        send_progress(false); // of epoch 0, which no epoch precedes
        if (std::optional<MetricSample> sample = run_->advance_one_epoch()) {
            sample->run = id_;
            surroundings_.outbox.send(*sample);
            for (const event::Mark& mark : milestones_.observe(*sample)) {
                surroundings_.outbox.send(mark);
            }
            for (const event::Mark& mark : phases_.observe(*sample)) {
                surroundings_.outbox.send(mark);
            }
        }
        const std::string end = reason_to_end();
        if (!end.empty() || run_->epoch() % config_.snapshot_every == 0) {
            send_snapshot();
        }
        send_progress(!end.empty());
        if (!end.empty()) {
            change_state(RunState::kFinished, end);
        } else if (steps_left_ && --*steps_left_ == 0) {
            steps_left_.reset();
            change_state(RunState::kPaused);
        }
    });
}

std::string HostedRun::reason_to_end() const {
    if (config_.stop_when_grokked && milestones_.grok_epoch()) {
        return "it grokked at epoch " + std::to_string(*milestones_.grok_epoch()) +
               ", where it was to stop";
    }
    if (config_.stop_when_stable && milestones_.stable_epoch()) {
        return "it is stable since epoch " + std::to_string(*milestones_.stable_epoch()) +
               ", which was to end it";
    }
    if (run_->reached_limit()) {
        return "it has trained all " + std::to_string(config_.epochs) + " epochs planned for it";
    }
    return {};
}

void HostedRun::send_snapshot() {
    if (!surroundings_.parts.make_snapshot || last_snapshot_epoch_ == run_->epoch()) {
        return;
    }
    Snapshot snapshot = run_->make_snapshot();
    snapshot.run = id_;
    last_snapshot_epoch_ = snapshot.epoch;
    surroundings_.outbox.send(std::move(snapshot));
}

void HostedRun::send_progress(bool at_the_end) {
    const std::int32_t epoch = run_->epoch();
    if (!progress_ || last_progress_epoch_ == epoch ||
        (!at_the_end && epoch % config_.progress_every != 0)) {
        return;
    }
    ProgressRow row = progress_(run_->state().parameters, run_->step());
    row.run = id_;
    row.epoch = epoch;
    last_progress_epoch_ = epoch;
    const std::vector<event::Mark> marks = phases_.observe(row);
    surroundings_.outbox.send(std::move(row));
    for (const event::Mark& mark : marks) {
        surroundings_.outbox.send(mark);
    }
}

void HostedRun::change_state(RunState state, std::string text) {
    state_ = state;
    end_text_ = text;
    surroundings_.outbox.send(
        event::StateChanged{id_, state, run_ ? run_->epoch() : 0, std::move(text)});
}

template <typename Work>
void HostedRun::guarded(Work work) {
    try {
        work();
    } catch (const std::exception& error) {
        change_state(RunState::kFailed, error.what());
    } catch (...) {
        change_state(RunState::kFailed, "training stopped for an unknown reason");
    }
}

} // namespace grokscope
