// The reference step on a CUDA device against itself on the CPU. Each test is skipped, by its name,
// where libtorch finds no device: tests/reference/cuda_check runs them where there is one.
#include "engine/compute/worker_pool.h"
#include "engine/reference/initial_state.h"
#include "engine/reference/reference_step.h"
#include "engine/parts/standard_parts.h"
#include "engine/store/checkpoint.h"
#include "engine/train/run.h"
#include "tests/reference/trace_case.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

namespace grokscope {
namespace {

class Cuda : public testing::Test {
protected:
    void SetUp() override {
        if (const std::string why = why_no_cuda(); !why.empty()) {
            GTEST_SKIP() << why;
        }
    }
};

RunConfig deep() {
    RunConfig config;
    config.p = 23;
    config.d_model = 32;
    config.d_mlp = 64;
    config.train_fraction = 0.5;
    config.layers = 3;
    config.norm = Norm::kPre;
    config.activation = Activation::kGelu;
    config.sequence = Sequence::kWithOperation;
    config.step = StepKind::kReference;
    return config;
}

/// Losses, mismatches, gradients and probes of three epochs on both devices.
void expect_devices_agree(const RunConfig& config) {
    const Task task = make_task(config);
    TrainingState state = initial_state(config);
    std::vector<ProbeState> others = state.probes;
    const auto cuda = make_reference_step(config, task, Device::kCuda);
    const auto cpu = make_reference_step(config, task, Device::kCpu);
    Gradients found(ModelShape::of(config));
    Gradients expected(ModelShape::of(config));
    for (int epoch = 0; epoch < 3; ++epoch) {
        cuda->load(state.parameters);
        cpu->load(state.parameters);
        const StepResult one = cuda->gradients(state.probes, found);
        const StepResult other = cpu->gradients(others, expected);
        EXPECT_NEAR(one.task_loss / other.task_loss, 1, 1e-5);
        for (std::size_t i = 0; i < others.size(); ++i) {
            const std::size_t slot = offset_slot(others[i].offset);
            ASSERT_EQ(std::isnan(one.mismatch[slot]), std::isnan(other.mismatch[slot]));
            if (!std::isnan(one.mismatch[slot])) {
                EXPECT_NEAR(one.mismatch[slot] / other.mismatch[slot], 1, 1e-4);
            }
        }
        for (const TensorSpec& spec : found.layout().tensors()) {
            double error = 0;
            double largest = 0;
            for (std::size_t i = 0; i < spec.size; ++i) {
                const double value = expected.view(spec)[i];
                error = std::max(error, std::abs(found.view(spec)[i] - value));
                largest = std::max(largest, std::abs(value));
            }
            EXPECT_LE(error, 1e-3 * largest) << spec.name << ", epoch " << epoch;
        }
        for (float& weight : state.parameters.view(Tensor::W_E)) { // so that the past differs
            weight *= 1.05F;
        }
        others = state.probes;
    }
    cuda->load(state.parameters);
    cpu->load(state.parameters);
    const Evaluation here = cuda->evaluate(task.test);
    const Evaluation there = cpu->evaluate(task.test);
    EXPECT_NEAR(here.loss / there.loss, 1, 1e-5);
    EXPECT_NEAR(here.mirrored.loss / there.mirrored.loss, 1, 1e-5);
    std::vector<float> logits(task.test.size() * static_cast<std::size_t>(config.p));
    std::vector<float> expected_logits(logits.size());
    cuda->logits(task.test.pairs, logits);
    cpu->logits(task.test.pairs, expected_logits);
    for (std::size_t i = 0; i < logits.size(); ++i) {
        ASSERT_NEAR(logits[i], expected_logits[i], 1e-4);
    }
}

TEST_F(Cuda, OfSeveralLayersAgreesWithTheCpu) {
    expect_devices_agree(deep());
}

TEST_F(Cuda, OfOnePlainLayerAgreesWithTheCpu) {
    RunConfig config = deep();
    config.layers = 1;
    config.norm = Norm::kNone;
    config.activation = Activation::kRelu;
    config.sequence = Sequence::kPair;
    expect_devices_agree(config);
    config.stablemax = true;
    expect_devices_agree(config);
}

TEST_F(Cuda, WithProbesOfAnyLayerAgreesWithTheCpu) {
    RunConfig config = deep();
    config.stencil = Stencil::of({-1, 0, 1});
    config.probe_layer = 2;
    expect_devices_agree(config);
    config.control = Control::kPermutedTargets;
    expect_devices_agree(config);
}

TEST_F(Cuda, FollowsTheOraclesTraces) {
    for (const auto& [name, offsets] : {std::pair("seed999_baseline", std::vector<int>{}),
                                        std::pair("seed999_full", std::vector<int>{-1, 0, 1})}) {
        expect_follows(
            {.name = name, .offsets = offsets, .last_epoch = 60, .device = Device::kCuda});
    }
}

TEST_F(Cuda, IsSaidInTheRecordAndTakenByAuto) {
    for (const Device device : {Device::kCuda, Device::kAuto}) {
        RunConfig config = deep();
        config.device = device;
        WorkerPool pool(1);
        EXPECT_TRUE(grokscope::Run(config, standard_engine_parts(), pool)
                        .step_description()
                        .ends_with(", CUDA"));
    }
}

TEST_F(Cuda, GoesOnFromACheckpointWithinRounding) {
    RunConfig config = deep();
    config.device = Device::kCuda;
    config.stencil = Stencil::of({-1, 0, 1});
    config.eval_every = 1;
    WorkerPool pool(1);
    grokscope::Run whole(config, standard_engine_parts(), pool);
    for (int epoch = 0; epoch < 10; ++epoch) {
        (void)whole.advance_one_epoch();
    }
    grokscope::Run resumed(config, standard_engine_parts(), pool);
    resumed.restore(decode_state(encode_state(whole.state()), config));
    for (int epoch = 0; epoch < 5; ++epoch) {
        const auto one = whole.advance_one_epoch();
        const auto other = resumed.advance_one_epoch();
        EXPECT_NEAR(one->train_loss / other->train_loss, 1, 1e-5);
        for (const int k : config.stencil.offsets()) {
            EXPECT_NEAR(one->mismatch[offset_slot(k)] / other->mismatch[offset_slot(k)], 1, 1e-4);
        }
    }
}

} // namespace
} // namespace grokscope
