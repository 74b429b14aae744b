// Checks 4 and 5: the same bits for any number of threads, whatever the timing, and after a resume.
#include "engine/compute/worker_pool.h"
#include "engine/parts/standard_parts.h"
#include "engine/train/run.h"
#include "engine/train/state_hash.h"
#include "tests/model/run_hash.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <random>
#include <thread>
#include <vector>

namespace grokscope {
namespace {

/// Threads that take the cores away for random times, so that units change hands and order.
class Disturbance {
public:
    Disturbance() {
        for (unsigned seed : {1U, 2U}) {
            threads_.emplace_back([seed](const std::stop_token& stop) {
                std::mt19937 random(seed);
                while (!stop.stop_requested()) {
                    const auto until = std::chrono::steady_clock::now() +
                                       std::chrono::microseconds(random() % 400);
                    while (std::chrono::steady_clock::now() < until) {
                    }
                    std::this_thread::sleep_for(std::chrono::microseconds(random() % 400));
                }
            });
        }
    }

private:
    std::vector<std::jthread> threads_;
};

RunConfig config_with(int p, const std::vector<int>& offsets) {
    RunConfig config;
    config.p = p;
    config.step = StepKind::kFused;
    config.stencil = Stencil::of(offsets);
    return config;
}

struct DeterminismCase {
    int p;
    std::vector<int> offsets;
    std::int32_t epochs;
    Control control = Control::kNone;
    void (*set)(RunConfig&) = [](RunConfig&) {};
};

class FusedDeterminism : public testing::TestWithParam<DeterminismCase> {};

TEST_P(FusedDeterminism, AnyNumberOfThreadsGivesTheSameBits) {
    const DeterminismCase& test = GetParam();
    RunConfig config = config_with(test.p, test.offsets);
    config.control = test.control;
    test.set(config);
    const std::uint64_t alone = hash_after(config, 1, test.epochs);
    const Disturbance disturbance;
    for (const int threads : {2, 3, 4, 7}) {
        EXPECT_EQ(hash_after(config, threads, test.epochs), alone) << threads << " threads";
    }
}

TEST_P(FusedDeterminism, SendingThreadsToSleepInTheMiddleOfARunKeepsTheBits) {
    const DeterminismCase& test = GetParam();
    RunConfig config = config_with(test.p, test.offsets);
    config.control = test.control;
    test.set(config);
    const std::uint64_t alone = hash_after(config, 1, 25);
    const Disturbance disturbance;
    WorkerPool pool(4);
    grokscope::Run run(config, standard_engine_parts(), pool);
    for (const int working : {4, 1, 3, 2, 4}) {
        pool.set_working(working);
        for (int i = 0; i < 5; ++i) {
            (void)run.advance_one_epoch();
        }
    }
    ASSERT_EQ(run.epoch(), 25);
    EXPECT_EQ(hash_of(run.state()), alone);
}

TEST_P(FusedDeterminism, ResumingGivesTheBitsOfTheUninterruptedRun) {
    const DeterminismCase& test = GetParam();
    RunConfig config = config_with(test.p, test.offsets);
    config.control = test.control;
    test.set(config);
    WorkerPool pool(2);
    grokscope::Run whole(config, standard_engine_parts(), pool);
    while (whole.epoch() < 30) {
        (void)whole.advance_one_epoch();
    }
    const TrainingState checkpoint = whole.state();
    while (whole.epoch() < 60) {
        (void)whole.advance_one_epoch();
    }
    grokscope::Run resumed(config, standard_engine_parts(), pool);
    for (int i = 0; i < 3; ++i) { // remembers epochs that the checkpoint must replace
        (void)resumed.advance_one_epoch();
    }
    resumed.restore(checkpoint);
    while (resumed.epoch() < 60) {
        (void)resumed.advance_one_epoch();
    }
    EXPECT_EQ(hash_of(resumed.state()), hash_of(whole.state()));
}

INSTANTIATE_TEST_SUITE_P(
    Check4, FusedDeterminism,
    testing::Values(DeterminismCase{59, {}, 500}, DeterminismCase{59, {-1, 0, 1}, 100},
                    DeterminismCase{31, {-4, -1, 2}, 100},
                    DeterminismCase{31, {-4, 0, 2}, 100, Control::kPermutedTargets},
                    DeterminismCase{31, {-1, 1}, 100, Control::kFrozenProbe},
                    DeterminismCase{113, {}, 60}, DeterminismCase{113, {-1, 0, 1}, 25},
                    DeterminismCase{31,
                                    {-1},
                                    60,
                                    Control::kNone,
                                    [](RunConfig& config) {
                                        config.grokfast = Grokfast::kEma;
                                        config.muon = true;
                                    }},
                    DeterminismCase{31, {}, 60, Control::kNone, [](RunConfig& config) {
                                        config.orthogonal_gradient = true;
                                        config.norm_clamp = true;
                                        config.stablemax = true;
                                        config.temperature = 1.5;
                                    }}));

TEST(FusedDeterminism, EvaluationsInBetweenDisturbNothing) {
    const RunConfig config = config_with(59, {-1, 0, 1});
    WorkerPool pool(2);
    grokscope::Run quiet(config, standard_engine_parts(), pool);
    grokscope::Run asked(config, standard_engine_parts(), pool);
    std::vector<float> logits(59 * 59 * 59);
    const PairSet all = all_pairs({Operation::kAdd, 59});
    while (quiet.epoch() < 20) {
        (void)quiet.advance_one_epoch();
        (void)asked.advance_one_epoch();
        (void)asked.step().evaluate(all);
        asked.step().logits(all.pairs, logits);
    }
    EXPECT_EQ(hash_of(quiet.state()), hash_of(asked.state()));
}

TEST(FusedDeterminism, OnePassGivesTheBitsOfTwo) {
    RunConfig config = config_with(59, {});
    config.d_mlp = 200; // not whole panels
    WorkerPool pool(3);
    grokscope::Run run(config, standard_engine_parts(), pool);
    (void)run.advance_one_epoch();
    const PairSet all = all_pairs({Operation::kAdd, 59});
    const auto pairs = std::span<const Pair>(all.pairs).subspan(59 * 7, 59 * 16);
    std::vector<float> logits(pairs.size() * 59);
    std::vector<float> mlp_hidden(pairs.size() * 200);
    std::vector<float> both_logits(logits.size());
    std::vector<float> both_mlp_hidden(mlp_hidden.size());
    run.step().logits(pairs, logits);
    run.step().mlp_hidden(pairs, mlp_hidden);
    run.step().activations(pairs, both_logits, both_mlp_hidden);
    EXPECT_EQ(both_logits, logits);
    EXPECT_EQ(both_mlp_hidden, mlp_hidden);
    EXPECT_GT(std::ranges::count_if(mlp_hidden, [](float h) { return h > 0; }), 10'000);
    both_logits.pop_back();
    EXPECT_THROW(run.step().activations(pairs, both_logits, both_mlp_hidden),
                 std::invalid_argument);
}

} // namespace
} // namespace grokscope
