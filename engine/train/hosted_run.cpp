#include "engine/train/hosted_run.h"

#include "engine/protocol/error_text.h"
#include "engine/train/alarms.h"
#include "engine/train/engine_parts.h"
#include "engine/train/outbox.h"

#include <algorithm>
#include <exception>
#include <stdexcept>
#include <utility>

namespace grokscope {

namespace {

/// Epochs between the evaluations of a leg that is computed anew.
constexpr int kRareEvaluations = 1000;
/// Epochs between two words on how far that has come.
constexpr std::int32_t kRetracedEvery = 25;

std::string in_words(RunId id) {
    std::string text = "run ";
    text += std::to_string(static_cast<std::uint32_t>(id));
    return text;
}

} // namespace

HostedRun::HostedRun(RunId id, const command::AddRun& add, const Context& context)
    : id_(id), config_(add.config), preset_(add.preset), context_(context) {
    make_new();
}

HostedRun::HostedRun(RunId id, std::shared_ptr<const BranchStart> from, const Context& context)
    : id_(id), config_(from->config), preset_(from->preset), context_(context),
      branch_point_(from->point), branch_(std::move(from)), legs_(branch_->legs) {
    make_new();
}

void HostedRun::make_new() {
    std::string failure;
    try {
        begin();
    } catch (const std::exception& error) {
        failure = sentence_of(error);
    } catch (...) {
        failure = "making the run failed for an unknown reason";
    }
    announced_ = !failure.empty() || !retraces();
    if (!failure.empty()) {
        run_.reset(); // also when only what observes it could not be made
        publish(announcement(false));
        change_state(RunState::kFailed, failure);
        return;
    }
    publish(announcement(false));
    guarded([this] {
        offer_state(Recorder::Moment::kMade);
        change_state(RunState::kIdle);
        send_snapshot();
    });
}

void HostedRun::begin() {
    leg_ = 0;
    history_.clear();
    kept_ = {};
    if (legs_.empty()) {
        make_run();
        take_first_weights();
        edit(config_, branch_ ? branch_->donor.get() : nullptr);
    } else {
        begin_leg();
    }
}

void HostedRun::begin_leg() {
    std::optional<TrainingState> from;
    if (leg_ > 0) {
        from = run_->state();
    } else if (branch_->state) {
        from = *branch_->state;
        history_.assign(from->previous.begin(), from->previous.end());
    }
    const bool own = !retraces();
    RunConfig config = own ? config_ : legs_[leg_].config;
    if (!own) {
        config.eval_every = kRareEvaluations; // figures of the original are known
        run_.reset();                         // frees the old one's memory first
        run_ = std::make_unique<Run>(config, context_.parts, context_.pool);
    } else {
        const std::optional<std::int32_t> steps = steps_left_; // of its own epochs
        make_run();
        steps_left_ = steps;
    }
    if (from) {
        run_->restore(carried_over(*from, run_->state(), history_, config.stencil.depth()));
    } else {
        take_first_weights();
    }
    if (leg_ > 0 || !from) { // a state from elsewhere has the edits of its leg
        edit(config, (own ? branch_->donor : legs_[leg_].donor).get());
    }
    if (own) {
        history_.clear();
    } else if (run_->epoch() >= legs_[leg_].until) { // it was there already
        ++leg_;
        begin_leg();
    }
}

void HostedRun::retrace_one_epoch() {
    const std::int32_t until = legs_[leg_].until;
    if (until - run_->epoch() <= kMaxOffset) { // what the next one's stencil may want to look at
        history_.push_front(run_->state().parameters);
        while (history_.size() > static_cast<std::size_t>(kMaxOffset)) {
            history_.pop_back();
        }
    }
    (void)run_->advance_one_epoch();
    if (run_->epoch() % kRetracedEvery == 0 || run_->epoch() == until) {
        context_.outbox.send(event::Retraced{id_, run_->epoch(), legs_.back().until});
    }
    if (run_->epoch() < until) {
        return;
    }
    try {
        ++leg_;
        begin_leg();
    } catch (...) {
        run_.reset(); // made, without the state that it was to have
        throw;
    }
    if (!retraces()) {
        leave_retraced();
    }
}

void HostedRun::leave_retraced() {
    announce();
    offer_state(Recorder::Moment::kMade);
    change_state(state_);
    send_snapshot();
    if (const std::string end = reason_to_end(); !end.empty()) {
        change_state(RunState::kFinished, end);
    }
}

void HostedRun::announce() {
    if (!std::exchange(announced_, true) && context_.recorder != nullptr) {
        context_.recorder->record(Event(announcement(false)));
    }
}

event::RunAdded HostedRun::announcement(bool recorded) const {
    return {.run = id_,
            .config = config_,
            .step_description = run_ ? run_->step_description() : std::string(),
            .recorded = recorded,
            .branch = branch_point_,
            .preset = preset_};
}

void HostedRun::take_first_weights() {
    if (branch_ && branch_->weights) {
        TrainingState state = run_->state();
        if (branch_->weights->layout() != state.parameters.layout()) {
            throw std::invalid_argument("the weights to branch from have another shape than the "
                                        "configuration");
        }
        state.parameters = *branch_->weights;
        run_->restore(state);
    }
}

void HostedRun::edit(const RunConfig& config, const Parameters* donor) {
    if (!config.edits.empty()) {
        TrainingState state = run_->state();
        edit_weights(state.parameters, config, donor);
        run_->restore(state);
    }
}

HostedRun::HostedRun(RunId id, const StoredRun& stored, const Context& context)
    : id_(id), config_(stored.config), preset_(stored.preset), context_(context),
      branch_point_(stored.branch), announced_(true) {
    std::string failure;
    try {
        take_up(stored);
    } catch (const std::exception& error) {
        failure = sentence_of(error);
    } catch (...) {
        failure = "taking up the recorded run failed for an unknown reason";
    }
    if (!failure.empty()) {
        run_.reset();
        publish(announcement(true));
        change_state(RunState::kFailed, failure);
        return;
    }
    if (context_.recorder != nullptr) {
        context_.recorder->resumed(id_, stored);
    }
    event::RunAdded added = announcement(true);
    added.other_instruments = stored.other_instruments;
    publish(std::move(added));
    guarded([&] {
        replay(stored);
        change_state(RunState::kIdle);
        if (const std::string end = reason_to_end(); !end.empty()) { // to be looked at
            change_state(RunState::kFinished, end);
        }
    });
}

void HostedRun::take_up(const StoredRun& stored) {
    make_run(stored.progress.empty() ? std::span<const int>()
                                     : std::span(stored.progress.back().key_frequencies));
    run_->restore(stored.state, stored.time);
    compare_workplaces(stored);
}

void HostedRun::compare_workplaces(const StoredRun& stored) {
    if (stored.workplaces.empty()) {
        return;
    }
    const Workplace& then = stored.workplaces.back().workplace;
    Workplace now = context_.here;
    now.step = run_->step_description();
    if (!changes_of_workplace(then, now).empty()) {
        moved_ = event::WorkplaceChanged{id_, run_->epoch(), then, std::move(now)};
    }
}

void HostedRun::replay(const StoredRun& stored) {
    const auto publish_all = [this](const std::vector<event::Mark>& marks) {
        for (const event::Mark& mark : marks) {
            publish(mark);
        }
    };
    // A row is of the weights that enter its epoch, so it was sent before that epoch's figures.
    auto row = stored.progress.begin();
    const auto send_rows_until = [&](std::int32_t epoch) {
        for (; row != stored.progress.end() && row->epoch <= epoch; ++row) {
            ProgressRow copy = *row;
            copy.run = id_;
            last_progress_epoch_ = copy.epoch;
            publish_all(phases_.observe(copy));
            context_.outbox.send(std::move(copy));
        }
    };
    for (MetricSample sample : stored.metrics) {
        send_rows_until(sample.epoch);
        sample.run = id_;
        context_.outbox.send(sample);
        publish_all(milestones_.observe(sample));
        publish_all(phases_.observe(sample));
    }
    send_rows_until(stored.state.epoch);
    std::vector<Reading> readings = stored.readings;
    std::ranges::for_each(readings, [this](Reading& reading) { reading.run = id_; });
    publish_all(alarms_of(readings, memorised_epoch(stored.metrics)));
    for (Reading& reading : readings) {
        context_.outbox.send(std::move(reading));
    }
    for (Snapshot snapshot : stored.snapshots) {
        if (snapshot.epoch < stored.state.epoch) {
            snapshot.run = id_;
            context_.outbox.send(std::move(snapshot));
        }
    }
    // Of the present weights, to be seen at once. The record has it when its epoch calls for one.
    if (context_.parts.make_snapshot) {
        Snapshot present = run_->make_snapshot();
        present.run = id_;
        context_.outbox.send(std::move(present));
    }
    last_snapshot_epoch_ = stored.state.epoch;
}

void HostedRun::make_run(std::span<const int> key_frequencies) {
    progress_ = {};
    run_.reset(); // frees the old one's memory first
    milestones_ = {};
    phases_ = {};
    steps_left_.reset();
    last_snapshot_epoch_.reset();
    last_progress_epoch_.reset();
    run_ = std::make_unique<Run>(config_, context_.parts, context_.pool);
    if (context_.parts.make_progress && config_.progress_every > 0) {
        progress_ =
            context_.parts.make_progress(config_, run_->task(), context_.pool, key_frequencies);
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

Refusal HostedRun::reset() {
    if (branch_point_ && !branch_) {
        return in_words(id_) +
               " is a branch that was taken up from its record, which no longer has "
               "its beginning; branch again from the run it came from";
    }
    moved_.reset();   // what begins anew begins here
    if (announced_) { // else there is no record that would begin anew
        publish(event::RunReset{id_, ++life_});
    }
    guarded([this] {
        begin();
        offer_state(Recorder::Moment::kMade);
        change_state(RunState::kIdle);
        send_snapshot();
    });
    return std::nullopt;
}

void HostedRun::set_measures(const MeasurePlan& plan) {
    config_.measure = plan;
    publish(event::MeasuresSet{id_, plan});
}

void HostedRun::remove() {
    change_state(RunState::kRemoved);
}

void HostedRun::train_one_epoch() {
    guarded([this] {
        if (retraces()) {
            retrace_one_epoch();
            return;
        }
        send_progress(false); // of epoch 0, which no epoch precedes
        if (std::optional<MetricSample> sample = run_->advance_one_epoch()) {
            sample->run = id_;
            publish_record(*sample);
            for (const event::Mark& mark : milestones_.observe(*sample)) {
                publish(mark);
            }
            for (const event::Mark& mark : phases_.observe(*sample)) {
                publish(mark);
            }
        }
        const std::string end = reason_to_end();
        if (!end.empty() || run_->epoch() % config_.snapshot_every == 0) {
            send_snapshot();
        }
        send_progress(!end.empty());
        if (context_.keeps_states) {
            kept_.offer(run_->state());
        }
        offer_state(Recorder::Moment::kTrained);
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
    if (!context_.parts.make_snapshot || retraces() || last_snapshot_epoch_ == run_->epoch()) {
        return;
    }
    Snapshot snapshot = run_->make_snapshot();
    snapshot.run = id_;
    last_snapshot_epoch_ = snapshot.epoch;
    publish_record(std::move(snapshot));
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
    publish_record(std::move(row));
    for (const event::Mark& mark : marks) {
        publish(mark);
    }
}

void HostedRun::change_state(RunState state, std::string text) {
    state_ = state;
    end_text_ = text;
    if (state != RunState::kIdle && state != RunState::kRunning) {
        leave_state(); // first, so that the record never claims more than can be taken up
    }
    if (state == RunState::kRunning && moved_) {
        publish(*std::exchange(moved_, std::nullopt));
    }
    if (state == RunState::kFailed) {
        announce(); // what failed is kept, too, with the reason
    }
    const std::int32_t epoch = retraces() ? branch_point_->epoch : run_ ? run_->epoch() : 0;
    publish(event::StateChanged{id_, state, epoch, std::move(text)});
}

std::shared_ptr<const TrainingState> HostedRun::state_until(std::int32_t epoch, int depth) const {
    if (!run_ || retraces()) {
        return nullptr;
    }
    if (leads_to(run_->state(), epoch, depth)) {
        return std::make_shared<const TrainingState>(run_->state());
    }
    return kept_.until(epoch, depth);
}

void HostedRun::leave_state() {
    offer_state(Recorder::Moment::kResting);
}

void HostedRun::offer_state(Recorder::Moment moment) {
    if (run_ && context_.recorder != nullptr && !retraces()) {
        context_.recorder->between_epochs(id_, run_->state(), run_->time(), moment);
    }
}

void HostedRun::publish(Event event) {
    if (context_.recorder != nullptr && announced_) {
        context_.recorder->record(event);
    }
    context_.outbox.send(std::move(event));
}

template <typename Record>
void HostedRun::publish_record(Record record) {
    record.life = life_;
    if (context_.recorder != nullptr) {
        context_.recorder->record(record);
    }
    context_.outbox.send(std::move(record));
}

template <typename Work>
void HostedRun::guarded(Work work) {
    try {
        work();
    } catch (const std::exception& error) {
        change_state(RunState::kFailed, sentence_of(error));
    } catch (...) {
        change_state(RunState::kFailed, "training stopped for an unknown reason");
    }
}

} // namespace grokscope
