// Engine parts for tests: real task, weights and optimiser around a step that costs nothing and
// does what a script says. No libtorch, so ThreadSanitizer can watch.
#pragma once

#include "engine/train/engine_parts.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>
#include <utility>

namespace grokscope::test {

/// What the fake steps of one trainer do. Functions left empty have the default of a quiet run that
/// learns nothing; they are called on the trainer's thread.
struct FakeScript {
    /// Called at the beginning of each epoch; may block or throw.
    std::function<void(const RunConfig&, std::int32_t epoch)> on_epoch;
    /// Replace the losses.
    std::function<double(const RunConfig&, std::int32_t epoch)> train_loss;
    std::function<double(const RunConfig&, std::int32_t epoch)> test_loss;
    /// Right answers in training and test pairs, as a share.
    std::function<double(const RunConfig&, std::int32_t epoch)> train_accuracy;
    std::function<double(const RunConfig&, std::int32_t epoch)> test_accuracy;
    /// Called when a run is made; may throw.
    std::function<void(const RunConfig&)> on_make;
};

/// Loss: sum of squares of the weights; gradient: a fixed pattern of the seed plus the weights
/// themselves, so that every epoch changes every bit of what follows.
class FakeStep final : public Step {
public:
    FakeStep(RunConfig config, const Task& task, std::shared_ptr<const FakeScript> script)
        : config_(std::move(config)), task_(task), script_(std::move(script)) {}

    void load(const Parameters& parameters) override { parameters_ = &parameters; }

    StepResult gradients(std::span<ProbeState>, Gradients& gradients) override {
        const std::int32_t epoch = epoch_++;
        if (script_->on_epoch) {
            script_->on_epoch(config_, epoch);
        }
        for (std::size_t i = 0; i < kTensorCount; ++i) {
            const auto weights = parameters_->view(static_cast<Tensor>(i));
            const auto gradient = gradients.view(static_cast<Tensor>(i));
            for (std::size_t j = 0; j < weights.size(); ++j) {
                const auto pattern = static_cast<float>((j * 7 + config_.seed * 13 + i) % 17);
                gradient[j] = weights[j] + pattern / 17.0F - 0.5F;
            }
        }
        StepResult result;
        result.task_loss = script_->train_loss ? script_->train_loss(config_, epoch)
                                               : sum_squares(parameters_->flat());
        result.correct = right_answers(script_->train_accuracy, epoch, task_.train);
        result.mismatch = MetricSample::missing_mismatch();
        for (const int k : config_.stencil.offsets()) {
            if (epoch >= std::abs(k)) {
                result.mismatch[offset_slot(k)] = 1.0 / (epoch + 10.0 + k);
            }
        }
        return result;
    }

    Evaluation evaluate(const PairSet& pairs) override {
        return {script_->test_loss ? script_->test_loss(config_, epoch_ - 1)
                                   : 2 * sum_squares(parameters_->flat()),
                right_answers(script_->test_accuracy, epoch_ - 1, pairs)};
    }

    void logits(std::span<const Pair>, std::span<float> out) override {
        std::fill(out.begin(), out.end(), 0.0F);
    }
    void mlp_hidden(std::span<const Pair>, std::span<float> out) override {
        std::fill(out.begin(), out.end(), 0.0F);
    }
    void recall(const std::deque<Parameters>&) override {}
    [[nodiscard]] std::string description() const override { return "fake"; }

private:
    using Share = std::function<double(const RunConfig&, std::int32_t)>;

    [[nodiscard]] std::int64_t right_answers(const Share& share, std::int32_t epoch,
                                             const PairSet& pairs) const {
        return share ? std::llround(share(config_, epoch) * static_cast<double>(pairs.size())) : 0;
    }

    RunConfig config_;
    const Task& task_;
    std::shared_ptr<const FakeScript> script_;
    const Parameters* parameters_ = nullptr;
    std::int32_t epoch_ = 0;
};

/// A configuration small enough for ten thousand epochs a second.
[[nodiscard]] inline RunConfig small_config(std::uint32_t seed = 1, int epochs = 1'000'000) {
    RunConfig config;
    config.p = 5;
    config.train_fraction = 0.4; // 10 training and 15 test pairs
    config.seed = seed;
    config.d_model = 32;
    config.d_mlp = 64;
    config.epochs = epochs;
    config.snapshot_every = 100;
    return config;
}

[[nodiscard]] inline EngineParts fake_parts(FakeScript script = {}) {
    const auto shared = std::make_shared<const FakeScript>(std::move(script));
    EngineParts parts;
    parts.make_task = [](const RunConfig& config) { return make_task(config); };
    parts.make_initial_state = [shared](const RunConfig& config) {
        if (shared->on_make) {
            shared->on_make(config);
        }
        TrainingState state(ModelShape::of(config));
        for (std::size_t i = 0; i < kTensorCount; ++i) {
            std::size_t j = config.seed;
            for (float& weight : state.parameters.view(static_cast<Tensor>(i))) {
                weight = static_cast<float>(++j % 11) / 11.0F;
            }
        }
        for (const int k : config.stencil.offsets()) {
            state.probes.emplace_back(
                k, ProbeLayout{config.d_model, config.probe_width, config.d_mlp});
        }
        return state;
    };
    parts.make_step = [shared](const RunConfig& config, const Task& task, WorkerPool&) {
        return std::make_unique<FakeStep>(config, task, shared);
    };
    parts.make_snapshot = [](const RunConfig& config, const Parameters& parameters) {
        Snapshot snapshot;
        snapshot.p = config.p;
        snapshot.d_model = config.d_model;
        snapshot.embedding.assign(static_cast<std::size_t>(config.p * config.d_model), 0.0F);
        snapshot.weight_sum_squares = sum_squares(parameters.flat());
        return snapshot;
    };
    return parts;
}

} // namespace grokscope::test
