// What chance draws is compared with embeddings that are really drawn and projected.
#include "ui/core/ring_chance.h"

#include "ui/views/circle/circle_pca.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <random>
#include <vector>

namespace grokscope::ui {
namespace {

std::vector<float> random_embedding(int p, int d, std::mt19937& generator) {
    std::normal_distribution<float> normal;
    std::vector<float> values(static_cast<std::size_t>(p) * static_cast<std::size_t>(d));
    std::generate(values.begin(), values.end(), [&] { return normal(generator); });
    return values;
}

/// A ring of p numbers; `radius` of a number by its index.
template <typename Radius>
CircleProjection ring(int p, int k, Radius radius) {
    constexpr int kWidth = 16;
    std::vector<float> values(static_cast<std::size_t>(p) * kWidth, 0.0F);
    for (int x = 0; x < p; ++x) {
        const double angle = 2 * std::numbers::pi * k * x / p;
        values[static_cast<std::size_t>(x * kWidth)] =
            static_cast<float>(radius(x) * std::cos(angle));
        values[static_cast<std::size_t>(x * kWidth + 1)] =
            static_cast<float>(radius(x) * std::sin(angle));
    }
    return project_circle(values, p, kWidth, k);
}

TEST(RingChance, NinetyNineOfAHundredRandomEmbeddingsStayBelow) {
    RingChances chances;
    constexpr int kDraws = 600;
    for (const auto& [p, d] :
         {std::pair{7, 128}, {11, 128}, {13, 128}, {23, 128}, {59, 128}, {59, 32}, {113, 128}}) {
        std::mt19937 generator(static_cast<unsigned>(1000 * p + d));
        const RingChance& chance = chances.along_frequency(p, d, 2);
        std::vector<double> orders;
        int above = 0;
        int rounder = 0;
        for (int draw = 0; draw < kDraws; ++draw) {
            const auto values = random_embedding(p, d, generator);
            const CircleProjection cloud = project_circle(values, p, d, 2);
            orders.push_back(cloud.order);
            above += cloud.order > chance.order ? 1 : 0;
            rounder += cloud.roundness > chance.roundness ? 1 : 0;
        }
        // 1 % of 600 is 6, give or take 2.4.
        EXPECT_LE(above, 14) << "p " << p << ", d " << d;
        EXPECT_LE(rounder, 14) << "p " << p << ", d " << d;
        std::sort(orders.begin(), orders.end());
        EXPECT_GT(chance.order, orders[kDraws * 96 / 100]) << "p " << p << ", d " << d;
    }
}

TEST(RingChance, IsKnownToBeHighWhereNumbersAreFew) {
    // Measured with drawn embeddings of width 128: 99th percentile of R.
    RingChances chances;
    EXPECT_NEAR(chances.along_frequency(13, 128, 1).order, 0.993, 0.003);
    EXPECT_NEAR(chances.along_frequency(59, 128, 1).order, 0.919, 0.012);
    EXPECT_NEAR(chances.along_frequency(113, 128, 1).order, 0.818, 0.015);
    EXPECT_NEAR(chances.along_frequency(113, 128, 1).roundness, 0.612, 0.02);
}

TEST(RingChance, OfCommonDivisorsIsThatOfFewerPlaces) {
    RingChances chances;
    EXPECT_EQ(&chances.along_frequency(12, 64, 1), &chances.along_frequency(12, 64, 5));
    EXPECT_NE(&chances.along_frequency(12, 64, 1), &chances.along_frequency(12, 64, 3));
}

TEST(RingChance, OfComponentsCountsTheBestOfAllFrequencies) {
    RingChances chances;
    const RingChance& chance = chances.along_components(59);
    std::mt19937 generator(3);
    constexpr int kDraws = 60;
    int above = 0;
    for (int draw = 0; draw < kDraws; ++draw) {
        const PcaPlanes planes = project_pca(random_embedding(59, 32, generator), 59, 32);
        above += planes[0].view.order > chance.order ? 1 : 0;
    }
    EXPECT_LE(above, 4);
    EXPECT_NEAR(chances.along_components(113).order, 0.287, 0.03); // sqrt(ln(112 / .01) / 113)
    EXPECT_GT(chances.along_components(13).order, 0.6);
}

TEST(RingShape, RandomWeightsAreNoRingHoweverFewTheNumbers) {
    RingChances chances;
    for (const int p : {7, 11, 13, 23, 59, 113}) {
        std::mt19937 generator(static_cast<unsigned>(p));
        int rings = 0;
        for (int draw = 0; draw < 200; ++draw) {
            const auto cloud = project_circle(random_embedding(p, 128, generator), p, 128, 1);
            rings += ring_shape(cloud, chances.along_frequency(p, 128, 1)) != RingShape::kNone;
        }
        EXPECT_LE(rings, 6) << p; // 2 expected
    }
}

TEST(RingShape, TellsARingFromAStarAndABlur) {
    RingChances chances;
    const RingChance& chance = chances.along_frequency(59, 16, 4);
    EXPECT_EQ(ring_shape(ring(59, 4, [](int) { return 1.0; }), chance), RingShape::kRing);
    // One long ray: every angle is right, R = 1, and yet it is a spike that everyone sees.
    const CircleProjection spike = ring(59, 4, [](int x) { return x == 17 ? 4.0 : 1.0; });
    EXPECT_GT(spike.order, 0.995);
    EXPECT_LT(spike.roundness, 0.9);
    EXPECT_EQ(ring_shape(spike, chance), RingShape::kUneven);
    const CircleProjection small_spike = ring(59, 4, [](int x) { return x == 17 ? 2.0 : 1.0; });
    EXPECT_EQ(ring_shape(small_spike, chance), RingShape::kUneven);
    // Half of the numbers at half the distance.
    EXPECT_EQ(ring_shape(ring(59, 4, [](int x) { return x % 2 == 0 ? 0.4 : 1.0; }), chance),
              RingShape::kUneven);
    CircleProjection blur = ring(59, 4, [](int) { return 1.0; });
    blur.order = 0.94;
    EXPECT_EQ(ring_shape(blur, chance), RingShape::kBlurred);
    blur.has_plane = false;
    EXPECT_EQ(ring_shape(blur, chance), RingShape::kNone);
}

} // namespace
} // namespace grokscope::ui
