// R13 and its neighbours: the circle's figures on inputs whose answer is known.
#include "engine/protocol/circle_projection.h"
#include "tests/ui/pictures/synthetic_run.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>
#include <set>
#include <stdexcept>

namespace grokscope::ui {
namespace {

/// Token x at angle turns * w_k x in a skewed-free plane of a d-dimensional space.
std::vector<float> perfect_ring(int p, int d, int k, double radius, double turns = 1) {
    std::vector<float> embedding(static_cast<std::size_t>(p * d), 0.25F); // a mean to be removed
    for (int x = 0; x < p; ++x) {
        const double angle = turns * 2 * std::numbers::pi * k * x / p;
        embedding[static_cast<std::size_t>(x * d + 1)] +=
            static_cast<float>(radius * std::cos(angle));
        embedding[static_cast<std::size_t>(x * d + d - 2)] +=
            static_cast<float>(radius * std::sin(angle));
    }
    return embedding;
}

std::vector<float> random_embedding(int p, int d, std::uint32_t seed) {
    testing::SyntheticRun run;
    run.p = p;
    run.d_model = d;
    run.rings.clear();
    run.seed = seed;
    return testing::embedding_of(run, 0);
}

TEST(CircleProjection, APerfectRingIsOneAndStartsAtAngleZero) {
    for (const int p : {12, 97, 113}) {
        for (const int k : {1, 5}) {
            const CircleProjection ring = project_circle(perfect_ring(p, 16, k, 0.3), p, 16, k);
            ASSERT_TRUE(ring.has_plane) << p << ' ' << k;
            EXPECT_NEAR(ring.order, 1, 1e-6);
            EXPECT_NEAR(ring.roundness, 1, 1e-6);
            EXPECT_NEAR(ring.condition, 1, 1e-4);
            EXPECT_NEAR(ring.radius, 0.3, 1e-5);
            ASSERT_EQ(ring.points.size(), static_cast<std::size_t>(p));
            EXPECT_NEAR(std::atan2(ring.points[0].y, ring.points[0].x), 0, 1e-5);
            for (int x = 0; x < p; ++x) {
                const double angle = 2 * std::numbers::pi * k * x / p;
                EXPECT_NEAR(ring.points[static_cast<std::size_t>(x)].x, 0.3 * std::cos(angle),
                            1e-5);
                EXPECT_NEAR(ring.points[static_cast<std::size_t>(x)].y, 0.3 * std::sin(angle),
                            1e-5);
            }
        }
    }
}

TEST(CircleProjection, TheFrameIsCanonicalHoweverTheRingLiesInTheSpace) {
    // The same ring in another plane of the space: nothing in the picture may turn.
    std::vector<float> moved(113 * 16);
    for (int x = 0; x < 113; ++x) {
        const double angle = 2 * std::numbers::pi * 14 * x / 113;
        const auto at = static_cast<std::size_t>(x * 16);
        moved[at] = static_cast<float>(0.6 * std::cos(angle) - 0.8 * std::sin(angle));
        moved[at + 3] = static_cast<float>(-0.8 * std::cos(angle) - 0.6 * std::sin(angle));
    }
    const CircleProjection ring = project_circle(moved, 113, 16, 14);
    ASSERT_TRUE(ring.has_plane);
    for (int x = 0; x < 113; ++x) {
        const double angle = 2 * std::numbers::pi * 14 * x / 113;
        EXPECT_NEAR(ring.points[static_cast<std::size_t>(x)].x, std::cos(angle), 1e-5);
        EXPECT_NEAR(ring.points[static_cast<std::size_t>(x)].y, std::sin(angle), 1e-5);
    }
}

TEST(CircleProjection, SymmetricOrthonormalisationLeavesAnEllipseUpright) {
    // Twice as long along the cosine: Q is orthonormal, so the ellipse keeps its axes.
    std::vector<float> ellipse = perfect_ring(113, 8, 3, 1);
    for (int x = 0; x < 113; ++x) {
        ellipse[static_cast<std::size_t>(x * 8 + 1)] *= 2;
    }
    const CircleProjection ring = project_circle(ellipse, 113, 8, 3);
    EXPECT_NEAR(ring.points[0].x, 2, 1e-5);
    EXPECT_NEAR(ring.points[0].y, 0, 1e-5);
    EXPECT_NEAR(ring.condition, 4, 1e-3);
    EXPECT_LT(ring.roundness, 0.95); // (1.5^2) / 2.5 = 0.9
    EXPECT_NEAR(ring.roundness, 0.9, 1e-5);
}

TEST(CircleProjection, RandomEmbeddingsLookLikeABlurredRing) {
    // science.md 3.4: R = 0.742 +- 0.032, range 0.645 to 0.830; rho = 0.536 +- 0.031.
    double order = 0;
    double roundness = 0;
    constexpr int kDraws = 60;
    for (int draw = 0; draw < kDraws; ++draw) {
        const auto embedding = random_embedding(113, 128, static_cast<std::uint32_t>(draw));
        const CircleProjection cloud = project_circle(embedding, 113, 128, 1 + draw % 56);
        ASSERT_TRUE(cloud.has_plane);
        EXPECT_GT(cloud.order, 0.60);
        EXPECT_LT(cloud.order, 0.87);
        order += cloud.order;
        roundness += cloud.roundness;
    }
    EXPECT_NEAR(order / kDraws, 0.742, 0.02);
    EXPECT_NEAR(roundness / kDraws, 0.536, 0.02);
}

TEST(CircleProjection, SaysNoPlaneWhereThereIsNone) {
    const std::vector<float> zeros(113 * 8, 0.0F);
    EXPECT_FALSE(project_circle(zeros, 113, 8, 5).has_plane);
    // k = p/2: the sine direction vanishes.
    EXPECT_FALSE(project_circle(random_embedding(12, 8, 1), 12, 8, 6).has_plane);
    // All tokens on one line.
    std::vector<float> line(113 * 8, 0.0F);
    for (int x = 0; x < 113; ++x) {
        line[static_cast<std::size_t>(8 * x)] = std::sin(static_cast<float>(x));
    }
    EXPECT_FALSE(project_circle(line, 113, 8, 5).has_plane);
    std::vector<float> broken = random_embedding(113, 8, 1);
    broken[77] = std::numeric_limits<float>::quiet_NaN();
    const CircleProjection none = project_circle(broken, 113, 8, 5);
    EXPECT_FALSE(none.has_plane);
    EXPECT_TRUE(none.points.empty());
}

TEST(CircleProjection, RefusesWrongShapesAndFrequencies) {
    const auto embedding = random_embedding(113, 8, 1);
    EXPECT_THROW((void)project_circle(embedding, 113, 9, 5), std::invalid_argument);
    EXPECT_THROW((void)project_circle(embedding, 113, 8, 0), std::invalid_argument);
    EXPECT_THROW((void)project_circle(embedding, 113, 8, 57), std::invalid_argument);
}

TEST(RingSequence, StepsByTheInverseOfTheFrequency) {
    // science.md 3.4: 14^-1 = 105 and 35^-1 = 42 mod 113.
    for (const auto& [k, inverse] : {std::pair{14, 105}, std::pair{35, 42}, std::pair{1, 1}}) {
        const std::vector<int> order = ring_sequence(113, k);
        ASSERT_EQ(order.size(), 113U);
        EXPECT_EQ(order.front(), 0);
        for (std::size_t i = 0; i < order.size(); ++i) {
            EXPECT_EQ(order[(i + 1) % 113], (order[i] + inverse) % 113);
        }
    }
}

TEST(RingSequence, SharesAnglesInOrderWhereTheFrequencyDividesTheModulus) {
    // gcd(4, 12) = 4: three angles with four tokens each.
    EXPECT_EQ(ring_sequence(12, 4), (std::vector<int>{0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11}));
    EXPECT_FLOAT_EQ(ring_position(4, 12, 4), 4.0F / 12);
    for (const int k : {1, 2, 3, 4, 5, 6}) {
        const std::vector<int> order = ring_sequence(12, k);
        EXPECT_EQ(std::set<int>(order.begin(), order.end()).size(), 12U);
    }
}

TEST(RingPosition, CoversTheTurnOnceForACoprimeFrequency) {
    std::set<float> places;
    for (int x = 0; x < 113; ++x) {
        const float place = ring_position(x, 113, 41);
        EXPECT_GE(place, 0.0F);
        EXPECT_LT(place, 1.0F);
        places.insert(place);
    }
    EXPECT_EQ(places.size(), 113U);
    EXPECT_EQ(ring_position(0, 113, 41), 0.0F);
}

} // namespace
} // namespace grokscope::ui
