#include "engine/analysis/clock.h"

#include "engine/compute/worker_pool.h"
#include "tests/analysis/ideal_clock.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace grokscope {
namespace {

TEST(ClockCoherence, IsOneForTheFrequenciesOfTheIdealClock) {
    WorkerPool pool(1);
    const std::array keys{5, 23, 56};
    for (const double coherence :
         clock_coherence(test::ideal_clock_logits(113, keys), GroupIndex(Operation::kAdd, 113),
                         Waves(113), keys, pool)) {
        EXPECT_NEAR(coherence, 1, 1e-6);
    }
}

TEST(ClockCoherence, CountsThePairsThatAnAlternatingHandGetsRight) {
    constexpr int kP = 8;
    WorkerPool pool(1);
    std::vector<float> logits = test::ideal_clock_logits(kP, std::array{4});
    EXPECT_NEAR(
        clock_coherence(logits, GroupIndex(Operation::kAdd, kP), Waves(kP), std::array{4}, pool)
            .at(0),
        1, 1e-12);
    for (std::size_t i = 0; i < kP * kP; ++i) { // a = 0: an eighth of the pairs, turned round
        logits[i] = -logits[i];
    }
    EXPECT_NEAR(
        clock_coherence(logits, GroupIndex(Operation::kAdd, kP), Waves(kP), std::array{4}, pool)
            .at(0),
        0.75, 1e-12);
}

TEST(ClockCoherence, IsNoLargerThanChanceForRandomLogits) {
    WorkerPool pool(1);
    const std::vector<double> coherence =
        clock_coherence(test::random_logits(113, 1), GroupIndex(Operation::kAdd, 113), Waves(113),
                        std::array{1, 23}, pool);
    // The mean of 12,769 random unit vectors is about 0.009 long.
    EXPECT_LT(coherence.at(0), 0.04);
    EXPECT_LT(coherence.at(1), 0.04);
}

TEST(ClockCoherence, SeesAClockThatPointsBesideTheAnswerInHalfOfThePairs) {
    constexpr int kP = 12;
    const Waves waves(kP);
    std::vector<float> logits;
    for (int a = 0; a < kP; ++a) {
        for (int b = 0; b < kP; ++b) {
            const int ahead = a % 2 == 0 ? 0 : kP / 4; // a quarter turn at k = 1
            for (int c = 0; c < kP; ++c) {
                logits.push_back(static_cast<float>(waves.cosine(1, a + b + ahead - c + kP)));
            }
        }
    }
    WorkerPool pool(1);
    EXPECT_NEAR(
        clock_coherence(logits, GroupIndex(Operation::kAdd, kP), waves, std::array{1}, pool).at(0),
        std::sqrt(0.5), 1e-6);
}

TEST(ClockCoherence, CountsPairsWithoutAHandAsZero) {
    WorkerPool pool(1);
    std::vector<float> logits = test::ideal_clock_logits(11, std::array{2});
    std::fill_n(logits.begin(), 11 * 11, 0.0F); // a = 0: one eleventh of the pairs
    EXPECT_NEAR(
        clock_coherence(logits, GroupIndex(Operation::kAdd, 11), Waves(11), std::array{2}, pool)
            .at(0),
        10.0 / 11, 1e-6);
}

TEST(ClockCoherence, BitsDoNotDependOnTheThreads) {
    WorkerPool one(1);
    WorkerPool three(3);
    const std::vector<float> logits = test::random_logits(59, 1);
    const std::array keys{3, 17, 29};
    const std::vector<double> expected =
        clock_coherence(logits, GroupIndex(Operation::kAdd, 59), Waves(59), keys, one);
    for (int repeat = 0; repeat < 5; ++repeat) {
        EXPECT_EQ(clock_coherence(logits, GroupIndex(Operation::kAdd, 59), Waves(59), keys, three),
                  expected);
    }
}

} // namespace
} // namespace grokscope
