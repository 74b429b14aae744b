// Attention over the grid against the definition, pair by pair.
#include "engine/inspect/attention_pattern.h"

#include "tests/inspect/naive_ablation.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace grokscope {
namespace {

constexpr ModelShape kShape{.p = 11, .d = 32, .heads = 4, .d_mlp = 64};

TEST(AttentionPattern, EqualsTheSoftmaxOfEachPairAndSumsToOne) {
    const Parameters parameters = test::random_parameters(kShape);
    const test::NaiveModel naive(parameters);
    const AttentionPattern pattern(parameters);
    const std::vector<float> grid = pattern.over_grid();
    ASSERT_EQ(grid.size(), 4U * 11 * 11 * 3);
    double smallest = 1;
    for (int a = 0; a < kShape.p; ++a) {
        for (int b = 0; b < kShape.p; ++b) {
            const test::NaiveActivations expected = naive.forward(a, b, {}, {});
            for (std::size_t head = 0; head < 4; ++head) {
                const std::size_t at =
                    ((head * 11 + static_cast<std::size_t>(a)) * 11 + static_cast<std::size_t>(b)) *
                    3;
                for (std::size_t j = 0; j < 3; ++j) {
                    ASSERT_NEAR(grid[at + j], expected.attention[head][j], 1e-6);
                    smallest = std::min(smallest, expected.attention[head][j]);
                }
                EXPECT_NEAR(grid[at] + grid[at + 1] + grid[at + 2], 1, 1e-6);
            }
        }
    }
    EXPECT_LT(smallest, 0.2); // the weights differ: equal attention would prove nothing
}

TEST(AttentionPattern, HugeScoresLeaveWeightsOfZeroAndOne) {
    Parameters parameters = test::random_parameters(kShape, 5, 8);
    const AttentionPattern pattern(parameters);
    int decided = 0;
    for (int head = 0; head < 4; ++head) {
        const auto [on_a, on_b, on_equals] = pattern.weights(head, 1, 2);
        EXPECT_NEAR(on_a + on_b + on_equals, 1, 1e-12);
        decided += std::max({on_a, on_b, on_equals}) == 1 ? 1 : 0;
    }
    EXPECT_GE(decided, 1);
}

TEST(AttentionPattern, MeanHeadOutputsAreTheMeansOverAllPairs) {
    const Parameters parameters = test::random_parameters(kShape);
    const std::vector<double> outputs =
        AttentionPattern(parameters)
            .mean_head_outputs(parameters, all_pairs({Operation::kAdd, kShape.p}).pairs);
    const test::NaiveModel::Means expected = test::NaiveModel(parameters).means();
    ASSERT_EQ(outputs.size(), 4U * 32);
    for (std::size_t head = 0; head < 4; ++head) {
        for (std::size_t i = 0; i < 32; ++i) {
            EXPECT_NEAR(outputs[head * 32 + i], expected.head[head][i], 1e-10);
        }
    }
}

} // namespace
} // namespace grokscope
