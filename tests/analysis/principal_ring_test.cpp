// The ring in the plane of the two largest principal components.
#include "engine/analysis/principal_ring.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <random>
#include <stdexcept>
#include <vector>

namespace grokscope {
namespace {

/// n rows of `width` values on circles: radius and frequency of each, in planes of their own; the
/// first plane also turned backwards, and everything moved by a constant.
std::vector<float> rings(int n, std::size_t width,
                         const std::vector<std::pair<double, int>>& circles) {
    std::vector<float> rows;
    for (int x = 0; x < n; ++x) {
        std::vector<float> row(width, 2.5F);
        for (std::size_t i = 0; i < circles.size(); ++i) {
            const auto [radius, k] = circles[i];
            const double angle = 0.7 - 2 * std::numbers::pi * k * x / n;
            row[2 * i] += static_cast<float>(radius * std::cos(angle));
            row[2 * i + 1] += static_cast<float>(radius * std::sin(angle));
        }
        rows.insert(rows.end(), row.begin(), row.end());
    }
    return rows;
}

TEST(PrincipalRing, OfACircleHasNoErrorWhateverItsFrequency) {
    for (const int n : {13, 28, 112}) {
        for (const int k : {1, 5}) {
            const PrincipalRing ring = principal_ring(rings(n, 16, {{1, k}}), 16);
            EXPECT_NEAR(ring.quality, 1, 1e-5);
            EXPECT_EQ(ring.frequency, k);
            EXPECT_NEAR(ring.homomorphism_error, 0, 1e-4);
            EXPECT_NEAR(ring.variance, 1, 1e-6);
        }
    }
}

TEST(PrincipalRing, TakesTheLargerOfTwoCircles) {
    const PrincipalRing ring = principal_ring(rings(59, 16, {{1, 7}, {3, 4}}), 16);
    EXPECT_EQ(ring.frequency, 4);
    EXPECT_NEAR(ring.quality, 1, 1e-5);
    EXPECT_NEAR(ring.homomorphism_error, 0, 1e-4);
    EXPECT_NEAR(ring.variance, 0.9, 1e-5);
}

TEST(PrincipalRing, OfNoiseHasTheErrorOfChance) {
    std::mt19937 generator(3);
    std::normal_distribution<float> normal;
    std::vector<float> rows(113 * 128);
    for (float& value : rows) {
        value = normal(generator);
    }
    const PrincipalRing ring = principal_ring(rows, 128);
    EXPECT_NEAR(ring.homomorphism_error, std::numbers::pi / 2, 0.05);
    EXPECT_NEAR(ring.quality, std::sqrt(std::log(113) / 113), 0.08);
    EXPECT_LT(ring.variance, 0.06);
}

TEST(PrincipalRing, IsMissingWhereThereAreNoTwoDirections) {
    EXPECT_TRUE(std::isnan(principal_ring(std::vector<float>(40, 1.0F), 8).quality));
    std::vector<float> line;
    for (int x = 0; x < 5; ++x) {
        line.insert(line.end(), {static_cast<float>(x), 0, 0});
    }
    EXPECT_TRUE(std::isnan(principal_ring(line, 3).homomorphism_error));
    line[4] = std::numeric_limits<float>::infinity();
    EXPECT_TRUE(std::isnan(principal_ring(line, 3).variance));
    EXPECT_THROW((void)principal_ring(line, 4), std::invalid_argument);
    EXPECT_THROW((void)principal_ring({}, 0), std::invalid_argument);
}

} // namespace
} // namespace grokscope
