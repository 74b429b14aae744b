#include "engine/analysis/progress_losses.h"

#include "engine/analysis/cross_entropy.h"
#include "engine/analysis/logit_fourier.h"
#include "engine/compute/worker_pool.h"
#include "tests/analysis/ideal_clock.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <stdexcept>

namespace grokscope {
namespace {

Task task_of(int p) {
    RunConfig config;
    config.p = p;
    return make_task(config);
}

/// Mean over the pairs of the plain formula, log of a sum of exponentials, in long double.
double plain_loss(std::span<const float> logits, const PairSet& pairs, int p,
                  std::span<const double> removed) {
    long double total = 0;
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        const std::size_t label = pairs.labels[i];
        const auto row = static_cast<std::size_t>(pairs.pairs[i].a * p + pairs.pairs[i].b);
        const auto value = [&](std::size_t c) {
            return static_cast<long double>(logits[row * static_cast<std::size_t>(p) + c]) -
                   (removed.empty() ? 0.0L : removed[label * static_cast<std::size_t>(p) + c]);
        };
        long double sum = 0;
        for (std::size_t c = 0; c < static_cast<std::size_t>(p); ++c) {
            sum += std::exp(value(c) - value(label));
        }
        total += std::log(sum);
    }
    return static_cast<double>(total / static_cast<long double>(pairs.size()));
}

TEST(CrossEntropy, KeepsTheDigitsOfATinyLoss) {
    const std::array logits{0.0, 30.0, -5.0};
    EXPECT_NEAR(cross_entropy(std::span<const double>(logits), 1),
                std::exp(-30.0) + std::exp(-35.0), 1e-26);
}

TEST(CrossEntropy, SurvivesARightAnswerFarBelowTheLargest) {
    const std::array logits{0.0F, 5000.0F, 5000.0F};
    EXPECT_NEAR(cross_entropy(std::span<const float>(logits), 0), 5000 + std::log(2.0), 1e-9);
}

TEST(ProgressLosses, OfTheIdealClockAreFullRestrictedAndChance) {
    constexpr int kP = 113;
    const std::array keys{14, 35, 41};
    const std::vector<float> logits = test::ideal_clock_logits(kP, keys, 10);
    WorkerPool pool(1);
    const SplitGrid split(task_of(kP), GroupIndex(Operation::kAdd, kP));
    const Waves waves(kP);
    const FoldedLogits folded = fold_logits(logits, GroupIndex(Operation::kAdd, kP), pool);
    const std::array removed{project_logits(folded, waves, keys),
                             project_logits(folded, waves, std::array{14}),
                             project_logits(folded, waves, std::array{15})};
    const PairLosses losses = pair_losses(logits, split, removed, pool);
    const LossBySplit restricted = table_losses(restrict_logits(folded, waves, keys), split);

    EXPECT_NEAR(restricted.all, losses.full.all, 1e-7);
    EXPECT_NEAR(restricted.train, losses.full.train, 1e-7);
    EXPECT_NEAR(restricted.test, losses.full.test, 1e-7);
    EXPECT_GT(losses.full.all, 1e-4);
    EXPECT_NEAR(losses.excluded[0], std::log(113.0), 1e-5);
    EXPECT_GT(losses.excluded[1], 10 * losses.full.train); // one key frequency gone
    EXPECT_NEAR(losses.excluded[2], losses.full.train, 1e-6);
}

class ProgressLossesOfSpread : public testing::TestWithParam<double> {};

TEST_P(ProgressLossesOfSpread, AgreeWithThePlainFormula) {
    constexpr int kP = 23;
    const Task task = task_of(kP);
    const SplitGrid split(task, GroupIndex(Operation::kAdd, task.p));
    WorkerPool pool(2);
    const std::vector<float> logits = test::random_logits(kP, GetParam());
    const FoldedLogits folded = fold_logits(logits, GroupIndex(Operation::kAdd, kP), pool);
    const Waves waves(kP);
    const std::array removed{project_logits(folded, waves, std::array{1, 5, 11}),
                             project_logits(folded, waves, std::array{7})};
    const PairLosses losses = pair_losses(logits, split, removed, pool);
    const double train = plain_loss(logits, task.train, kP, {});
    const double test = plain_loss(logits, task.test, kP, {});
    const auto n = static_cast<double>(task.train.size());
    const auto m = static_cast<double>(task.test.size());
    EXPECT_NEAR(losses.full.train / train, 1, 1e-12);
    EXPECT_NEAR(losses.full.test / test, 1, 1e-12);
    EXPECT_NEAR(losses.full.all / ((n * train + m * test) / (n + m)), 1, 1e-12);
    for (std::size_t i = 0; i < removed.size(); ++i) {
        EXPECT_NEAR(losses.excluded[i] / plain_loss(logits, task.train, kP, removed[i]), 1, 1e-12);
    }
}

// At 2,000 the products of exponentials underflow and the direct form takes over.
INSTANTIATE_TEST_SUITE_P(Spreads, ProgressLossesOfSpread, testing::Values(0.1, 5, 60, 2000));

TEST(ProgressLosses, OfATableWeighSumsByTheirPairs) {
    constexpr int kP = 12;
    const Task task = task_of(kP);
    const SplitGrid split(task, GroupIndex(Operation::kAdd, task.p));
    const std::vector<float> random = test::random_logits(kP, 1);
    const std::vector<double> table(random.begin(), random.begin() + kP * kP);
    std::vector<float> logits;
    for (const Pair pair : all_pairs({Operation::kAdd, kP}).pairs) {
        const std::size_t s = (pair.a + pair.b) % kP;
        for (std::size_t c = 0; c < kP; ++c) {
            logits.push_back(static_cast<float>(table[s * kP + c]));
        }
    }
    const LossBySplit losses = table_losses(table, split);
    EXPECT_NEAR(losses.train, plain_loss(logits, task.train, kP, {}), 1e-12);
    EXPECT_NEAR(losses.test, plain_loss(logits, task.test, kP, {}), 1e-12);
    EXPECT_NEAR(losses.all, plain_loss(logits, all_pairs({Operation::kAdd, kP}), kP, {}), 1e-12);
}

TEST(ProgressLosses, BitsDoNotDependOnTheThreads) {
    constexpr int kP = 59;
    const SplitGrid split(task_of(kP), GroupIndex(Operation::kAdd, kP));
    const std::vector<float> logits = test::random_logits(kP, 8);
    WorkerPool one(1);
    WorkerPool three(3);
    const FoldedLogits folded = fold_logits(logits, GroupIndex(Operation::kAdd, kP), one);
    const std::array removed{project_logits(folded, Waves(kP), std::array{2, 20})};
    const PairLosses expected = pair_losses(logits, split, removed, one);
    for (int repeat = 0; repeat < 5; ++repeat) {
        const PairLosses losses = pair_losses(logits, split, removed, three);
        EXPECT_EQ(losses.full.all, expected.full.all);
        EXPECT_EQ(losses.full.train, expected.full.train);
        EXPECT_EQ(losses.excluded, expected.excluded);
    }
}

TEST(SplitGrid, RefusesATaskThatIsNotTheOperationOverAllPairs) {
    Task wrong_label = task_of(7);
    wrong_label.train.labels[0] = static_cast<std::uint16_t>((wrong_label.train.labels[0] + 1) % 7);
    EXPECT_THROW(SplitGrid(wrong_label, GroupIndex(Operation::kAdd, wrong_label.p)),
                 std::invalid_argument);
    Task incomplete = task_of(7);
    incomplete.test.pairs.pop_back();
    incomplete.test.labels.pop_back();
    EXPECT_THROW(SplitGrid(incomplete, GroupIndex(Operation::kAdd, incomplete.p)),
                 std::invalid_argument);
}

} // namespace
} // namespace grokscope
