// Answers about other operations than addition: frequencies are those of the operation's group, and
// what is not in the group is left alone.
#include "engine/inspect/grid_reading.h"
#include "engine/inspect/model_inspector.h"

#include "engine/compute/worker_pool.h"
#include "engine/protocol/frequencies.h"
#include "tests/inspect/naive_ablation.h"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <numbers>
#include <string>

namespace grokscope {
namespace {

constexpr int kP = 11;

RunConfig config_of(Operation operation, int p = kP) {
    RunConfig config;
    config.operation = operation;
    config.p = p;
    config.d_model = 32;
    config.d_mlp = 64;
    config.train_fraction = 0.4;
    return config;
}

using Logits = std::vector<std::vector<double>>; // [p*p][p]

/// Logits without what depends on a pair as a wave of frequency k in u + v, each class by itself.
Logits without_waves(const Logits& logits, const GroupIndex& group, const std::vector<int>& keys) {
    const int n = group.order();
    Logits changed = logits;
    const auto at = [&](int u, int v) {
        return static_cast<std::size_t>(group.element(u) * group.numbers() + group.second(v));
    };
    for (const int k : keys) {
        const double scale = static_cast<double>(frequency_dimensions(k, n)) / n / n;
        for (int s = 0; s < n; ++s) {
            for (std::size_t c = 0; c < logits[0].size(); ++c) {
                double part = 0;
                for (int u = 0; u < n; ++u) {
                    for (int v = 0; v < n; ++v) {
                        part += scale * logits[at(u, v)][c] *
                                std::cos(2 * std::numbers::pi * k * (s - u - v) / n);
                    }
                }
                for (int u = 0; u < n; ++u) {
                    changed[at(u, (s - u + n) % n)][c] -= part;
                }
            }
        }
    }
    return changed;
}

class InspectorOf : public testing::TestWithParam<Operation> {
protected:
    InspectReply ask(const InspectQuery& query) { return inspector_.answer(query, weights_); }
    /// Logits of these weights, as plainly as the definition reads.
    Logits naive(const Parameters& weights) {
        const test::NaiveModel model(weights);
        return model.logits({}, model.means());
    }

