// Complexity of weights with order and without.
#include "engine/analysis/stable_rank.h"
#include "engine/protocol/group_index.h"
#include "tests/inspect/naive_ablation.h"
#include "tests/lab/read_instrument.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

namespace grokscope {
namespace {

using test::read;
using test::small_config;
using test::values_of;

/// W_E of waves of frequency 3 over the group's index; the rest random.
Parameters wavy(const RunConfig& config) {
    Parameters weights = test::random_parameters(ModelShape::of(config));
    const GroupIndex group(config.operation, config.p);
    const auto W_E = weights.view(Tensor::W_E); // [d, p + 1]
    const auto columns = static_cast<std::size_t>(config.p) + 1;
    for (int row = 0; row < config.d_model; ++row) {
        for (int i = 0; i < group.order(); ++i) {
            const double angle = 2 * std::numbers::pi * 3 * i / group.order() + 0.2 * row;
            W_E[static_cast<std::size_t>(row) * columns +
                static_cast<std::size_t>(group.element(i))] = static_cast<float>(std::cos(angle));
        }
    }
    return weights;
}

TEST(Complexity, WeightsWithoutOrderAreAsComplexAsTheirShuffle) {
    const RunConfig config = small_config(97);
    const auto figures =
        read("complexity", config, 1, test::random_parameters(ModelShape::of(config)));
    EXPECT_NEAR(values_of(figures, "bdm_ratio")[0], 1, 0.01);
    EXPECT_NEAR(values_of(figures, "bdm_ratio_W_E")[0], 1, 0.02);
    EXPECT_LT(values_of(figures, "bdm_missing")[0], 0.01);
    const std::vector<double> ratios = values_of(figures, "bdm_ratio_tensor");
    ASSERT_EQ(ratios.size(), kTensorCount);
    for (std::size_t i = 0; i < kTensorCount; ++i) {
        const bool is_bias = kTensorNames[i] == "b_in" || kTensorNames[i] == "b_out";
        EXPECT_EQ(std::isnan(ratios[i]), is_bias) << kTensorNames[i];
        if (!is_bias) {
            EXPECT_NEAR(ratios[i], 1, 0.08) << kTensorNames[i];
        }
    }
    EXPECT_EQ(ratios[0], values_of(figures, "bdm_ratio_W_E")[0]);
}

TEST(Complexity, WavesInTheOrderOfTheGroupAreSimple) {
    for (const Operation operation : {Operation::kAdd, Operation::kMultiply}) {
        RunConfig config = small_config(97);
        config.operation = operation;
        const auto figures = read("complexity", config, 1, wavy(config));
        EXPECT_LT(values_of(figures, "bdm_ratio_W_E")[0], 0.85);
        EXPECT_LT(values_of(figures, "bdm_ratio")[0], 0.99) << "the rest is random";
        EXPECT_LT(values_of(figures, "stable_rank_W_E")[0], 2.6) << "two directions, and '='";
    }
    RunConfig config = small_config(97);
    config.operation = Operation::kMultiply;
    const Parameters of_products = wavy(config);
    const double in_order =
        values_of(read("complexity", config, 1, of_products), "bdm_ratio_W_E")[0];
    config.operation = Operation::kAdd; // the same weights, numbers in another order
    const double scattered =
        values_of(read("complexity", config, 1, of_products), "bdm_ratio_W_E")[0];
    EXPECT_GT(scattered, in_order + 0.2);
}

TEST(Complexity, TheStableRankIsThatOfEachTensor) {
    const RunConfig config = small_config(23);
    const Parameters weights = test::random_parameters(ModelShape::of(config));
    const auto figures = read("complexity", config, 1, weights);
    const std::vector<double> ranks = values_of(figures, "stable_rank_tensor");
    ASSERT_EQ(ranks.size(), kTensorCount);
    EXPECT_EQ(ranks[0], stable_rank(weights.view(Tensor::W_E), 32, 24));
    EXPECT_EQ(ranks[2], stable_rank(weights.view(Tensor::W_K), 32, 32)) << "heads below each other";
    EXPECT_EQ(ranks[6], stable_rank(weights.view(Tensor::W_in), 64, 32));
    EXPECT_EQ(ranks[10], stable_rank(weights.view(Tensor::W_U), 32, 23));
    EXPECT_TRUE(std::isnan(ranks[7]));
}

TEST(Complexity, TheShuffleIsDrawnBySeedAndEpoch) {
    const RunConfig config = small_config(23);
    const Parameters weights = test::random_parameters(ModelShape::of(config));
    const auto first = read("complexity", config, 1, weights, 100);
    const auto later = read("complexity", config, 1, weights, 200);
    EXPECT_NE(values_of(first, "bdm_ratio"), values_of(later, "bdm_ratio"));
    EXPECT_EQ(values_of(first, "bdm_missing"), values_of(later, "bdm_missing"));
}

} // namespace
} // namespace grokscope
