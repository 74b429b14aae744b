// A run small and cheap enough for hundreds of tests, whose state depends on everything a
// checkpoint must hold: weights, moments, probes, and the remembered epochs.
#pragma once

#include "engine/compute/worker_pool.h"
#include "engine/model/adamw.h"
#include "engine/model/step.h"
#include "engine/model/training_state.h"
#include "engine/train/engine_parts.h"
#include "engine/train/run.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <deque>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace grokscope::store_test {

/// The smallest shape that validate() accepts.
inline RunConfig small_config(const std::vector<int>& offsets = {}) {
    RunConfig config;
    config.p = 7;
    config.d_model = 32;
    config.heads = 4;
    config.d_mlp = 64;
    config.probe_width = 3;
    config.train_fraction = 0.5;
    config.epochs = 400;
    config.stencil = Stencil::of(offsets);
    return config;
}

/// Arithmetic in place of a network: no meaning, but bits that depend on the whole past.
class SmallStep : public Step {
public:
    SmallStep(const RunConfig& config, const Task& task)
        : task_(task), depth_(static_cast<std::size_t>(config.stencil.depth())) {}

    void load(const Parameters& parameters) override { loaded_ = &parameters; }

    void select_rows(std::span<const std::uint32_t> rows) override {
        of_rows_ = 0;
        for (const std::uint32_t row : rows) {
            of_rows_ = of_rows_ * 0.9F + static_cast<float>(row);
        }
    }

    StepResult gradients(std::span<ProbeState> probes, Gradients& gradients) override {
        StepResult result;
        result.mismatch.fill(std::numeric_limits<double>::quiet_NaN());
        const float now = activation(*loaded_);
        float pull = 0;
        for (ProbeState& probe : probes) {
            const auto lag = static_cast<std::size_t>(std::abs(probe.offset));
            if (remembered_.size() < lag) {
                continue;
            }
            const float other = lag == 0 ? now : remembered_[lag - 1];
            AlignedBuffer<float> slope(probe.weights.size());
            for (std::size_t i = 0; i < slope.size(); ++i) {
                // The gaps of the layout are zero and stay zero.
                slope[i] = probe.weights[i] == 0.0F ? 0.0F : probe.weights[i] - other;
            }
            ++probe.adam_steps;
            adamw_update({.learning_rate = 1e-3, .weight_decay = 0.0, .beta2 = 0.999},
                         probe.adam_steps, std::span(probe.weights), slope,
                         std::span(probe.first_moment), std::span(probe.second_moment));
            pull += probe.weights[0] - other;
            result.mismatch[offset_slot(probe.offset)] = pull * pull;
        }
        std::ranges::fill(gradients.flat(), 0.0F);
        for (const TensorSpec& tensor : gradients.layout().tensors()) {
            const auto weights = loaded_->view(tensor);
            const auto slopes = gradients.view(tensor);
            for (std::size_t j = 0; j < slopes.size(); ++j) {
                slopes[j] =
                    std::sin(weights[j] * 3.0F) + 0.1F * now + 0.01F * pull + 0.01F * of_rows_;
            }
        }
        remembered_.push_front(now);
        while (remembered_.size() > depth_) {
            remembered_.pop_back();
        }
        result.task_loss = std::fabs(now) + 0.5;
        result.correct = static_cast<std::int64_t>(task_.train.size() / 2);
        return result;
    }

    Evaluation evaluate(const PairSet& pairs) override {
        return {.loss = 1.0 + std::fabs(activation(*loaded_)),
                .correct = static_cast<std::int64_t>(pairs.size() / 3)};
    }
    void logits(std::span<const Pair>, std::span<float> out) override {
        std::ranges::fill(out, activation(*loaded_));
    }
    void mlp_hidden(std::span<const Pair>, std::span<float> out) override {
        std::ranges::fill(out, activation(*loaded_));
    }
    void recall(const std::deque<Parameters>& previous) override {
        remembered_.clear();
        for (const Parameters& parameters : previous) {
            remembered_.push_back(activation(parameters));
        }
    }
    [[nodiscard]] std::string description() const override { return "arithmetic for tests"; }

private:
    static float activation(const Parameters& parameters) {
        float sum = 0;
        for (const float value : parameters.flat()) {
            sum = sum * 0.999F + value;
        }
        return sum;
    }

    const Task& task_;
    std::size_t depth_;
    const Parameters* loaded_ = nullptr;
    float of_rows_ = 0; ///< depends on the rows that are selected and on their order
    std::deque<float> remembered_;
};

/// Weights from a small generator, so that no two values are equal.
inline void fill(std::span<float> values, std::uint32_t& generator) {
    for (float& value : values) {
        generator = generator * 1664525U + 1013904223U;
        value = static_cast<float>(generator >> 8U) / 16777216.0F - 0.5F;
    }
}

inline TrainingState small_initial_state(const RunConfig& config) {
    TrainingState state(ModelShape::of(config));
    std::uint32_t generator = config.seed;
    for (const TensorSpec& tensor : state.parameters.layout().tensors()) {
        fill(state.parameters.view(tensor), generator);
    }
    for (const int k : config.stencil.offsets()) {
        ProbeState& probe = state.probes.emplace_back(
            k, ProbeLayout{config.d_model, config.probe_width, config.d_mlp});
        const ProbeLayout& layout = probe.layout;
        const std::span<float> weights(probe.weights);
        fill(weights.subspan(layout.W1(), layout.W1_size()), generator);
        fill(weights.subspan(layout.b1(), layout.b1_size()), generator);
        fill(weights.subspan(layout.W2(), layout.W2_size()), generator);
        fill(weights.subspan(layout.b2(), layout.b2_size()), generator);
    }
    return state;
}

inline EngineParts small_parts() {
    EngineParts parts;
    parts.make_task = [](const RunConfig& config) { return make_task(config); };
    parts.make_initial_state = small_initial_state;
    parts.make_step = [](const RunConfig& config, const Task& task, WorkerPool&) {
        return std::make_unique<SmallStep>(config, task);
    };
    parts.make_snapshot = [](const RunConfig& config, const Parameters& parameters) {
        Snapshot snapshot;
        snapshot.p = config.p;
        snapshot.d_model = config.d_model;
        const auto weights = parameters.flat();
        snapshot.embedding.assign(weights.begin(), weights.begin() + config.p * config.d_model);
        snapshot.spectrum.assign(weights.begin(), weights.begin() + (config.p - 1) / 2);
        snapshot.logit_spectrum = snapshot.spectrum;
        snapshot.spectrum_mean = 0.25F;
        snapshot.weight_sum_squares = sum_squares(weights);
        return snapshot;
    };
    return parts;
}

} // namespace grokscope::store_test
