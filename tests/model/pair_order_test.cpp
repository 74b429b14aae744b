// The plan of an epoch: every pair once, whole first tokens per unit, any number of pairs.
#include "engine/model/fused/pair_order.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <stdexcept>
#include <vector>

namespace grokscope::fused {
namespace {

PairSet random_pairs(int p, double share, unsigned seed) {
    PairSet all = all_pairs({Operation::kAdd, p});
    std::mt19937 random(seed);
    PairSet some;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (std::uniform_real_distribution<double>()(random) < share) {
            some.pairs.push_back(all.pairs[i]);
            some.labels.push_back(all.labels[i]);
        }
    }
    return some;
}

void expect_every_pair_once(const PairPlan& plan, const PairSet& given) {
    ASSERT_EQ(plan.pairs.size(), given.size());
    std::vector<int> seen(given.size());
    for (std::size_t i = 0; i < given.size(); ++i) {
        const std::size_t source = plan.pairs.source[i];
        ++seen[source];
        EXPECT_EQ(plan.pairs.a[i], given.pairs[source].a);
        EXPECT_EQ(plan.pairs.b[i], given.pairs[source].b);
        EXPECT_EQ(plan.pairs.labels[i], given.labels[source]);
    }
    EXPECT_TRUE(std::ranges::all_of(seen, [](int times) { return times == 1; }));
    // Blocks tile the rows, units tile the blocks.
    std::size_t row = 0;
    for (std::size_t i = 0; i < plan.blocks.size(); ++i) {
        EXPECT_EQ(plan.blocks[i].index, i);
        EXPECT_EQ(plan.blocks[i].first, row);
        EXPECT_GT(plan.blocks[i].rows, 0U);
        row += plan.blocks[i].rows;
    }
    EXPECT_EQ(row, given.size());
    std::size_t block = 0;
    for (std::size_t unit = 0; unit < plan.units.size(); ++unit) {
        EXPECT_EQ(plan.units[unit].first_block, block);
        for (; block < plan.units[unit].end_block; ++block) {
            EXPECT_EQ(plan.blocks[block].unit, unit);
        }
    }
    EXPECT_EQ(block, plan.blocks.size());
}

struct PlanCase {
    int p;
    double share;
};

class Plans : public testing::TestWithParam<PlanCase> {};

TEST_P(Plans, TrainingHasEveryPairOnceAndEveryFirstTokenInOneUnit) {
    const auto [p, share] = GetParam();
    const PairSet given = random_pairs(p, share, 3);
    ASSERT_GT(given.size(), 0U);
    const PairPlan plan = plan_training(given.pairs, given.labels, static_cast<std::size_t>(p));
    expect_every_pair_once(plan, given);
    EXPECT_LE(plan.units.size(), 32U);
    std::size_t token = 0;
    for (const RowUnit& unit : plan.units) {
        EXPECT_EQ(unit.first_token, token);
        token = unit.end_token;
        for (std::size_t i = unit.first_block; i < unit.end_block; ++i) {
            const RowBlock& block = plan.blocks[i];
            for (std::size_t row = block.first; row < block.first + block.rows; ++row) {
                EXPECT_GE(plan.pairs.a[row], unit.first_token);
                EXPECT_LT(plan.pairs.a[row], unit.end_token);
            }
        }
    }
    EXPECT_EQ(token, static_cast<std::size_t>(p)) << "every token belongs to a unit";
}

TEST_P(Plans, EvaluationHasEveryPairOnce) {
    const auto [p, share] = GetParam();
    const PairSet given = random_pairs(p, share, 4);
    expect_every_pair_once(plan_evaluation(given.pairs, given.labels, static_cast<std::size_t>(p)),
                           given);
}

TEST_P(Plans, TokenListsHoldEveryPairTwiceInOrder) {
    const auto [p, share] = GetParam();
    const PairSet given = random_pairs(p, share, 5);
    const auto size = static_cast<std::size_t>(p);
    const PairPlan plan = plan_training(given.pairs, given.labels, size);
    const TokenLists lists = list_tokens(plan.pairs, size);
    ASSERT_EQ(lists.begin.size(), 2 * size + 1);
    EXPECT_EQ(lists.begin.back(), 2 * given.size());
    for (std::size_t row = 0; row < 2 * size; ++row) {
        for (std::size_t i = lists.begin[row]; i < lists.begin[row + 1]; ++i) {
            const std::size_t pair = lists.pairs[i];
            EXPECT_EQ(row < size ? plan.pairs.a[pair] : size + plan.pairs.b[pair], row);
            EXPECT_TRUE(i == lists.begin[row] || lists.pairs[i - 1] < pair);
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Sizes, Plans,
                         testing::Values(PlanCase{5, 0.3}, PlanCase{11, 0.9}, PlanCase{59, 0.3},
                                         PlanCase{64, 0.5}, PlanCase{113, 0.3}, PlanCase{113, 0.95},
                                         PlanCase{251, 0.3}, PlanCase{251, 0.9}));

TEST(Plans, TheDefaultExperimentHasUnitsOfEqualSize) {
    const PairSet given = random_pairs(113, 0.3, 6);
    const PairPlan plan = plan_training(given.pairs, given.labels, 113);
    EXPECT_EQ(plan.units.size(), 12U);
    for (const RowUnit& unit : plan.units) {
        std::size_t rows = 0;
        for (std::size_t i = unit.first_block; i < unit.end_block; ++i) {
            rows += plan.blocks[i].rows;
        }
        EXPECT_NEAR(static_cast<double>(rows), 320, 60);
    }
}

TEST(Plans, RefuseTokensOutOfRange) {
    const std::vector<Pair> pairs = {{1, 2}, {3, 5}};
    const std::vector<std::uint16_t> labels = {3, 3};
    EXPECT_THROW((void)plan_training(pairs, labels, 5), std::invalid_argument);
    EXPECT_THROW((void)plan_evaluation(pairs, {}, 5), std::invalid_argument);
    EXPECT_NO_THROW((void)plan_evaluation(pairs, {}, 6));
    EXPECT_THROW((void)plan_training(pairs, std::vector<std::uint16_t>{1}, 6),
                 std::invalid_argument);
}

} // namespace
} // namespace grokscope::fused
