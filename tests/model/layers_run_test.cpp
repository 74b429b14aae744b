// Whole runs of several layers: the oracle's learning curves (R39), the same bits for any number of
// threads and after a resume, with and without a stencil, and one layer against the step that knows
// one alone.
#include "engine/compute/worker_pool.h"
#include "engine/parts/standard_parts.h"
#include "engine/store/checkpoint.h"
#include "engine/train/run.h"
#include "engine/train/state_hash.h"
#include "tests/model/run_hash.h"
#include "tests/reference/trace.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

namespace grokscope {
namespace {

void expect_layers_follow(const std::string& name, const RunConfig& config,
                          std::int32_t last_epoch) {
    const auto rows =
        trace::read(std::string(GROKSCOPE_TRACES) + "/" + name + ".csv", config.stencil);
    WorkerPool pool(2);
    grokscope::Run run(config, standard_engine_parts(), pool);
    ASSERT_EQ(run.step_description().substr(0, 6), "layers");
    trace::expect_follows(run, rows, last_epoch);
}

RunConfig of_97(int layers) {
    RunConfig config;
    config.p = 97;
    config.layers = layers;
    return config;
}

TEST(LayersTrajectory, TwoLayersWithLayerNormFollowTheOracle) {
    RunConfig config = of_97(2);
    config.norm = Norm::kPre;
    config.activation = Activation::kGelu;
    expect_layers_follow("seed999_p97_add_layers2_pre_gelu", config, 140);
}

TEST(LayersTrajectory, FourLayersWithoutNormFollowTheOracle) {
    expect_layers_follow("seed999_p97_add_layers4_relu", of_97(4), 70);
}

TEST(LayersTrajectory, BatchesAndClippedGradientsFollowTheOracle) {
    RunConfig config = of_97(2);
    config.norm = Norm::kPre;
    config.activation = Activation::kGelu;
    config.train_fraction = 0.5;
    config.batch = 512;
    config.clip = 1;
    expect_layers_follow("seed999_p97_add_depth2_batch512", config, 150);
}

TEST(LayersTrajectory, AStencilBesideTheLastOfTwoLayersFollowsTheOracle) {
    RunConfig config = of_97(2);
    config.p = 59;
    config.train_fraction = 0.5;
    config.d_model = 64;
    config.d_mlp = 128;
    config.norm = Norm::kPre;
    config.activation = Activation::kGelu;
    config.stencil = Stencil::of({-1, 0, 1});
    expect_layers_follow("seed999_p59_layers2_pre_gelu_full", config, 100);
}

/// All that may depend on more than the weights: batches, schedule, clip, four tokens.
RunConfig small_deep_config() {
    RunConfig config;
    config.p = 23;
    config.d_model = 32;
    config.d_mlp = 64;
    config.train_fraction = 0.5;
    config.layers = 3;
    config.norm = Norm::kPre;
    config.activation = Activation::kGelu;
    config.sequence = Sequence::kWithOperation;
    config.batch = 100; // two updates a pass, 64 pairs left over
    config.clip = 0.5;
    config.schedule = Schedule::kCosine;
    config.epochs = 40;
    return config;
}

/// The same with probes beside the second of three layers, which look far to both sides; they take
/// all pairs in an update.
RunConfig deep_config_with_stencil(Control control = Control::kNone) {
    RunConfig config = small_deep_config();
    config.batch = 0;
    config.stencil = Stencil::of({-3, -1, 0, 2});
    config.probe_layer = 2;
    config.control = control;
    return config;
}

std::vector<RunConfig> deep_configs() {
    return {small_deep_config(), deep_config_with_stencil(),
            deep_config_with_stencil(Control::kPermutedTargets)};
}

TEST(LayersRun, HasTheSameBitsForAnyNumberOfThreads) {
    for (const RunConfig& config : deep_configs()) {
        ASSERT_TRUE(config.validate().empty());
        std::uint64_t expected = 0;
        for (const int threads : {1, 2, 3, 7}) {
            WorkerPool pool(threads);
            grokscope::Run run(config, standard_engine_parts(), pool);
            const std::uint64_t hash = hash_after(run, 30);
            EXPECT_EQ(hash, threads == 1 ? expected = hash : expected) << threads;
        }
    }
}

TEST(LayersRun, GoesOnWithTheSameBitsFromACheckpoint) {
    for (const RunConfig& config : deep_configs()) {
        WorkerPool pool(1);
        grokscope::Run straight(config, standard_engine_parts(), pool);
        const std::uint64_t expected = hash_after(straight, 30);
        grokscope::Run whole(config, standard_engine_parts(), pool);
        for (const int cut :
             {1, 7, 20}) { // within a pass and between two; before the past is whole
            (void)hash_after(whole, cut);
            const Bytes saved = encode_state(whole.state());
            grokscope::Run resumed(config, standard_engine_parts(), pool);
            resumed.restore(decode_state(saved, config));
            EXPECT_EQ(hash_after(resumed, 30), expected) << cut << ' ' << config.label();
        }
    }
}

/// Every loss and mismatch of two steps, epoch by epoch, within rounding.
void expect_layers_follow_fused(RunConfig config) {
    config.p = 23;
    config.d_model = 32;
    config.d_mlp = 64;
    config.train_fraction = 0.5;
    config.eval_every = 1;
    RunConfig fused = config;
    fused.step = StepKind::kFused;
    config.step = StepKind::kLayers;
    WorkerPool pool(1);
    grokscope::Run one(config, standard_engine_parts(), pool);
    grokscope::Run other(fused, standard_engine_parts(), pool);
    for (int epoch = 0; epoch < 30; ++epoch) {
        const auto mine = one.advance_one_epoch();
        const auto theirs = other.advance_one_epoch();
        EXPECT_NEAR(mine->train_loss / theirs->train_loss, 1, epoch == 0 ? 1e-6 : 1e-4) << epoch;
        EXPECT_NEAR(mine->test_loss / theirs->test_loss, 1, epoch == 0 ? 1e-6 : 1e-4) << epoch;
        for (const int k : config.stencil.offsets()) {
            const double mismatch = mine->mismatch[offset_slot(k)];
            const double expected = theirs->mismatch[offset_slot(k)];
            EXPECT_EQ(std::isnan(mismatch), epoch < std::abs(k));
            EXPECT_TRUE(std::isnan(expected) || std::abs(mismatch / expected - 1) < 1e-4)
                << mismatch << " and " << expected << ", offset " << k << ", epoch " << epoch;
        }
    }
}

TEST(LayersRun, OfOnePlainLayerFollowsTheStepThatKnowsThatAlone) {
    RunConfig config;
    expect_layers_follow_fused(config);
    config.control = Control::kActivationPenalty;
    expect_layers_follow_fused(config);
}

TEST(LayersRun, OfOnePlainLayerWithAStencilFollowsTheStepThatKnowsThatAlone) {
    RunConfig config;
    config.stencil = Stencil::of({-1, 0, 1});
    for (const Control control : {Control::kNone, Control::kFrozenProbe, Control::kPermutedTargets,
                                  Control::kInputSide, Control::kTargetSide}) {
        config.control = control;
        expect_layers_follow_fused(config);
    }
}

} // namespace
} // namespace grokscope