    RunConfig config_ = config_of(GetParam());
    GroupIndex group_{GetParam(), kP};
    std::shared_ptr<const Parameters> weights_ =
        std::make_shared<const Parameters>(test::random_parameters(ModelShape::of(config_), 3));
    WorkerPool pool_{2};
    ModelInspector inspector_{config_, pool_};
};

TEST_P(InspectorOf, TakesTheGroupsFrequenciesOutOfTheLogits) {
    InspectQuery query;
    query.ablation.frequencies = {2, 5}; // 5 alternates in a group of ten
    const Logits expected = without_waves(naive(*weights_), group_, query.ablation.frequencies);
    for (const NumberPair pair : {NumberPair{3, 10}, NumberPair{0, 4}, NumberPair{7, 7}}) {
        query.pair = pair;
        const InspectReply reply = ask(query);
        ASSERT_EQ(reply.problem, "");
        const auto& row = expected[static_cast<std::size_t>(pair.a * kP + pair.b)];
        for (std::size_t c = 0; c < row.size(); ++c) {
            EXPECT_NEAR(reply.ablated->pair->logits[c], row[c], 2e-5);
            if (group_.log(pair.a) < 0) { // no part in any frequency
                EXPECT_EQ(reply.ablated->pair->logits[c], reply.intact.pair->logits[c]);
            }
        }
    }
}

TEST_P(InspectorOf, TakesTheGroupsFrequenciesOutOfTheEmbedding) {
    InspectQuery query;
    query.ablation.frequencies = {2};
    query.ablation.place = FrequencyPlace::kEmbedding;
    query.pair = NumberPair{3, 10};
    Parameters changed = *weights_;
    const auto W_E = changed.view(Tensor::W_E);
    const int n = group_.order();
    for (std::size_t row = 0; row < 32; ++row) {
        const auto at = [&](int i) -> float& {
            return W_E[row * (kP + 1) + static_cast<std::size_t>(group_.element(i))];
        };
        std::vector<double> part(static_cast<std::size_t>(n));
        for (int i = 0; i < n; ++i) {
            for (int j = 0; j < n; ++j) {
                part[static_cast<std::size_t>(i)] +=
                    2.0 / n * at(j) * std::cos(2 * std::numbers::pi * 2 * (i - j) / n);
            }
        }
        for (int i = 0; i < n; ++i) {
            at(i) = static_cast<float>(at(i) - part[static_cast<std::size_t>(i)]);
        }
    }
    const InspectReply reply = ask(query);
    const Logits expected = naive(changed);
    for (std::size_t c = 0; c < kP; ++c) {
        EXPECT_NEAR(reply.ablated->pair->logits[c], expected[3 * kP + 10][c], 2e-5);
    }
}

TEST_P(InspectorOf, PutsTheHandsWhereTheIndexSays) {
    InspectQuery query;
    query.pair = NumberPair{3, 10};
    query.clock_frequencies = {1, 3};
    const InspectReply reply = ask(query);
    EXPECT_EQ(reply.operation, GetParam());
    ASSERT_EQ(reply.clock.size(), 2U);
    const double turn = 2 * std::numbers::pi;
    for (const ClockReading& clock : reply.clock) {
        const double step = turn * clock.frequency / group_.order();
        const auto off = [&](double angle, int index) {
            return std::abs(std::remainder(angle - step * index, turn));
        };
        EXPECT_LT(off(clock.angle_a, group_.log(3)), 1e-12);
        EXPECT_LT(off(clock.angle_b, group_.log(10)), 1e-12);
        const int answer = spec_of(GetParam()).answer(3, 10, kP);
        EXPECT_LT(off(clock.angle_answer, group_.log(answer)), 1e-12);
        // The answer's angle is the sum of both, or the difference.
        const double sign = spec_of(GetParam()).inverts_second ? -1 : 1;
        EXPECT_LT(std::abs(std::remainder(clock.angle_a + sign * clock.angle_b - clock.angle_answer,
                                          turn)),
                  1e-12);
        ASSERT_EQ(clock.contribution.size(), static_cast<std::size_t>(kP));
    }
    ASSERT_EQ(reply.class_means.size(), static_cast<std::size_t>(kP));
}

TEST_P(InspectorOf, HasNoClockOfANumberOutsideTheGroup) {
    InspectQuery query;
    query.pair = NumberPair{0, 4};
    query.clock_frequencies = {1};
    const InspectReply reply = ask(query);
    ASSERT_EQ(reply.problem, "");
    EXPECT_EQ(reply.clock.size(), group_.log(0) < 0 ? 0U : 1U);
    EXPECT_TRUE(reply.intact.pair.has_value());
}

INSTANTIATE_TEST_SUITE_P(Operations, InspectorOf,
                         testing::Values(Operation::kAdd, Operation::kSubtract,
                                         Operation::kMultiply, Operation::kDivide),
                         [](const auto& one) { return std::string(name_of(one.param)); });

TEST(ModelInspector, RefusesFrequenciesWhereThereAreNone) {
    const RunConfig config = config_of(Operation::kMultiply, 12);
    const auto weights =
        std::make_shared<const Parameters>(test::random_parameters(ModelShape::of(config), 3));
    WorkerPool pool(1);
    ModelInspector inspector(config, pool);
    InspectQuery query;
    query.pair = NumberPair{3, 4};
    InspectReply reply = inspector.answer(query, weights);
    EXPECT_EQ(reply.problem, "");
    EXPECT_TRUE(reply.clock.empty());
    EXPECT_TRUE(reply.key_frequencies.empty());
    EXPECT_EQ(reply.intact.answers.size(), 144U);
    query.ablation.frequencies = {1};
    reply = inspector.answer(query, weights);
    EXPECT_EQ(reply.problem,
              "this operation has no frequencies at this modulus, but 1 was asked for");
}

TEST(PairGrid, CountsOnlyPairsForWhichTheOperationIsDefined) {
    const Task task = make_task(config_of(Operation::kDivide));
    const PairGrid grid(task);
    EXPECT_FALSE(grid.mirrors);
    EXPECT_EQ(grid.labels[4 * kP + 0], PairGrid::kUndefined);
    EXPECT_EQ(grid.labels[0 * kP + 4], 0);
    EXPECT_EQ(grid.labels[10 * kP + 2], 5);
    // Always the answer 1: right for a = b alone.
    std::vector<float> logits(kP * kP * kP);
    for (std::size_t row = 0; row < kP * kP; ++row) {
        logits[row * kP + 1] = 50;
    }
    WorkerPool pool(2);
    const InspectedModel model = read_grid(logits, grid, pool);
    const double right = model.figures.train_accuracy * static_cast<double>(task.train.size()) +
                         model.figures.test_accuracy * static_cast<double>(task.test.size());
    EXPECT_NEAR(right, kP - 1, 1e-9);
    EXPECT_EQ(model.answers[4 * kP], 1); // it says something there, too
    EXPECT_TRUE(std::isnan(model.figures.mirrored_accuracy));
}

} // namespace
} // namespace grokscope
