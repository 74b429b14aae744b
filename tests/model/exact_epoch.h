// Checks 2 and 2b: one epoch of the fused step in float32 against the same epoch in float64
// autograd, from any state of a run, with or without a stencil.
#pragma once

#include "engine/compute/worker_pool.h"
#include "engine/model/fused_step.h"
#include "engine/reference/standard_parts.h"
#include "engine/train/run.h"
#include "tests/model/autograd_run.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

namespace grokscope {

inline at::Tensor part_of(const at::Tensor& flat, const ParameterLayout& layout, Tensor tensor) {
    return flat.narrow(0, static_cast<std::int64_t>(layout.offset(tensor)),
                       static_cast<std::int64_t>(layout.size(tensor)));
}

/// Largest difference of two flat tensors over the largest entry of the second.
inline double relative_error(const at::Tensor& found, const at::Tensor& expected) {
    return (found - expected).abs().max().item<double>() / expected.abs().max().item<double>();
}

/// Phase 1 of one probe. Adam divides by the root of a gradient's square: where a first gradient
/// is zero but for rounding, its update is a step of either sign.
inline void expect_exact_probe(const ProbeState& found, const AutogradProbe& exact) {
    const std::string where = "offset " + std::to_string(found.offset);
    EXPECT_EQ(found.adam_steps, exact.adam.steps) << where;
    EXPECT_LE(relative_error(to_float64(std::span<const float>(found.first_moment)), exact.adam.m1),
              1e-3)
        << where;
    const at::Tensor difference =
        (to_float64(std::span<const float>(found.weights)) - exact.weights).abs();
    EXPECT_LE((difference > 2e-5).to(at::kDouble).mean().item<double>(), 2e-3) << where;
}

/// One epoch from `state` on both sides. The activation pattern is that of the fused step, since a
/// float32 pre-activation may fall on the other side of zero, which is bounded separately.
inline void expect_exact_epoch(const RunConfig& config, const Task& task,
                               const TrainingState& state, WorkerPool& pool) {
    const ModelShape shape = ModelShape::of(config);
    FusedStep step(config, task.train, pool);
    step.recall(state.previous);
    step.load(state.parameters);
    std::vector<ProbeState> probes = state.probes;
    Gradients gradients(shape);
    const StepResult result = step.gradients(probes, gradients);
    std::vector<float> hidden(task.train.size() * static_cast<std::size_t>(shape.d_mlp));
    step.mlp_hidden(task.train.pairs, hidden);
    const auto rows = static_cast<std::int64_t>(task.train.size());
    const at::Tensor found_hidden = to_float64(std::span<const float>(hidden)).view({rows, -1});
    const at::Tensor pattern = (found_hidden > 0).to(at::kDouble);

    const ParameterLayout& layout = gradients.layout();
    AutogradRun exact(layout, task.train, config.stencil_weight);
    for (auto then = state.previous.rbegin(); then != state.previous.rend(); ++then) {
        exact.remember(to_float64(std::span<const float>(then->flat())));
    }
    exact.flat = to_float64(std::span<const float>(state.parameters.flat()));
    for (const ProbeState& probe : state.probes) {
        AutogradProbe& added = exact.probes.emplace_back();
        added.offset = probe.offset;
        added.layout = probe.layout;
        added.weights = to_float64(std::span<const float>(probe.weights));
        added.adam = {config.probe_learning_rate,
                      0,
                      0.9,
                      0.999,
                      to_float64(std::span<const float>(probe.first_moment)),
                      to_float64(std::span<const float>(probe.second_moment)),
                      probe.adam_steps};
    }
    const AutogradRun::Epoch expected = exact.compute(pattern);

    // 2b: rarely, and only close to zero.
    const at::Tensor own_hidden = exact.activations().mlp_hidden;
    const at::Tensor differs = ((own_hidden > 0).to(at::kDouble) - pattern).abs();
    EXPECT_LE(differs.sum().item<double>(), 5);
    EXPECT_LE((differs * at::maximum(own_hidden, found_hidden)).max().item<double>(), 1e-4);
    EXPECT_NEAR(result.task_loss / expected.task_loss, 1, 1e-6);
    for (std::size_t i = 0; i < exact.probes.size(); ++i) {
        const AutogradProbe& probe = exact.probes[i];
        const double mismatch = result.mismatch[offset_slot(probe.offset)];
        if (!exact.is_active(probe)) {
            EXPECT_TRUE(std::isnan(mismatch)) << "offset " << probe.offset;
            continue;
        }
        EXPECT_NEAR(mismatch / expected.mismatch[i], 1, 1e-4) << "offset " << probe.offset;
        expect_exact_probe(probes[i], probe);
    }
    for (std::size_t i = 0; i < kTensorCount; ++i) {
        const auto tensor = static_cast<Tensor>(i);
        const at::Tensor part = part_of(expected.gradient, layout, tensor);
        ASSERT_GT(part.abs().max().item<double>(), 0) << kTensorNames[i];
        EXPECT_LE(relative_error(to_float64(std::span<const float>(gradients.view(tensor))), part),
                  1e-3)
            << kTensorNames[i];
    }
}

/// The eight experiments: the baseline and every stencil of -1, 0 and +1.
inline std::vector<std::vector<int>> all_stencils() {
    return {{}, {-1}, {0}, {1}, {-1, 0}, {0, 1}, {-1, 1}, {-1, 0, 1}};
}

/// "m1_0_1" for {-1, 0, 1}, "baseline" for none: a part of the name of a test.
inline std::string word_of(const std::vector<int>& offsets) {
    std::string word;
    for (const int k : offsets) {
        word += word.empty() ? "" : "_";
        word += k < 0 ? "m" : "";
        word += std::to_string(std::abs(k));
    }
    return word.empty() ? "baseline" : word;
}

} // namespace grokscope
