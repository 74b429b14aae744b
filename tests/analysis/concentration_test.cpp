// Gini and inverse participation ratio (reference number R12).
#include "engine/analysis/concentration.h"

#include "engine/analysis/dft_plan.h"

#include <gtest/gtest.h>

#include <complex>
#include <numbers>
#include <random>
#include <vector>

namespace grokscope {
namespace {

TEST(Gini, HasItsKnownValues) {
    EXPECT_NEAR(gini(std::vector<float>(56, 0.7F)), 0, 1e-12);
    std::vector<float> one_hot(56);
    one_hot[20] = 3;
    EXPECT_NEAR(gini(one_hot), 1 - 1.0 / 56, 1e-12);
    EXPECT_NEAR(gini(std::vector<float>{1, 2, 3, 4}), 0.25, 1e-12);
    EXPECT_NEAR(gini(std::vector<float>{4, 1, 3, 2}), 0.25, 1e-12) << "order must not matter";
    EXPECT_EQ(gini(std::vector<float>(5)), 0);
    EXPECT_EQ(gini({}), 0);
}

TEST(Gini, DoesNotDependOnScale) {
    EXPECT_NEAR(gini(std::vector<float>{10, 20, 30, 40}), 0.25, 1e-12);
}

TEST(Gini, OfTheTwoDimensionalTransformOfGaussianNoiseIsKnown) {
    constexpr int kRows = 113;
    constexpr int kColumns = 128;
    std::mt19937 generator(11);
    std::normal_distribution<float> normal;
    std::vector<float> noise(kRows * kColumns);
    for (float& value : noise) {
        value = normal(generator);
    }
    const DftPlan plan({kRows, kColumns, kRows});
    std::vector<std::complex<float>> halfway(kColumns * plan.coefficients());
    plan.execute(noise, halfway);
    std::vector<float> magnitudes;
    for (std::size_t k = 1; k < plan.coefficients(); ++k) {
        for (int l = 0; l < kColumns; ++l) {
            std::complex<double> sum;
            for (int column = 0; column < kColumns; ++column) {
                const double angle = -2 * std::numbers::pi * (l * column % kColumns) / kColumns;
                sum += std::complex<double>(
                           halfway[static_cast<std::size_t>(column) * plan.coefficients() + k]) *
                       std::polar(1.0, angle);
            }
            magnitudes.push_back(static_cast<float>(std::abs(sum)));
        }
    }
    EXPECT_NEAR(gini(magnitudes), 0.293, 0.005);
}

TEST(InverseParticipationRatio, HasItsKnownValues) {
    EXPECT_NEAR(inverse_participation_ratio(std::vector<float>(56, 0.3F)), 1.0 / 56, 1e-9);
    std::vector<float> one_hot(56);
    one_hot[0] = 0.01F;
    EXPECT_NEAR(inverse_participation_ratio(one_hot), 1, 1e-9);
    EXPECT_EQ(inverse_participation_ratio(std::vector<float>(5)), 0);
    EXPECT_EQ(inverse_participation_ratio({}), 0);
}

} // namespace
} // namespace grokscope
