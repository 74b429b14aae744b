// The path of weights that move along a line, on a circle, and not at all.
#include "engine/analysis/weight_path.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>
#include <stdexcept>
#include <vector>

namespace grokscope {
namespace {

constexpr ModelShape kShape{.p = 7, .d = 8, .heads = 2, .d_mlp = 12};

/// Normal values in every tensor.
Parameters random_direction(unsigned seed) {
    Parameters direction(kShape);
    std::mt19937 engine(seed);
    std::normal_distribution<float> normal;
    for (std::size_t i = 0; i < kTensorCount; ++i) {
        for (float& value : direction.view(static_cast<Tensor>(i))) {
            value = normal(engine);
        }
    }
    return direction;
}

/// origin + x * along + y * across.
Parameters at(double x, double y = 0) {
    static const Parameters origin = random_direction(1);
    static const Parameters along = random_direction(2);
    static const Parameters across = [] { // at a right angle to `along`, and as long
        Parameters other = random_direction(3);
        const auto dot = [](const Parameters& a, const Parameters& b) {
            double sum = 0;
            for (std::size_t i = 0; i < a.flat().size(); ++i) {
                sum += static_cast<double>(a.flat()[i]) * b.flat()[i];
            }
            return sum;
        };
        const double shadow = dot(other, along) / dot(along, along);
        for (std::size_t i = 0; i < other.flat().size(); ++i) {
            other.flat()[i] -= static_cast<float>(shadow * along.flat()[i]);
        }
        const double scale = std::sqrt(dot(along, along) / dot(other, other));
        for (float& value : other.flat()) {
            value *= static_cast<float>(scale);
        }
        return other;
    }();
    Parameters weights(kShape);
    for (std::size_t i = 0; i < weights.flat().size(); ++i) {
        weights.flat()[i] =
            static_cast<float>(origin.flat()[i] + x * along.flat()[i] + y * across.flat()[i]);
    }
    return weights;
}

double unit() { // the length of `along`
    const Parameters from = at(0);
    const Parameters to = at(1);
    double squares = 0;
    for (std::size_t i = 0; i < from.flat().size(); ++i) {
        squares += std::pow(static_cast<double>(to.flat()[i]) - from.flat()[i], 2);
    }
    return std::sqrt(squares);
}

TEST(WeightPath, AStraightLineIsOneComponent) {
    const std::vector<std::int32_t> epochs{0, 100, 200, 400};
    const WeightPath path =
        weight_path(epochs, [](std::int32_t epoch) { return at(epoch / 100.0); });
    EXPECT_NEAR(path.shares[0], 1, 1e-9);
    EXPECT_NEAR(path.shares[1], 0, 1e-9);
    ASSERT_EQ(path.points.size(), 4U);
    for (std::size_t i = 0; i < 4; ++i) { // the mean is 1.75 along
        EXPECT_EQ(path.points[i].epoch, epochs[i]);
        EXPECT_NEAR(path.points[i].coordinates[0], (epochs[i] / 100.0 - 1.75) * unit(), 1e-4);
        EXPECT_NEAR(path.points[i].coordinates[1], 0, 1e-3);
    }
    ASSERT_EQ(path.points[0].speeds.size(), kTensorCount);
    for (std::size_t tensor = 0; tensor < kTensorCount; ++tensor) {
        EXPECT_TRUE(std::isnan(path.points[0].speeds[tensor]));
        // One unit in 100 epochs, then two in 200.
        EXPECT_GT(path.points[1].speeds[tensor], 0);
        EXPECT_NEAR(path.points[3].speeds[tensor] / path.points[1].speeds[tensor], 1, 1e-5);
    }
    double squares = 0;
    for (const double speed : path.points[2].speeds) {
        squares += speed * speed;
    }
    EXPECT_NEAR(std::sqrt(squares), unit() / 100, 1e-6);
}

TEST(WeightPath, ACircleIsTwoEqualComponentsHoweverManyRecordsAreHeld) {
    std::vector<std::int32_t> epochs;
    for (int i = 0; i < 12; ++i) {
        epochs.push_back(10 * i);
    }
    const auto turning = [](std::int32_t epoch) {
        const double angle = 2 * std::numbers::pi * epoch / 120;
        return at(2 * std::cos(angle), 2 * std::sin(angle));
    };
    const WeightPath path = weight_path(epochs, turning);
    EXPECT_NEAR(path.shares[0], 0.5, 1e-6);
    EXPECT_NEAR(path.shares[1], 0.5, 1e-6);
    EXPECT_NEAR(path.shares[2], 0, 1e-9);
    for (const PathPoint& point : path.points) {
        EXPECT_NEAR(std::hypot(point.coordinates[0], point.coordinates[1]), 2 * unit(), 1e-3);
    }
    for (const std::size_t room : {std::size_t{1}, at(0).flat().size() * 10}) {
        const WeightPath again = weight_path(epochs, turning, room);
        EXPECT_NEAR(again.shares[0], path.shares[0], 1e-9);
        EXPECT_NEAR(again.shares[2], path.shares[2], 1e-9);
        EXPECT_EQ(again.points[5].speeds, path.points[5].speeds);
    }
}

TEST(WeightPath, TheFirstRecordLiesOnTheNegativeSide) {
    for (const double way : {1.0, -1.0}) {
        const WeightPath path = weight_path(std::vector<std::int32_t>{5, 6, 7},
                                            [&](std::int32_t epoch) { return at(way * epoch); });
        EXPECT_LT(path.points[0].coordinates[0], 0);
        EXPECT_GT(path.points[2].coordinates[0], 0);
    }
}

TEST(WeightPath, WhatDoesNotMoveHasNoComponents) {
    const WeightPath path =
        weight_path(std::vector<std::int32_t>{0, 1, 2}, [](std::int32_t) { return at(3); });
    for (const double share : path.shares) {
        EXPECT_TRUE(std::isnan(share));
    }
    EXPECT_EQ(path.points[2].coordinates[0], 0);
    EXPECT_EQ(path.points[2].speeds[0], 0);
    EXPECT_THROW((void)weight_path({}, [](std::int32_t) { return at(0); }), std::invalid_argument);
}

} // namespace
} // namespace grokscope
