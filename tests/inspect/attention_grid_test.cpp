// Attention over the grid against the definition, pair by pair, in every layer.
#include "engine/inspect/attention_grid.h"

#include "engine/compute/worker_pool.h"
#include "tests/inspect/naive_ablation.h"
#include "tests/model/layers_case.h"
#include "tests/model/naive_sites.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace grokscope {
namespace {

std::vector<Pair> grid_of(int p) {
    return all_pairs({Operation::kAdd, p}).pairs;
}

TEST(AttentionGrid, EqualsTheSoftmaxOfEachPairAndSumsToOne) {
    const ModelShape shape{.p = 11, .d = 32, .heads = 4, .d_mlp = 64};
    const Parameters parameters = test::random_parameters(shape);
    const test::NaiveModel naive(parameters);
    WorkerPool pool(2);
    SitedForward forward(shape, pool);
    forward.load(parameters);
    const std::vector<float> grid = attention_grid(forward, shape, grid_of(11), {}, 0);
    ASSERT_EQ(grid.size(), 4U * 11 * 11 * 3);
    double smallest = 1;
    for (int a = 0; a < shape.p; ++a) {
        for (int b = 0; b < shape.p; ++b) {
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

TEST(AttentionGrid, IsOfAnyLayerAndOfFourTokens) {
    const ModelShape shape{.p = 7,
                           .d = 32,
                           .heads = 2,
                           .d_mlp = 64,
                           .layers = 3,
                           .norm = Norm::kPre,
                           .activation = Activation::kGelu,
                           .context = 4};
    const auto weights = random_weights<float>(shape, 3);
    WorkerPool pool(1);
    SitedForward forward(shape, pool);
    forward.load(weights);
    for (int layer = 0; layer < 3; ++layer) {
        const std::vector<float> grid = attention_grid(forward, shape, grid_of(7), {}, layer);
        ASSERT_EQ(grid.size(), 2U * 49 * 4);
        const std::size_t pair = 3 * 7 + 5;
        test::naive_logits(weights, {3, 5}, [&](SiteAt at, int position, test::Values& values) {
            if (at == SiteAt{Site::kAttnPattern, layer} && position == 3) {
                for (std::size_t head = 0; head < 2; ++head) {
                    for (std::size_t slot = 0; slot < 4; ++slot) {
                        EXPECT_NEAR(grid[(head * 49 + pair) * 4 + slot], values[head * 4 + slot],
                                    1e-6);
                    }
                }
            }
        });
    }
}

TEST(AttentionGrid, HugeScoresLeaveWeightsOfZeroAndOne) {
    const ModelShape shape{.p = 11, .d = 32, .heads = 4, .d_mlp = 64};
    const Parameters parameters = test::random_parameters(shape, 5, 8);
    WorkerPool pool(1);
    SitedForward forward(shape, pool);
    forward.load(parameters);
    const std::vector<Pair> one{{1, 2}};
    const std::vector<float> grid = attention_grid(forward, shape, one, {}, 0);
    int decided = 0;
    for (std::size_t head = 0; head < 4; ++head) {
        const float* const w = &grid[head * 3];
        EXPECT_NEAR(w[0] + w[1] + w[2], 1, 1e-6);
        decided += std::max({w[0], w[1], w[2]}) == 1 ? 1 : 0;
    }
    EXPECT_GE(decided, 1);
}

} // namespace
} // namespace grokscope
