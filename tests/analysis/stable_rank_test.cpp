// The stable rank of matrices whose singular values are known.
#include "engine/analysis/stable_rank.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>
#include <stdexcept>
#include <vector>

namespace grokscope {
namespace {

TEST(StableRank, IsTheSumOfSquaredSingularValuesOverTheLargest) {
    const std::vector<float> diagonal{3, 0, 0, 0, 0, -2, 0, 0, 0, 0, 1, 0};
    EXPECT_NEAR(stable_rank(diagonal, 3, 4), 14.0 / 9, 1e-12);
    std::vector<float> one_direction; // outer product
    for (int row = 1; row <= 40; ++row) {
        for (int column = 1; column <= 7; ++column) {
            one_direction.push_back(static_cast<float>(row * column));
        }
    }
    EXPECT_NEAR(stable_rank(one_direction, 40, 7), 1, 1e-9);
    std::vector<float> waves; // rows cos and sin of equal norm: two directions
    for (int row = 0; row < 2; ++row) {
        for (int x = 0; x < 30; ++x) {
            waves.push_back(
                static_cast<float>(std::cos(2 * std::numbers::pi * 3 * x / 30 - row * 1.5707963)));
        }
    }
    EXPECT_NEAR(stable_rank(waves, 2, 30), 2, 1e-6);
}

TEST(StableRank, IsMissingWhereThereIsNone) {
    EXPECT_TRUE(std::isnan(stable_rank(std::vector<float>(6), 2, 3)));
    EXPECT_TRUE(std::isnan(
        stable_rank(std::vector<float>{1, std::numeric_limits<float>::infinity()}, 1, 2)));
    EXPECT_THROW((void)stable_rank(std::vector<float>(6), 2, 4), std::invalid_argument);
    EXPECT_THROW((void)stable_rank({}, 0, 0), std::invalid_argument);
}

} // namespace
} // namespace grokscope
