// The sampler of the learning coefficient where its answer is known (science.md 6.4).
#include "engine/analysis/langevin.h"

#include "engine/analysis/hessian_product.h"
#include "engine/compute/worker_pool.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <random>
#include <span>
#include <vector>

namespace grokscope {
namespace {

constexpr double kNbeta = 82;
constexpr double kGamma = 5;

/// 1/2 sum h w^2 about `centre`, with h from `flattest` to 10 over 1,000 weights.
class Bowl {
public:
    explicit Bowl(double flattest, double bottom = 0) : bottom_(bottom) {
        for (std::size_t i = 0; i < 1000; ++i) {
            curvature.push_back(flattest *
                                std::pow(10 / flattest, static_cast<double>(i % 100) / 99));
            centre.push_back(static_cast<float>(i % 7) - 3);
        }
    }

    std::vector<double> curvature;
    std::vector<float> centre;

    [[nodiscard]] NextBatch batch() const {
        return [this](std::span<const float> weights, std::span<float> gradient) {
            double loss = bottom_;
            for (std::size_t i = 0; i < weights.size(); ++i) {
                const double away = static_cast<double>(weights[i]) - centre[i];
                gradient[i] = static_cast<float>(curvature[i] * away);
                loss += curvature[i] * away * away / 2;
            }
            return loss;
        };
    }
    [[nodiscard]] LearningCoefficient measure(const LangevinOptions& options,
                                              std::uint32_t seed) const {
        const std::vector<float> all(centre.size(), 1.0F);
        std::vector<std::vector<double>> chains;
        for (std::uint32_t chain = 0; chain < 2; ++chain) {
            chains.push_back(langevin_losses(batch(), centre, all, options, seed + chain));
        }
        return learning_coefficient(chains, bottom_, options.nbeta);
    }
    /// The same for ever, at this step: 1/2 sum nbeta h / (a (1 - eps a/4)), a = nbeta h + gamma.
    [[nodiscard]] double expected(const LangevinOptions& options) const {
        double sum = 0;
        for (const double h : curvature) {
            const double a = options.nbeta * h + options.gamma;
            sum += options.nbeta * h / (a * (1 - options.step * a / 4)) / 2;
        }
        return sum;
    }

private:
    double bottom_;
};

TEST(Langevin, OfABowlIsTheClosedFormAtItsStep) {
    const Bowl bowl(0.01, 0.7);
    // A long burn-in: the flattest direction forgets in 2 / (eps (nbeta 0.01 + gamma)) draws.
    LangevinOptions options{langevin_step(10, kNbeta, kGamma), kNbeta, kGamma, 3000, 4000};
    for (const double times : {1.0, 4.0}) { // the step's own error: a tenth, then a half and more
        options.step = times * langevin_step(10, kNbeta, kGamma);
        const LearningCoefficient found = bowl.measure(options, 11);
        const double expected = bowl.expected(options);
        EXPECT_NEAR(found.value, expected, 4 * found.error) << times;
        EXPECT_LT(found.error, 0.02 * expected);
    }
}

TEST(Langevin, SaysItsErrorAsItIs) {
    const Bowl bowl(3); // which forgets in 18 draws
    const LangevinOptions options{langevin_step(10, kNbeta, kGamma), kNbeta, kGamma, 200, 400};
    const double expected = bowl.expected(options);
    int inside = 0;
    for (std::uint32_t seed = 0; seed < 24; ++seed) {
        const LearningCoefficient found = bowl.measure(options, 100 * seed + 1);
        inside += std::abs(found.value - expected) < 2 * found.error ? 1 : 0;
    }
    EXPECT_GE(inside, 19); // 95 % of 24, and 2 % of chance for fewer
}

TEST(Langevin, TheLargestStepIsStableAndTenTimesItIsNot) {
    EXPECT_NEAR(langevin_step(10, kNbeta, kGamma), 0.36 / 825, 1e-12);
    EXPECT_NEAR(langevin_step(-3, kNbeta, kGamma), 0.36 / 5, 1e-12) << "no largest eigenvalue";
    const Bowl bowl(0.01);
    LangevinOptions options{langevin_step(10, kNbeta, kGamma), kNbeta, kGamma, 200, 200};
    EXPECT_TRUE(std::isfinite(bowl.measure(options, 1).value));
    options.step *= 4.2 / 0.36; // eps a > 4
    EXPECT_FALSE(bowl.measure(options, 1).value < 1e6);
}

TEST(Langevin, BeginsAtTheCentreAndMovesWhatItMay) {
    const std::vector<float> centre = {1, 2, 3};
    std::vector<std::vector<float>> seen;
    const NextBatch flat = [&](std::span<const float> weights, std::span<float> gradient) {
        seen.emplace_back(weights.begin(), weights.end());
        std::ranges::fill(gradient, 0.0F);
        return 0.25;
    };
    const std::vector<double> losses =
        langevin_losses(flat, centre, std::vector<float>{1, 0, 1}, {0.01, 10, 5, 2, 3}, 4);
    EXPECT_EQ(losses, std::vector<double>(3, 0.25));
    ASSERT_EQ(seen.size(), 5U);
    EXPECT_EQ(seen[0], centre);
    EXPECT_NE(seen[1][0], 1);
    EXPECT_EQ(seen[4][1], 2);
    EXPECT_NEAR(seen[1][0], 1, 0.5); // sqrt(0.01) of noise
}

/// A chain on a small model with gradients in T.
template <typename T>
LearningCoefficient of_a_model() {
    constexpr ModelShape kShape{11, 32, 4, 64};
    const PairSet pairs = all_pairs({Operation::kAdd, 11});
    const ParameterLayout layout(kShape);
    std::mt19937 random(3);
    std::normal_distribution<float> normal(0, 0.2F);
    std::vector<float> centre(layout.flat_size());
    for (float& value : centre) {
        value = normal(random);
    }
    std::vector<float> moves(centre.size(), 1.0F);
    keep_trained(layout, true, std::span(centre));
    keep_trained(layout, true, std::span(moves));
    WorkerPool pool(1);
    HessianProduct<T> loss(kShape, {}, true, pairs, pool);
    const NextBatch batch = [&](std::span<const float> weights, std::span<float> gradient) {
        loss.load(std::vector<T>(weights.begin(), weights.end()));
        std::ranges::transform(loss.gradient(), gradient.begin(),
                               [](T value) { return static_cast<float>(value); });
        return loss.loss();
    };
    const std::vector<std::vector<double>> chains = {
        langevin_losses(batch, centre, moves, {1e-4, 30, 100, 50, 200}, 5)};
    std::vector<float> unused(centre.size());
    return learning_coefficient(chains, batch(centre, unused), 30);
}

TEST(Langevin, OfAModelIsTheSameByGradientsInFloatAndInDouble) {
    const LearningCoefficient in_double = of_a_model<double>();
    EXPECT_GT(std::abs(in_double.value), in_double.error); // no minimum: it may be negative
    EXPECT_GT(in_double.error, 0);
    EXPECT_NEAR(of_a_model<float>().value, in_double.value, 0.05 * in_double.error);
}

TEST(Langevin, ARunAwayChainIsNoNumber) {
    const NextBatch broken = [](std::span<const float>, std::span<float>) {
        return std::numeric_limits<double>::infinity();
    };
    const std::vector<float> one(1, 1.0F);
    const std::vector<std::vector<double>> chains = {
        langevin_losses(broken, one, one, {0.1, 1, 1, 0, 80}, 1)};
    ASSERT_EQ(chains[0].size(), 80U);
    EXPECT_FALSE(std::isfinite(learning_coefficient(chains, 0, 1).value));
}

} // namespace
} // namespace grokscope
