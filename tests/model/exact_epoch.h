// Checks 2 and 2b: one epoch of the fused step in float32 against the same epoch in float64
// autograd, from any state of a run, with or without a stencil.
#pragma once

#include "engine/compute/worker_pool.h"
#include "engine/model/fused_step.h"
#include "engine/reference/reference_step.h"
#include "engine/parts/standard_parts.h"
#include "engine/train/run.h"
#include "tests/model/autograd_run.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <optional>
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

/// One epoch in float32 and the same in float64.
struct ComparedEpoch {
    StepResult result;
    std::vector<ProbeState> probes;
    Gradients gradients;
    at::Tensor hidden; ///< [n, d_mlp], as the step has it
    AutogradRun exact;
    AutogradRun::Epoch expected;

    [[nodiscard]] double loss_error() const {
        return std::abs(result.task_loss / expected.task_loss - 1);
    }
    [[nodiscard]] double gradient_error(Tensor tensor) const {
        return relative_error(to_float64(std::span<const float>(gradients.view(tensor))),
                              part_of(expected.gradient, gradients.layout(), tensor));
    }
};

/// One epoch from `state` by a step of its configuration. The activation pattern of the float64
/// side is that of the step, since a float32 pre-activation may fall on the other side of zero.
inline ComparedEpoch compare_epoch(Step& step, const RunConfig& config, const Task& task,
                                   const TrainingState& state) {
    const ModelShape shape = ModelShape::of(config);
    ComparedEpoch epoch{{},
                        state.probes,
                        Gradients(shape),
                        {},
                        AutogradRun(ParameterLayout(shape), task.train, config.stencil_weight),
                        {}};
    step.recall(state.previous);
    step.load(state.parameters);
    epoch.result = step.gradients(epoch.probes, epoch.gradients);
    std::vector<float> hidden(task.train.size() * static_cast<std::size_t>(shape.d_mlp));
    step.mlp_hidden(task.train.pairs, hidden);
    epoch.hidden = to_float64(std::span<const float>(hidden))
                       .view({static_cast<std::int64_t>(task.train.size()), -1});

    for (auto then = state.previous.rbegin(); then != state.previous.rend(); ++then) {
        epoch.exact.remember(to_float64(std::span<const float>(then->flat())));
    }
    epoch.exact.flat = to_float64(std::span<const float>(state.parameters.flat()));
    for (const ProbeState& probe : state.probes) {
        epoch.exact.probes.push_back(
            {probe.offset,
             probe.layout,
             to_float64(std::span<const float>(probe.weights)),
             {config.probe_learning_rate, 0, 0.9, 0.999,
              to_float64(std::span<const float>(probe.first_moment)),
              to_float64(std::span<const float>(probe.second_moment)), probe.adam_steps}});
    }
    epoch.expected = epoch.exact.compute((epoch.hidden > 0).to(at::kDouble));
    return epoch;
}

/// The fused step's epoch from `state` is exact: up to fixed bounds, or, where float32 itself does
/// not carry that far, up to three times the error of plain float32 autograd (ReferenceStep).
inline void expect_exact_epoch(const RunConfig& config, const Task& task,
                               const TrainingState& state, WorkerPool& pool) {
    FusedStep step(config, task.train, pool);
    const ComparedEpoch epoch = compare_epoch(step, config, task, state);
    std::optional<ComparedEpoch> plain;
    const auto expect_error = [&](const char* what, double bound, auto error_of) {
        const double error = error_of(epoch);
        if (error <= bound) {
            return;
        }
        if (!plain) {
            const auto reference = make_reference_step(config, task);
            plain = compare_epoch(*reference, config, task, state);
        }
        EXPECT_LE(error, 3 * error_of(*plain)) << what << ", bound " << bound;
    };

    // 2b: rarely, and only close to zero.
    const at::Tensor own_hidden = epoch.exact.activations().mlp_hidden;
    const at::Tensor differs =
        ((own_hidden > 0).to(at::kDouble) - (epoch.hidden > 0).to(at::kDouble)).abs();
    EXPECT_LE(differs.sum().item<double>(), 5);
    EXPECT_LE((differs * at::maximum(own_hidden, epoch.hidden)).max().item<double>(), 1e-4);
    expect_error("loss", 1e-6, [](const ComparedEpoch& of) { return of.loss_error(); });
    for (std::size_t i = 0; i < epoch.exact.probes.size(); ++i) {
        const AutogradProbe& probe = epoch.exact.probes[i];
        const double mismatch = epoch.result.mismatch[offset_slot(probe.offset)];
        if (!epoch.exact.is_active(probe)) {
            EXPECT_TRUE(std::isnan(mismatch)) << "offset " << probe.offset;
            continue;
        }
        EXPECT_NEAR(mismatch / epoch.expected.mismatch[i], 1, 1e-4) << "offset " << probe.offset;
        expect_exact_probe(epoch.probes[i], probe);
    }
    for (std::size_t i = 0; i < kTensorCount; ++i) {
        const auto tensor = static_cast<Tensor>(i);
        ASSERT_TRUE(std::isfinite(epoch.gradient_error(tensor)))
            << kTensorNames[i] << " has no gradient";
        expect_error(kTensorNames[i].data(), 1e-3,
                     [tensor](const ComparedEpoch& of) { return of.gradient_error(tensor); });
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
