// Checks 2 and 4 at full length: gradients of all eight experiments at the start, at epoch 500 and
// after grokking; other moduli; equal bits on any number of threads over 500 epochs.
#include "engine/train/state_hash.h"
#include "tests/model/exact_epoch.h"

namespace grokscope {
namespace {

RunConfig config_with(const std::vector<int>& offsets) {
    RunConfig config;
    config.step = StepKind::kFused;
    config.stencil = Stencil::of(offsets);
    return config;
}

class FusedWholeRun : public testing::TestWithParam<std::vector<int>> {};

TEST_P(FusedWholeRun, HasExactGradientsAtTheStartAtEpoch500AndAfterGrokking) {
    const RunConfig config = config_with(GetParam());
    WorkerPool pool(2);
    grokscope::Run run(config, standard_engine_parts(), pool);
    const auto check = [&](const char* when) {
        SCOPED_TRACE(when + (", epoch " + std::to_string(run.epoch())));
        expect_exact_epoch(config, run.task(), run.state(), pool);
    };
    check("start");
    while (run.epoch() < 500) {
        (void)run.advance_one_epoch();
    }
    check("half a thousand epochs");
    for (bool grokked = false; !grokked;) {
        ASSERT_LT(run.epoch(), 12000) << "it never grokked";
        const std::optional<MetricSample> sample = run.advance_one_epoch();
        grokked = sample && sample->train_accuracy >= 0.99 && sample->test_accuracy >= 0.99;
    }
    check("grokked");
    for (int i = 0; i < 300; ++i) {
        (void)run.advance_one_epoch();
    }
    check("300 epochs later");
}

INSTANTIATE_TEST_SUITE_P(Check2, FusedWholeRun, testing::ValuesIn(all_stencils()),
                         [](const auto& test) { return word_of(test.param); });

struct ModulusCase {
    int p;
    double fraction;
};

/// Primes and composites, no multiple of a vector, a multiple of a panel and one more.
class FusedModuli : public testing::TestWithParam<ModulusCase> {};

TEST_P(FusedModuli, HaveExactGradientsWithAndWithoutAStencil) {
    for (const std::vector<int>& offsets : {std::vector<int>{}, std::vector<int>{-1, 0, 1}}) {
        RunConfig config = config_with(offsets);
        config.p = GetParam().p;
        config.train_fraction = GetParam().fraction;
        WorkerPool pool(2);
        grokscope::Run run(config, standard_engine_parts(), pool);
        for (const std::int32_t epoch : {0, 120}) {
            SCOPED_TRACE(word_of(offsets) + ", epoch " + std::to_string(epoch));
            while (run.epoch() < epoch) {
                (void)run.advance_one_epoch();
            }
            expect_exact_epoch(config, run.task(), run.state(), pool);
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Check2, FusedModuli,
                         testing::Values(ModulusCase{23, 0.6}, ModulusCase{64, 0.5},
                                         ModulusCase{65, 0.5}, ModulusCase{97, 0.3},
                                         ModulusCase{100, 0.3}, ModulusCase{128, 0.2},
                                         ModulusCase{173, 0.15}, ModulusCase{211, 0.1},
                                         ModulusCase{251, 0.08}),
                         [](const auto& test) { return "p" + std::to_string(test.param.p); });

class FusedLongDeterminism : public testing::TestWithParam<std::vector<int>> {};

TEST_P(FusedLongDeterminism, FiveHundredEpochsHaveTheSameBitsOnOneToFourThreads) {
    const RunConfig config = config_with(GetParam());
    std::vector<std::uint64_t> hashes;
    for (const int threads : {1, 2, 3, 4}) {
        WorkerPool pool(threads);
        grokscope::Run run(config, standard_engine_parts(), pool);
        while (run.epoch() < 500) {
            (void)run.advance_one_epoch();
        }
        hashes.push_back(hash_of(run.state()));
        EXPECT_EQ(hashes.back(), hashes.front()) << threads << " threads";
    }
}

INSTANTIATE_TEST_SUITE_P(Check4, FusedLongDeterminism,
                         testing::Values(std::vector<int>{}, std::vector<int>{-1, 0, 1}),
                         [](const auto& test) { return word_of(test.param); });

} // namespace
} // namespace grokscope
