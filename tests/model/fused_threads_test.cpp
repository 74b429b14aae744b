// The fused step on several threads, without libtorch, so that ThreadSanitizer can watch it: no two
// units of a phase may touch the same value.
#include "engine/compute/worker_pool.h"
#include "engine/model/fused/fused_core.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <vector>

namespace grokscope {
namespace {

/// Losses, gradients and probes of some epochs, each tensor by itself.
using Outcome = std::vector<std::vector<float>>;

Outcome outcome(const std::vector<int>& offsets, int threads,
                fused::SimdLevel simd = fused::best_simd_level()) {
    const ModelShape shape{23, 24, 3, 70};
    fused::CoreOptions options;
    options.model = shape;
    options.stencil = Stencil::of(offsets);
    options.probe_width = 9;
    options.simd = simd;
    std::mt19937 random(3);
    std::normal_distribution<float> normal(0, 0.2F);
    Parameters parameters(shape);
    for (std::size_t i = 0; i < kTensorCount; ++i) {
        for (float& value : parameters.view(static_cast<Tensor>(i))) {
            value = normal(random);
        }
    }
    std::vector<ProbeState> probes;
    for (const int k : options.stencil.offsets()) {
        ProbeState& probe = probes.emplace_back(k, ProbeLayout{shape.d, 9, shape.d_mlp});
        for (float& value : probe.weights) {
            value = normal(random);
        }
    }
    const PairSet pairs = all_pairs({Operation::kAdd, shape.p});
    PairSet marked = pairs;
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        marked.mirrored.push_back(i % 7 < 3 ? 1 : 0);
    }
    WorkerPool pool(threads);
    fused::FusedCore<float> core(options, pairs, pool);
    Gradients gradients(shape);
    Outcome result;
    for (int epoch = 0; epoch < 4; ++epoch) {
        core.load(parameters);
        const StepResult step = core.gradients(probes, gradients);
        result.push_back({static_cast<float>(step.task_loss)});
        const Evaluation evaluation = core.evaluate(pairs);
        const Evaluation in_parts = core.evaluate(marked);
        EXPECT_EQ(in_parts.loss, evaluation.loss) << "every bit of it";
        EXPECT_EQ(in_parts.correct, evaluation.correct);
        result.push_back({static_cast<float>(evaluation.loss)});
        for (const PartEvaluation& part : {in_parts.mirrored, in_parts.truly_new}) {
            result.push_back({static_cast<float>(part.loss), static_cast<float>(part.accuracy)});
        }
        for (std::size_t i = 0; i < kTensorCount; ++i) {
            const auto gradient = gradients.view(static_cast<Tensor>(i));
            result.emplace_back(gradient.begin(), gradient.end());
        }
        for (std::size_t i = 0; i < parameters.flat().size(); ++i) {
            parameters.flat()[i] -= gradients.flat()[i];
        }
    }
    for (const ProbeState& probe : probes) {
        result.emplace_back(probe.weights.begin(), probe.weights.end());
    }
    return result;
}

class FusedThreads : public testing::TestWithParam<std::vector<int>> {};

TEST_P(FusedThreads, ShareNothingWithinAPhase) {
    const Outcome alone = outcome(GetParam(), 1);
    for (const std::vector<float>& tensor : alone) {
        EXPECT_TRUE(std::ranges::any_of(tensor, [](float value) { return value != 0; }));
    }
    for (const int threads : {2, 4}) {
        EXPECT_EQ(outcome(GetParam(), threads), alone) << threads << " threads";
    }
}

TEST_P(FusedThreads, EveryInstructionSetIsDeterministicAndAgreesWithTheSimplest) {
    // The portable one, except where every processor has vectors, as on arm64.
    const auto levels = fused::available_simd_levels();
    const Outcome simplest = outcome(GetParam(), 2, levels.front());
    for (const fused::SimdLevel level : levels) {
        const Outcome found = outcome(GetParam(), 1, level);
        EXPECT_EQ(outcome(GetParam(), 3, level), found) << name_of(level);
        ASSERT_EQ(found.size(), simplest.size());
        for (std::size_t tensor = 0; tensor < found.size(); ++tensor) {
            float largest = 0;
            float difference = 0;
            for (std::size_t i = 0; i < found[tensor].size(); ++i) {
                largest = std::max(largest, std::abs(simplest[tensor][i]));
                difference = std::max(difference, std::abs(found[tensor][i] - simplest[tensor][i]));
            }
            EXPECT_LE(difference, 1e-3F * largest) << name_of(level) << ", tensor " << tensor;
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Stencils, FusedThreads,
                         testing::Values(std::vector<int>{}, std::vector<int>{-2, 0, 1}));

} // namespace
} // namespace grokscope
