// Losses on lines away from the weights: they begin where the weights are and bend as the Hessian.
#include "engine/analysis/valley.h"

#include "engine/analysis/loss_hessian.h"
#include "engine/compute/worker_pool.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <stdexcept>

namespace grokscope {
namespace {

RunConfig small_config() {
    RunConfig config;
    config.p = 13;
    config.d_model = 32;
    config.d_mlp = 64;
    config.train_fraction = 0.5;
    return config;
}

Parameters some_weights(const RunConfig& config) {
    Parameters weights(ModelShape::of(config));
    std::mt19937 random(3);
    std::normal_distribution<float> normal(0, 0.15F);
    for (std::size_t i = 0; i < kTensorCount; ++i) {
        for (float& value : weights.view(static_cast<Tensor>(i))) {
            value = normal(random);
        }
    }
    return weights;
}

TEST(Valley, BeginsAtTheWeightsAndBendsAsTheHessianSays) {
    const RunConfig config = small_config();
    const Task task = make_task(config);
    const Parameters weights = some_weights(config);
    WorkerPool pool(2);
    const Valley valley = find_valley(config, task, weights, 2, 5, pool);
    EXPECT_NEAR(valley.length, std::sqrt(sum_squares(weights.flat())), 1e-9);
    ASSERT_EQ(valley.places.size(), 13U);
    ASSERT_EQ(valley.lines.size(), 3U);
    LossHessian<double> train(config, task.train, weights, pool);
    LossHessian<double> test(config, task.test, weights, pool);
    for (const ValleyLine& line : valley.lines) {
        EXPECT_NEAR(line.train[6], train.loss(), 1e-12) << line.direction;
        EXPECT_NEAR(line.test[6], test.loss(), 1e-12) << line.direction;
    }
    const double step = 0.01 * valley.length;
    const auto bend = [&](const std::vector<double>& losses) { // second difference
        return (losses[5] - 2 * losses[6] + losses[7]) / (step * step);
    };
    EXPECT_NEAR(bend(valley.lines[0].train), valley.eigenvalue, 0.05 * valley.eigenvalue);
    EXPECT_LT(valley.residual, 0.01 * valley.eigenvalue);
    EXPECT_NE(valley.lines[1].train, valley.lines[2].train);
    EXPECT_LT(bend(valley.lines[1].train), 0.5 * valley.eigenvalue);
}

TEST(Valley, IsTheSameForAnyNumberOfThreads) {
    const RunConfig config = small_config();
    const Task task = make_task(config);
    const Parameters weights = some_weights(config);
    WorkerPool one(1);
    WorkerPool three(3);
    const Valley first = find_valley(config, task, weights, 1, 5, one);
    const Valley second = find_valley(config, task, weights, 1, 5, three);
    EXPECT_EQ(first.eigenvalue, second.eigenvalue);
    EXPECT_EQ(first.lines[0].test, second.lines[0].test);
    EXPECT_EQ(first.lines[1].train, second.lines[1].train);
}

TEST(Valley, RefusesWeightsThatAreNotFinite) {
    const RunConfig config = small_config();
    Parameters weights = some_weights(config);
    weights.flat()[3] = std::numeric_limits<float>::infinity();
    WorkerPool pool(1);
    EXPECT_THROW((void)find_valley(config, make_task(config), weights, 1, 5, pool),
                 std::runtime_error);
}

} // namespace
} // namespace grokscope
