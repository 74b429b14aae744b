// adamw_update against its definition, worked out in double, and its promises about bits.
// tests/reference compares it with torch::optim.
#include "engine/model/adamw.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <random>
#include <span>
#include <vector>

namespace grokscope {
namespace {

template <typename Scalar>
struct State {
    std::vector<Scalar> weights, gradients, first, second;

    void step(const AdamWSettings& settings, std::int64_t number) {
        adamw_update(settings, number, std::span<Scalar>(weights),
                     std::span<const Scalar>(gradients), std::span<Scalar>(first),
                     std::span<Scalar>(second));
    }
};

/// Reproducible values; the last ones are zeros, as in the gaps of the store.
template <typename Scalar>
State<Scalar> some_state(std::size_t size) {
    std::mt19937 random(5);
    State<Scalar> state;
    const auto value = [&] {
        return static_cast<Scalar>(static_cast<double>(random()) * 0x1p-31 - 1);
    };
    for (std::size_t i = 0; i < size; ++i) {
        const bool gap = i + 3 >= size;
        state.weights.push_back(gap ? 0 : value());
        state.gradients.push_back(gap ? 0 : value() * Scalar(1e-3));
        state.first.push_back(gap ? 0 : value() * Scalar(1e-3));
        state.second.push_back(gap ? 0 : value() * value() * Scalar(1e-6));
        state.second.back() = std::abs(state.second.back());
    }
    return state;
}

/// The formula of engine.md section 8.
template <typename Scalar>
void expect_definition(double tolerance) {
    for (const std::size_t size : {1U, 7U, 16U, 31U, 1000U, 1003U}) {
        for (const std::int64_t number : {std::int64_t{1}, std::int64_t{2}, std::int64_t{5000}}) {
            const AdamWSettings s{
                .learning_rate = 3e-3, .weight_decay = 0.7, .beta1 = 0.8, .beta2 = 0.95};
            const State<Scalar> before = some_state<Scalar>(size);
            State<Scalar> after = before;
            after.step(s, number);
            const auto t = static_cast<double>(number);
            for (std::size_t i = 0; i < size; ++i) {
                const double g = before.gradients[i];
                const double m1 = s.beta1 * before.first[i] + (1 - s.beta1) * g;
                const double m2 = s.beta2 * before.second[i] + (1 - s.beta2) * g * g;
                const double change =
                    s.learning_rate / (1 - std::pow(s.beta1, t)) * m1 /
                    (std::sqrt(m2) / std::sqrt(1 - std::pow(s.beta2, t)) + s.epsilon);
                const double w =
                    before.weights[i] * (1 - s.learning_rate * s.weight_decay) - change;
                EXPECT_NEAR(after.first[i], m1,
                            tolerance * (std::abs(before.first[i]) + std::abs(g)));
                EXPECT_NEAR(after.second[i], m2, tolerance * m2);
                EXPECT_NEAR(after.weights[i], w, tolerance * (std::abs(w) + std::abs(change)));
                EXPECT_EQ(after.gradients[i], before.gradients[i]);
            }
        }
    }
}

TEST(AdamWTest, FollowsItsDefinitionInFloat) {
    expect_definition<float>(1e-6);
}

TEST(AdamWTest, FollowsItsDefinitionInDouble) {
    expect_definition<double>(1e-14);
}

TEST(AdamWTest, LeavesTheWeightsBitsAtRateZeroWhileTheMomentsAdvance) {
    const State<float> before = some_state<float>(1003);
    State<float> after = before;
    after.step({.learning_rate = 0}, 1);
    EXPECT_EQ(after.weights, before.weights);
    for (std::size_t i = 0; i + 3 < before.first.size(); ++i) {
        EXPECT_NE(after.first[i], before.first[i]);
        EXPECT_NE(after.second[i], before.second[i]);
    }
}

TEST(AdamWTest, KeepsZerosInTheGaps) {
    State<float> state = some_state<float>(1003);
    for (int i = 1; i <= 20; ++i) {
        state.step({}, i);
    }
    for (const auto* values : {&state.weights, &state.first, &state.second}) {
        EXPECT_EQ((std::vector<float>(values->end() - 3, values->end())),
                  std::vector<float>(3, 0.0F));
    }
    EXPECT_NE(state.weights[0], some_state<float>(1003).weights[0]);
}

TEST(AdamWTest, HasTheSameBitsInSlicesOfCacheLines) {
    State<float> whole = some_state<float>(1024);
    State<float> sliced = whole;
    whole.step({}, 3);
    for (std::size_t begin = 0; begin < 1024;) {
        const std::size_t count = std::min<std::size_t>(16 * (1 + begin / 48), 1024 - begin);
        adamw_update({}, 3, std::span(sliced.weights).subspan(begin, count),
                     std::span<const float>(sliced.gradients).subspan(begin, count),
                     std::span(sliced.first).subspan(begin, count),
                     std::span(sliced.second).subspan(begin, count));
        begin += count;
    }
    EXPECT_EQ(sliced.weights, whole.weights);
    EXPECT_EQ(sliced.first, whole.first);
    EXPECT_EQ(sliced.second, whole.second);
}

TEST(AdamWTest, MovesByTheRateForAConstantGradient) {
    State<float> state{{1.0F}, {-0.25F}, {0.0F}, {0.0F}};
    for (int i = 1; i <= 10; ++i) {
        state.step({.learning_rate = 1e-2, .weight_decay = 0}, i);
        EXPECT_NEAR(state.weights[0], 1.0 + 1e-2 * i, 1e-6);
    }
}

} // namespace
} // namespace grokscope
