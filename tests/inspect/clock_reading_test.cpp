// The clock of an ideal model: every hand where it belongs, and nothing left over.
#include "engine/inspect/clock_reading.h"

#include "engine/analysis/folded_logits.h"
#include "engine/compute/worker_pool.h"
#include "tests/analysis/ideal_clock.h"
#include "tests/inspect/naive_ablation.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace grokscope {
namespace {

constexpr int kClockP = 17;
constexpr double kPi = std::numbers::pi;

double angle_of(int k, int x) {
    return std::fmod(2 * kPi * k * x / kClockP, 2 * kPi);
}

/// Difference of two angles, -pi..pi.
double turned(double one, double other) {
    return std::remainder(one - other, 2 * kPi);
}

/// A model whose numbers stand on one perfect ring of frequency k, plus a shift of all of them.
Parameters ring_model(int k) {
    const ModelShape shape{.p = kClockP, .d = 32, .heads = 4, .d_mlp = 64};
    Parameters parameters(shape);
    const auto W_E = parameters.view(Tensor::W_E);
    for (int x = 0; x < kClockP; ++x) {
        const auto column = static_cast<std::size_t>(x);
        W_E[3 * (kClockP + 1) + column] =
            static_cast<float>(2 * std::cos(2 * kPi * k * x / kClockP)) + 5;
        W_E[9 * (kClockP + 1) + column] =
            static_cast<float>(2 * std::sin(2 * kPi * k * x / kClockP)) - 1;
    }
    return parameters;
}

std::span<const float> row_of(const std::vector<float>& logits, NumberPair pair) {
    return std::span(logits).subspan(static_cast<std::size_t>(pair.a * kClockP + pair.b) * kClockP,
                                     kClockP);
}

TEST(ClockReading, PutsEveryHandOfAnIdealClockInItsPlace) {
    const std::vector<int> frequencies = {2, 5};
    const std::vector<float> logits = test::ideal_clock_logits(kClockP, frequencies, 3);
    WorkerPool pool(1);
    const FoldedLogits folded = fold_logits(logits, GroupIndex(Operation::kAdd, kClockP), pool);
    for (const NumberPair pair : {NumberPair{0, 0}, NumberPair{3, 16}, NumberPair{12, 4}}) {
        for (const int k : frequencies) {
            const std::vector<ClockReading> readings =
                read_clock(pair, std::vector<int>{k}, folded, row_of(logits, pair), ring_model(k),
                           GroupIndex(Operation::kAdd, kClockP), Waves(kClockP));
            ASSERT_EQ(readings.size(), 1U);
            const ClockReading& clock = readings.front();
            EXPECT_EQ(clock.frequency, k);
            EXPECT_NEAR(turned(clock.angle_a, angle_of(k, pair.a)), 0, 1e-12);
            EXPECT_NEAR(turned(clock.angle_b, angle_of(k, pair.b)), 0, 1e-12);
            EXPECT_NEAR(turned(clock.angle_answer, clock.angle_a + clock.angle_b), 0, 1e-12);
            EXPECT_NEAR(turned(clock.embedding_a.angle, clock.angle_a), 0, 1e-6);
            EXPECT_NEAR(turned(clock.embedding_b.angle, clock.angle_b), 0, 1e-6);
            EXPECT_NEAR(clock.embedding_a.length, 1, 1e-6);
            EXPECT_NEAR(turned(clock.logits.angle, clock.angle_answer), 0, 1e-6);
            EXPECT_NEAR(clock.logits.length, 3, 1e-5);
            ASSERT_EQ(clock.contribution.size(), 17U);
            for (int c = 0; c < kClockP; ++c) {
                EXPECT_NEAR(clock.contribution[static_cast<std::size_t>(c)],
                            3 * std::cos(2 * kPi * k * (pair.a + pair.b - c) / kClockP), 1e-5);
            }
        }
    }
}

TEST(ClockReading, ContributionsAddUpToTheLogitsOfAClock) {
    const std::vector<int> frequencies = {1, 4, 7};
    const std::vector<float> logits = test::ideal_clock_logits(kClockP, frequencies);
    WorkerPool pool(1);
    const FoldedLogits folded = fold_logits(logits, GroupIndex(Operation::kAdd, kClockP), pool);
    const NumberPair pair{5, 9};
    const auto row = row_of(logits, pair);
    const std::vector<ClockReading> readings =
        read_clock(pair, frequencies, folded, row, ring_model(1),
                   GroupIndex(Operation::kAdd, kClockP), Waves(kClockP));
    for (std::size_t c = 0; c < kClockP; ++c) {
        double sum = 0;
        for (const ClockReading& clock : readings) {
            sum += clock.contribution[c];
        }
        EXPECT_NEAR(sum, row[c], 1e-5);
    }
}

TEST(ClockReading, SaysWhenThereIsNoPlane) {
    const std::vector<float> logits = test::ideal_clock_logits(kClockP, std::vector<int>{3});
    WorkerPool pool(1);
    const FoldedLogits folded = fold_logits(logits, GroupIndex(Operation::kAdd, kClockP), pool);
    Parameters flat(ModelShape{.p = kClockP, .d = 32, .heads = 4, .d_mlp = 64}); // all zero
    const std::vector<ClockReading> readings =
        read_clock({1, 2}, std::vector<int>{3}, folded, row_of(logits, {1, 2}), flat,
                   GroupIndex(Operation::kAdd, kClockP), Waves(kClockP));
    EXPECT_EQ(readings.front().embedding_a.length, 0);
    EXPECT_NEAR(readings.front().logits.length, 1, 1e-5); // the rest is there all the same
}

TEST(ClockReading, AnAlternatingFrequencyPointsToOneOfTwoSides) {
    constexpr int kEven = 8;
    const std::vector<int> keys = {4};
    const std::vector<float> logits = test::ideal_clock_logits(kEven, keys, 3);
    WorkerPool pool(1);
    const FoldedLogits folded = fold_logits(logits, GroupIndex(Operation::kAdd, kEven), pool);
    const Parameters flat(ModelShape{.p = kEven, .d = 32, .heads = 4, .d_mlp = 64});
    const auto row = std::span(logits).subspan(std::size_t{2 * kEven + 5} * kEven, kEven);
    const ClockReading clock = read_clock({2, 5}, keys, folded, row, flat,
                                          GroupIndex(Operation::kAdd, kEven), Waves(kEven))
                                   .front();
    EXPECT_EQ(clock.angle_a, 0);
    EXPECT_NEAR(clock.angle_b, kPi, 1e-12);
    EXPECT_NEAR(clock.angle_answer, kPi, 1e-12);
    EXPECT_NEAR(clock.logits.angle, kPi, 1e-12);
    EXPECT_NEAR(clock.logits.length, 3, 1e-6);
    EXPECT_EQ(clock.embedding_a.length, 0); // no plane
    for (std::size_t c = 0; c < kEven; ++c) {
        EXPECT_NEAR(clock.contribution[c], c % 2 == 0 ? -3 : 3, 1e-6);
    }
}

TEST(ClockReading, AFrequencyTheModelDoesNotUseAddsNothing) {
    const std::vector<float> logits = test::ideal_clock_logits(kClockP, std::vector<int>{3});
    WorkerPool pool(1);
    const FoldedLogits folded = fold_logits(logits, GroupIndex(Operation::kAdd, kClockP), pool);
    const std::vector<ClockReading> readings =
        read_clock({1, 2}, std::vector<int>{4}, folded, row_of(logits, {1, 2}), ring_model(4),
                   GroupIndex(Operation::kAdd, kClockP), Waves(kClockP));
    EXPECT_NEAR(readings.front().logits.length, 0, 1e-5);
    for (const float value : readings.front().contribution) {
        EXPECT_NEAR(value, 0, 1e-5);
    }
}

} // namespace
} // namespace grokscope
