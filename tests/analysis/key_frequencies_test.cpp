#include "engine/analysis/key_frequencies.h"

#include "engine/analysis/concentration.h"

#include <gtest/gtest.h>

#include <numeric>
#include <vector>

namespace grokscope {
namespace {

/// 56 amplitudes: `rest` everywhere but at the given frequencies.
std::vector<float> amplitudes(float rest, const std::vector<std::pair<int, float>>& peaks) {
    std::vector<float> all(56, rest);
    for (const auto& [k, value] : peaks) {
        all[static_cast<std::size_t>(k - 1)] = value;
    }
    return all;
}

using Keys = std::vector<int>;

TEST(KeyFrequencies, AreNoneWhileTheSpectrumIsFlat) {
    const std::vector<float> flat = amplitudes(1, {{7, 1.2F}});
    ASSERT_LT(gini(flat), 0.2);
    EXPECT_EQ(live_key_frequencies(flat, {}), Keys{});
    // Not even those of the row before.
    EXPECT_EQ(live_key_frequencies(flat, Keys{7}), Keys{});
    EXPECT_EQ(live_key_frequencies({}, {}), Keys{});
    EXPECT_EQ(live_key_frequencies(std::vector<float>(56), {}), Keys{});
}

TEST(KeyFrequencies, EnterAboveAQuarterOfTheLargest) {
    const std::vector<float> row = amplitudes(0.1F, {{3, 4}, {20, 1.001F}, {30, 1}, {56, 2}});
    EXPECT_EQ(live_key_frequencies(row, {}), (Keys{3, 20, 56}));
}

TEST(KeyFrequencies, StayUntilBelowAFifthOfTheLargest) {
    Keys keys;
    const auto next = [&](float value) {
        keys = live_key_frequencies(amplitudes(0.1F, {{3, 10}, {20, value}}), keys);
        return keys;
    };
    const Keys with{3, 20};
    const Keys without{3};
    EXPECT_EQ(next(2.4F), without); // not yet above a quarter
    EXPECT_EQ(next(2.6F), with);
    EXPECT_EQ(next(2.4F), with); // between a fifth and a quarter: stays
    EXPECT_EQ(next(2.1F), with);
    EXPECT_EQ(next(1.9F), without);
    EXPECT_EQ(next(2.4F), without); // must enter anew
    EXPECT_EQ(next(2.6F), with);
}

TEST(KeyFrequencies, AreAtMostTheTwelveLargest) {
    std::vector<float> row = amplitudes(0, {});
    for (int k = 1; k <= 14; ++k) {
        row[static_cast<std::size_t>(k - 1)] = static_cast<float>(100 + k);
    }
    Keys expected(12);
    std::iota(expected.begin(), expected.end(), 3);
    EXPECT_EQ(live_key_frequencies(row, {}), expected);
}

TEST(KeyFrequencies, ByTheFinalRuleHaveNoHysteresis) {
    const std::vector<float> row = amplitudes(0.1F, {{3, 10}, {20, 2.4F}, {41, 9}});
    EXPECT_EQ(live_key_frequencies(row, Keys{20}), (Keys{3, 20, 41}));
    EXPECT_EQ(final_key_frequencies(row), (Keys{3, 41}));
}

} // namespace
} // namespace grokscope
