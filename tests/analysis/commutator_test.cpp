// The commutator defect where it is known (science.md 6.5): no order, no curvature, one Hessian.
#include "engine/analysis/commutator.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace grokscope {
namespace {

constexpr double kEta = 1e-3;

/// The gradient of 1/2 (w - centre)^T H (w - centre).
BatchGradient quadratic(std::array<std::array<double, 3>, 3> hessian,
                        std::array<double, 3> centre) {
    return [=](std::span<const double> weights, std::span<double> out) {
        for (std::size_t i = 0; i < 3; ++i) {
            out[i] = 0;
            for (std::size_t j = 0; j < 3; ++j) {
                out[i] += hessian[i][j] * (weights[j] - centre[j]);
            }
        }
    };
}

double norm(const std::vector<double>& values) {
    return std::sqrt(values[0] * values[0] + values[1] * values[1] + values[2] * values[2]);
}

constexpr std::array<std::array<double, 3>, 3> kHessian = {
    {{{40, 3, -2}}, {{3, 15, 6}}, {{-2, 6, 22}}}};
const std::vector<double> kWeights = {0.7, -1.3, 2.1};

TEST(Commutator, OneBatchWithItselfHasNone) {
    const BatchGradient batch = quadratic(kHessian, {1, 2, 3});
    EXPECT_EQ(commutator_defect(kWeights, batch, batch, kEta).defect, 0);
}

TEST(Commutator, OfQuadraticsWithOneHessianIsAsDerived) {
    const BatchGradient a = quadratic(kHessian, {1, 2, 3});
    const BatchGradient b = quadratic(kHessian, {-2, 0.5, 1});
    std::vector<double> g_a(3);
    std::vector<double> g_b(3);
    a(kWeights, g_a);
    b(kWeights, g_b);
    std::vector<double> curved(3); // H (gA - gB)
    for (std::size_t i = 0; i < 3; ++i) {
        for (std::size_t j = 0; j < 3; ++j) {
            curved[i] += kHessian[i][j] * (g_a[j] - g_b[j]);
        }
    }
    const double expected = norm(curved) / (norm(g_a) * norm(g_b));
    EXPECT_GT(expected, 0.1);
    EXPECT_NEAR(commutator_defect(kWeights, a, b, kEta).defect, expected, 1e-6 * expected);
}

TEST(Commutator, DoesNotFallWithTheGradients) {
    // Close to their minimum, as after memorising: eta^2 |gA| |gB| from 1e-3 down to 1e-19. The
    // defect goes as the inverse of the distance, and the published guard swallows that.
    const auto at_distance = [](double distance) {
        return commutator_defect(std::vector<double>(3, 0.0), quadratic(kHessian, {distance, 0, 0}),
                                 quadratic(kHessian, {0, -distance, 0}), kEta);
    };
    const CommutatorDefect far = at_distance(1);
    EXPECT_NEAR(far.published, far.defect, 1e-6 * far.defect);
    for (const double distance : {1e-2, 1e-4, 1e-6, 1e-8}) {
        const CommutatorDefect near = at_distance(distance);
        EXPECT_NEAR(near.defect * distance, far.defect, 1e-6 * far.defect) << distance;
    }
    EXPECT_LT(at_distance(1e-8).published, 1e-6 * at_distance(1e-8).defect);
}

TEST(Commutator, ZeroGradientsHaveNone) {
    const BatchGradient still = [](std::span<const double>, std::span<double> out) {
        std::fill(out.begin(), out.end(), 0.0);
    };
    const CommutatorDefect found =
        commutator_defect(kWeights, still, quadratic(kHessian, {1, 2, 3}), kEta);
    EXPECT_TRUE(std::isnan(found.defect));
    EXPECT_EQ(commutator_defect(kWeights, still, still, kEta).published, 0);
}

TEST(Commutator, OfLinearLossesIsZero) {
    const auto linear = [](double slope) {
        return [slope](std::span<const double>, std::span<double> out) {
            std::fill(out.begin(), out.end(), slope);
        };
    };
    EXPECT_EQ(commutator_defect(kWeights, linear(2), linear(-3), kEta).defect, 0);
}

TEST(Commutator, DoesNotDependOnTheOrder) {
    const BatchGradient a = quadratic(kHessian, {1, 2, 3});
    const BatchGradient b = quadratic({{{{9, 0, 0}}, {{0, 2, 0}}, {{0, 0, 30}}}}, {0, 0, 0});
    EXPECT_DOUBLE_EQ(commutator_defect(kWeights, a, b, kEta).defect,
                     commutator_defect(kWeights, b, a, kEta).defect);
}

} // namespace
} // namespace grokscope
