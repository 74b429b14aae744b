#include "engine/train/run.h"

#include "engine/compute/worker_pool.h"
#include "engine/optim/rate_schedule.h"
#include "engine/train/engine_parts.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <utility>

namespace grokscope {

namespace {

/// The configuration, checked before any part is made of it.
const RunConfig& checked(const RunConfig& config) {
    config.require_valid();
    return config;
}

} // namespace

Run::Run(const RunConfig& config, const EngineParts& parts, WorkerPool& pool)
    : config_(checked(config)), snapshot_maker_(parts.make_snapshot), pool_(pool),
      task_(parts.make_task(config_)), batches_(config_), state_(parts.make_initial_state(config_)),
      gradients_(state_.parameters.layout().shape()), probes_before_(state_.probes),
      optimizer_(config_, state_.parameters), guard_(config_, pool_),
      step_(parts.make_step(config_, task_, pool_)) {
    optimizer_.prepare(state_);
    guard_.meet(state_);
    step_->load(state_.parameters);
}

Run::~Run() = default;

std::optional<MetricSample> Run::advance_one_epoch() {
    const auto began = std::chrono::steady_clock::now();
    const double cpu_began = pool_.cpu_seconds();
    const std::int32_t epoch = state_.epoch;

    const bool evaluated = epoch % config_.eval_every == 0;
    probes_before_ = state_.probes; // same sizes every time: no allocation
    StepResult result;
    Evaluation train;                    // of all training pairs, where the epoch is of a batch
    std::optional<TrainingState> before; // when the update may overflow
    try {
        if (!batches_.takes_all()) {
            step_->select_rows(batches_.rows(epoch));
        }
        result = step_->gradients(state_.probes, gradients_);
        if (evaluated && !batches_.takes_all()) {
            train = step_->evaluate(task_.train);
        } else {
            train.loss = result.task_loss;
            train.correct = result.correct;
        }
        if (guard_.check_epoch(state_, result, gradients_)) {
            before.emplace(state_);
            before->probes = probes_before_;
        }
    } catch (...) {
        state_.probes = probes_before_;
        step_->recall(state_.previous); // it may remember the failed epoch
        step_->load(state_.parameters);
        throw;
    }
    remember_parameters();
    update_parameters();
    if (before) {
        check_update(*before);
    }
    step_->load(state_.parameters);

    std::optional<MetricSample> sample;
    if (evaluated) {
        const Evaluation test = step_->evaluate(task_.test);
        guard_.check_test_loss(test.loss, epoch);
        const auto share = [](std::int64_t correct, const PairSet& of) {
            return static_cast<double>(correct) / static_cast<double>(of.size());
        };
        sample.emplace();
        sample->epoch = epoch;
        sample->train_loss = train.loss;
        sample->test_loss = test.loss;
        sample->train_accuracy = share(train.correct, task_.train);
        sample->test_accuracy = share(test.correct, task_.test);
        sample->mirrored_loss = test.mirrored.loss;
        sample->new_loss = test.truly_new.loss;
        sample->mirrored_accuracy = test.mirrored.accuracy;
        sample->new_accuracy = test.truly_new.accuracy;
        sample->mismatch = result.mismatch;
        sample->weight_sum_squares = sum_squares(state_.parameters.flat());
    }
    time_.wall += std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    time_.cpu += pool_.cpu_seconds() - cpu_began;
    if (sample) {
        sample->wall_seconds = time_.wall;
        sample->cpu_seconds = time_.cpu;
    }
    return sample;
}

void Run::remember_parameters() {
    const auto depth = static_cast<std::size_t>(config_.stencil.depth());
    if (depth == 0) {
        return;
    }
    if (state_.previous.size() < depth) {
        state_.previous.push_front(state_.parameters);
        return;
    }
    // The oldest buffer becomes the newest: a copy without an allocation.
    Parameters oldest = std::move(state_.previous.back());
    state_.previous.pop_back();
    oldest = state_.parameters;
    state_.previous.push_front(std::move(oldest));
}

void Run::update_parameters() {
    optimizer_.update(state_, gradients_, rate_factor(config_, state_.epoch), pool_);
    ++state_.epoch;
}

void Run::check_update(const TrainingState& before) {
    try {
        guard_.check_update(state_, before.epoch);
    } catch (const NonFiniteError&) {
        restore(before, time_);
        throw;
    }
}

void Run::restore(const TrainingState& state, TrainingTime time) {
    const auto remembered = std::min(config_.stencil.depth(), static_cast<int>(state.epoch));
    const bool fits =
        state.parameters.layout() == state_.parameters.layout() && state.epoch >= 0 &&
        std::ranges::equal(state.probes, state_.probes,
                           [](const ProbeState& one, const ProbeState& other) {
                               return one.offset == other.offset && one.layout == other.layout;
                           }) &&
        state.previous.size() == static_cast<std::size_t>(remembered) && optimizer_.fits(state);
    if (!fits) {
        throw std::invalid_argument(
            name_of(config_) + ": the state of epoch " + std::to_string(state.epoch) +
            " has another shape, other probes or another optimiser than the "
            "configuration; resume it under the configuration it was saved with");
    }
    state_ = state;
    probes_before_ = state_.probes;
    guard_.meet(state_);
    time_ = time;
    step_->recall(state_.previous);
    step_->load(state_.parameters);
}

Snapshot Run::make_snapshot() const {
    if (!snapshot_maker_) {
        throw std::logic_error("this run was made without a way to make snapshots");
    }
    Snapshot snapshot = snapshot_maker_(config_, state_.parameters);
    snapshot.epoch = state_.epoch;
    return snapshot;
}

} // namespace grokscope
