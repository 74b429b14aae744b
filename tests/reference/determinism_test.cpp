// R14 with the real step: equal bits for equal configurations, any number of workers, after
// resuming, and with evaluations in between.
#include "engine/compute/worker_pool.h"
#include "engine/parts/standard_parts.h"
#include "engine/train/run.h"
#include "engine/train/state_hash.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <ostream>
#include <vector>

namespace grokscope {
namespace {

RunConfig small_config(const std::vector<int>& offsets) {
    RunConfig config;
    config.p = 23;
    config.d_model = 32;
    config.d_mlp = 64;
    config.probe_width = 8;
    config.train_fraction = 0.4;
    config.seed = 17;
    config.stencil = Stencil::of(offsets);
    config.step = StepKind::kReference;
    return config;
}

void train(grokscope::Run& run, int epochs) {
    for (int i = 0; i < epochs; ++i) {
        (void)run.advance_one_epoch();
    }
}

std::uint64_t hash_after(const RunConfig& config, int epochs, int workers = 1) {
    WorkerPool pool(workers);
    grokscope::Run run(config, standard_engine_parts(), pool);
    train(run, epochs);
    return hash_of(run.state());
}

using Offsets = std::vector<int>;
class SmallRuns : public testing::TestWithParam<Offsets> {};

TEST_P(SmallRuns, HaveTheSameBitsEveryTimeAndForAnyNumberOfWorkers) {
    const RunConfig config = small_config(GetParam());
    const std::uint64_t expected = hash_after(config, 50);
    EXPECT_EQ(hash_after(config, 50), expected);
    EXPECT_EQ(hash_after(config, 50, 2), expected);
    EXPECT_EQ(hash_after(config, 50, 4), expected);
    RunConfig other = config;
    other.seed = 18;
    EXPECT_NE(hash_after(other, 50), expected);
}

TEST_P(SmallRuns, ResumeWithTheBitsOfTheUninterruptedRun) {
    const RunConfig config = small_config(GetParam());
    const std::uint64_t expected = hash_after(config, 50);
    // Before, while and after the history fills.
    for (const int interruption : {0, 1, 2, 5, 25, 49}) {
        WorkerPool pool(1);
        grokscope::Run first(config, standard_engine_parts(), pool);
        train(first, interruption);
        const TrainingState checkpoint = first.state();
        grokscope::Run second(config, standard_engine_parts(), pool);
        train(second, 3); // has a history of its own, to be forgotten
        second.restore(checkpoint);
        train(second, 50 - interruption);
        EXPECT_EQ(hash_of(second.state()), expected) << "interrupted at " << interruption;
    }
}

INSTANTIATE_TEST_SUITE_P(R14, SmallRuns,
                         testing::Values(Offsets{}, Offsets{0}, Offsets{-1, 0, 1}, Offsets{-3, 2},
                                         Offsets{5}, Offsets{-4}));

TEST(DeterminismTest, EvaluationsInBetweenDisturbNothing) {
    const RunConfig config = small_config({-1, 0, 1});
    WorkerPool pool(1);
    grokscope::Run run(config, standard_engine_parts(), pool);
    const PairSet all = all_pairs({Operation::kAdd, config.p});
    std::vector<float> logits(all.size() * static_cast<std::size_t>(config.p));
    for (int epoch = 0; epoch < 30; ++epoch) {
        (void)run.step().evaluate(all);
        run.step().logits(all.pairs, logits);
        (void)run.make_snapshot();
        (void)run.advance_one_epoch();
    }
    EXPECT_EQ(hash_of(run.state()), hash_after(config, 30));
}

TEST(DeterminismTest, EvaluatingMoreOftenDisturbsNothing) {
    RunConfig config = small_config({-1, 1});
    const std::uint64_t expected = hash_after(config, 30);
    config.eval_every = 1;
    EXPECT_EQ(hash_after(config, 30), expected);
}

TEST(DeterminismTest, ResumesAtRealSize) {
    RunConfig config;
    config.stencil = Stencil::of({-1, 0, 1});
    config.step = StepKind::kReference;
    WorkerPool pool(2);
    grokscope::Run whole(config, standard_engine_parts(), pool);
    train(whole, 4);
    grokscope::Run resumed(config, standard_engine_parts(), pool);
    resumed.restore(whole.state());
    train(whole, 4);
    train(resumed, 4);
    EXPECT_EQ(hash_of(resumed.state()), hash_of(whole.state()));
    EXPECT_EQ(whole.epoch(), 8);
}

} // namespace
} // namespace grokscope
