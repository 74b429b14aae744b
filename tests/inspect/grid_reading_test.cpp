// Answers, confidence and losses of given logits.
#include "engine/inspect/grid_reading.h"

#include "engine/compute/worker_pool.h"
#include "tests/analysis/ideal_clock.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>

namespace grokscope {
namespace {

RunConfig config_of(int p) {
    RunConfig config;
    config.p = p;
    config.train_fraction = 0.4;
    return config;
}

TEST(GridReading, EqualsTheDefinitionPairByPair) {
    constexpr int kP = 13;
    const Task task = make_task(config_of(kP));
    const PairGrid split(task);
    const std::vector<float> logits = test::random_logits(kP, 3);
    WorkerPool pool(2);
    const InspectedModel model = read_grid(logits, split, pool);
    ASSERT_EQ(model.answers.size(), 169U);
    ASSERT_EQ(model.confidence.size(), 169U);

    const auto figures_of = [&](const PairSet& set) {
        double loss = 0;
        int correct = 0;
        for (const Pair pair : set.pairs) {
            const auto row = static_cast<std::size_t>(pair.a * kP + pair.b);
            const float* const l = &logits[row * kP];
            double total = 0;
            int best = 0;
            for (int c = 0; c < kP; ++c) {
                total += std::exp(static_cast<double>(l[c]));
                best = l[c] > l[best] ? c : best;
            }
            const int label = (pair.a + pair.b) % kP;
            loss += std::log(total) - l[label];
            correct += best == label ? 1 : 0;
            EXPECT_EQ(model.answers[row], best);
            EXPECT_NEAR(model.confidence[row], std::exp(static_cast<double>(l[best])) / total,
                        1e-6);
        }
        const auto n = static_cast<double>(set.size());
        return std::pair(loss / n, correct / n);
    };
    const auto [train_loss, train_accuracy] = figures_of(task.train);
    const auto [test_loss, test_accuracy] = figures_of(task.test);
    PairSet mirrored;
    PairSet truly_new;
    for (const Pair pair : task.test.pairs) {
        const bool known = split.trains[static_cast<std::size_t>(pair.b * kP + pair.a)] != 0;
        (known ? mirrored : truly_new).pairs.push_back(pair);
    }
    const auto [mirrored_loss, mirrored_accuracy] = figures_of(mirrored);
    const auto [new_loss, new_accuracy] = figures_of(truly_new);
    EXPECT_NEAR(model.figures.mirrored_loss, mirrored_loss, 1e-12 * mirrored_loss);
    EXPECT_NEAR(model.figures.new_loss, new_loss, 1e-12 * new_loss);
    EXPECT_DOUBLE_EQ(model.figures.mirrored_accuracy, mirrored_accuracy);
    EXPECT_DOUBLE_EQ(model.figures.new_accuracy, new_accuracy);
    EXPECT_NEAR(model.figures.train_loss, train_loss, 1e-12 * train_loss);
    EXPECT_NEAR(model.figures.test_loss, test_loss, 1e-12 * test_loss);
    EXPECT_DOUBLE_EQ(model.figures.train_accuracy, train_accuracy);
    EXPECT_DOUBLE_EQ(model.figures.test_accuracy, test_accuracy);
    EXPECT_GT(test_accuracy, 0); // both right and wrong answers occur
    EXPECT_LT(test_accuracy, 1);
}

TEST(GridReading, ATieGoesToTheLowestClass) {
    constexpr int kP = 5;
    const Task task = make_task(config_of(kP));
    const PairGrid split(task);
    WorkerPool pool(1);
    const std::vector<float> equal(kP * kP * kP, 2.0F);
    const InspectedModel model = read_grid(equal, split, pool);
    for (const std::uint16_t answer : model.answers) {
        EXPECT_EQ(answer, 0);
    }
    for (const float confidence : model.confidence) {
        EXPECT_FLOAT_EQ(confidence, 0.2F);
    }
    EXPECT_NEAR(model.figures.train_loss, std::log(5.0), 1e-14);
    // Right where the answer is 0: five of the 25 pairs, trained on or not.
    const auto train_right = static_cast<double>(std::ranges::count(task.train.labels, 0));
    EXPECT_DOUBLE_EQ(model.figures.train_accuracy,
                     train_right / static_cast<double>(task.train.size()));
    EXPECT_DOUBLE_EQ(model.figures.test_accuracy,
                     (5 - train_right) / static_cast<double>(task.test.size()));
}

TEST(GridReading, APartWithoutPairsHasNoFigures) {
    RunConfig config;
    config.p = 5;
    config.train_fraction = 0.95; // two test pairs, both with a trained mirror
    const PairGrid split(make_task(config));
    WorkerPool pool(1);
    const ModelFigures figures = read_grid(std::vector<float>(125, 0.0F), split, pool).figures;
    EXPECT_NEAR(figures.mirrored_loss, std::log(5.0), 1e-14);
    EXPECT_EQ(figures.mirrored_loss, figures.test_loss);
    EXPECT_TRUE(std::isnan(figures.new_loss) && std::isnan(figures.new_accuracy));
}

TEST(GridReading, ATinyLossKeepsItsDigits) {
    constexpr int kP = 7;
    const PairGrid split(make_task(config_of(kP)));
    WorkerPool pool(1);
    std::vector<float> logits(kP * kP * kP, 0.0F);
    for (int a = 0; a < kP; ++a) {
        for (int b = 0; b < kP; ++b) {
            logits[static_cast<std::size_t>((a * kP + b) * kP + (a + b) % kP)] = 30;
        }
    }
    const double expected = std::log1p(6 * std::exp(-30.0));
    const InspectedModel model = read_grid(logits, split, pool);
    EXPECT_NEAR(model.figures.train_loss, expected, 1e-12 * expected);
    EXPECT_DOUBLE_EQ(model.figures.test_accuracy, 1);
}

TEST(GridReading, HasTheSameBitsForAnyNumberOfThreads) {
    const PairGrid split(make_task(config_of(13)));
    const std::vector<float> logits = test::random_logits(13, 3);
    WorkerPool one(1);
    WorkerPool three(3);
    const InspectedModel first = read_grid(logits, split, one);
    const InspectedModel second = read_grid(logits, split, three);
    EXPECT_EQ(std::memcmp(&first.figures, &second.figures, sizeof first.figures), 0);
    EXPECT_EQ(first.confidence, second.confidence);
}

TEST(GridReading, OnePairNamesAnswerAndRunnerUp) {
    const std::vector<float> logits = {1, 4, -2, 3, 3};
    const PairReading reading = read_pair(logits);
    double total = 0;
    for (const float logit : logits) {
        total += std::exp(static_cast<double>(logit));
    }
    EXPECT_EQ(reading.answer, 1);
    EXPECT_EQ(reading.runner_up, 3);
    EXPECT_NEAR(reading.confidence, std::exp(4.0) / total, 1e-15);
    EXPECT_NEAR(reading.runner_up_confidence, std::exp(3.0) / total, 1e-15);
    EXPECT_EQ(reading.logits, logits);
    EXPECT_EQ(read_pair(std::vector<float>{5, 5, 1}).runner_up, 1);
}

TEST(GridReading, RefusesAWrongSize) {
    const PairGrid split(make_task(config_of(7)));
    WorkerPool pool(1);
    EXPECT_THROW((void)read_grid(std::vector<float>(7 * 7 * 7 - 1), split, pool),
                 std::invalid_argument);
}

} // namespace
} // namespace grokscope
