// The fused step on several threads, without libtorch, so that ThreadSanitizer can watch it: no two
// units of a phase may touch the same value.
#include "engine/compute/worker_pool.h"
#include "engine/model/fused/fused_core.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace grokscope {
namespace {

/// Gradients and probes after some epochs on `threads` threads.
std::vector<float> outcome(const std::vector<int>& offsets, int threads) {
    const ModelShape shape{23, 24, 3, 70};
    fused::CoreOptions options;
    options.model = shape;
    options.stencil = Stencil::of(offsets);
    options.probe_width = 9;
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
    const PairSet pairs = all_pairs(Operation::kAdd, shape.p);
    WorkerPool pool(threads);
    fused::FusedCore<float> core(options, pairs, pool);
    Gradients gradients(shape);
    std::vector<float> result;
    for (int epoch = 0; epoch < 4; ++epoch) {
        core.load(parameters);
        const StepResult step = core.gradients(probes, gradients);
        result.push_back(static_cast<float>(step.task_loss));
        result.push_back(static_cast<float>(core.evaluate(pairs).loss));
        result.insert(result.end(), gradients.flat().begin(), gradients.flat().end());
        for (std::size_t i = 0; i < parameters.flat().size(); ++i) {
            parameters.flat()[i] -= gradients.flat()[i];
        }
    }
    for (const ProbeState& probe : probes) {
        result.insert(result.end(), probe.weights.begin(), probe.weights.end());
    }
    return result;
}

class FusedThreads : public testing::TestWithParam<std::vector<int>> {};

TEST_P(FusedThreads, ShareNothingWithinAPhase) {
    const std::vector<float> alone = outcome(GetParam(), 1);
    EXPECT_TRUE(std::ranges::any_of(alone, [](float value) { return value != 0; }));
    for (const int threads : {2, 4}) {
        EXPECT_EQ(outcome(GetParam(), threads), alone) << threads << " threads";
    }
}

INSTANTIATE_TEST_SUITE_P(Stencils, FusedThreads,
                         testing::Values(std::vector<int>{}, std::vector<int>{-2, 0, 1}));

} // namespace
} // namespace grokscope
