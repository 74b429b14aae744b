// R34: pairs, labels and splits of the four operations, counted and printed by CPython 3.11.
#include "engine/task/task.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace grokscope {
namespace {

struct Printed {
    Operation operation;
    int p;
    double fraction;
    std::uint32_t seed;
    std::size_t all;
    std::size_t train;
    std::uint64_t order;  ///< sum of position times a*p + b over the shuffled pairs
    std::uint64_t labels; ///< sum of position times label over the training pairs
};

std::vector<int> counts(const PairSet& set, int p) {
    std::vector<int> of_class(static_cast<std::size_t>(p));
    for (const std::uint16_t label : set.labels) {
        ++of_class[label];
    }
    return of_class;
}

TEST(Operations, SplitAsTheOracleDoes) {
    const std::array printed{
        Printed{Operation::kAdd, 97, 0.3, 999, 9409, 2822, 207977117774, 193680226},
        Printed{Operation::kSubtract, 97, 0.3, 999, 9409, 2822, 207977117774, 192720890},
        Printed{Operation::kMultiply, 97, 0.3, 999, 9409, 2822, 207977117774, 189696963},
        Printed{Operation::kDivide, 97, 0.3, 999, 9312, 2793, 203634304875, 188377000},
        Printed{Operation::kSubtract, 113, 0.5, 7, 12769, 6384, 517270292524, 1138453693},
        Printed{Operation::kMultiply, 113, 0.5, 7, 12769, 6384, 517270292524, 1137525006},
        Printed{Operation::kDivide, 113, 0.5, 7, 12656, 6328, 508069781175, 1120712080}};
    for (const Printed& expected : printed) {
        RunConfig config;
        config.operation = expected.operation;
        config.p = expected.p;
        config.train_fraction = expected.fraction;
        config.seed = expected.seed;
        const Task task = make_task(config);
        EXPECT_EQ(task.train.size() + task.test.size(), expected.all);
        EXPECT_EQ(task.train.size(), expected.train);
        std::uint64_t order = 0;
        std::uint64_t labels = 0;
        std::uint64_t position = 0;
        for (const PairSet* set : {&task.train, &task.test}) {
            for (std::size_t i = 0; i < set->size(); ++i, ++position) {
                order += position * (std::uint64_t{set->pairs[i].a} * expected.p + set->pairs[i].b);
                labels += set == &task.train ? position * set->labels[i] : 0;
            }
        }
        EXPECT_EQ(order, expected.order) << name_of(expected.operation);
        EXPECT_EQ(labels, expected.labels) << name_of(expected.operation);
        EXPECT_EQ(task.test.mirrored.empty(), !config.arithmetic().is_commutative());
    }
}

TEST(Operations, HaveAsManyPairsOfEachAnswerAsCountingGives) {
    const std::vector<int> of_sums = counts(all_pairs({Operation::kSubtract, 97}), 97);
    EXPECT_EQ(std::vector<int>(97, 97), of_sums);
    for (const int p : {97, 113}) {
        std::vector<int> products(static_cast<std::size_t>(p), p - 1);
        products[0] = 2 * p - 1;
        EXPECT_EQ(counts(all_pairs({Operation::kMultiply, p}), p), products);
        EXPECT_EQ(counts(all_pairs({Operation::kDivide, p}), p),
                  std::vector<int>(static_cast<std::size_t>(p), p - 1));
    }
    for (const Pair pair : all_pairs({Operation::kDivide, 97}).pairs) {
        EXPECT_NE(pair.b, 0);
    }
}

/// The product of the permutations of three things, in the order of itertools.permutations: a after
/// b. As CPython prints it.
OperationTable s3() {
    std::string mistake;
    const OperationTable table = OperationTable::parse(
        "0,1,2,3,4,5\n1,0,4,5,2,3\n2,3,0,1,5,4\n3,2,5,4,0,1\n4,5,1,0,3,2\n5,4,3,2,1,0\n", "S3",
        mistake);
    EXPECT_EQ(mistake, "");
    return table;
}

RunConfig of_table(const OperationTable& table) {
    RunConfig config;
    config.table = table;
    fit_to_table(config, false, false);
    config.train_fraction = 0.5;
    return config;
}

TEST(Operations, ATableIsSplitAsItsPairsLie) {
    const RunConfig config = of_table(s3());
    const Task task = make_task(config);
    EXPECT_EQ(task.p, 6);
    EXPECT_EQ(task.train.size(), 18U);
    EXPECT_EQ(task.test.size(), 18U);
    EXPECT_TRUE(task.test.mirrored.empty()) << "S3 does not commute";
    std::vector<int> seen(36);
    for (const PairSet* set : {&task.train, &task.test}) {
        for (std::size_t i = 0; i < set->size(); ++i) {
            const Pair pair = set->pairs[i];
            ++seen[pair.a * 6U + pair.b];
            EXPECT_EQ(set->labels[i], config.table.at(pair.a, pair.b));
        }
    }
    EXPECT_EQ(seen, std::vector<int>(36, 1));
    EXPECT_EQ(counts(all_pairs(config.arithmetic()), 6), std::vector<int>(6, 6));
    // The same pairs, in the same order, as those of sums modulo 6: the shuffle is of pairs.
    RunConfig sums = config;
    sums.table = {};
    sums.operation = Operation::kAdd;
    EXPECT_EQ(make_task(sums).train.pairs, task.train.pairs);
}

TEST(Operations, ATableTrainsAndTestsOnlyWhatItAnswers) {
    std::string text = s3().text();
    text.replace(text.find("1,0,4,5"), 7, ",0,,5"); // (1, 0) and (1, 2) have no answer
    std::string mistake;
    const OperationTable table = OperationTable::parse(text, "", mistake);
    ASSERT_EQ(mistake, "");
    const Task task = make_task(of_table(table));
    EXPECT_EQ(task.train.size() + task.test.size(), 34U);
    EXPECT_EQ(task.train.size(), 17U);
    for (const PairSet* set : {&task.train, &task.test}) {
        for (const Pair pair : set->pairs) {
            EXPECT_NE(table.at(pair.a, pair.b), OperationTable::kUndefined);
        }
    }
}

TEST(Operations, ASymmetricTableHasMirroredPairs) {
    std::vector<std::int16_t> smallest(49);
    for (std::size_t i = 0; i < 49; ++i) {
        smallest[i] = static_cast<std::int16_t>(std::min(i / 7, i % 7));
    }
    const Task task = make_task(of_table(OperationTable("smallest", 7, smallest)));
    ASSERT_EQ(task.test.mirrored.size(), task.test.size());
    std::size_t mirrored = 0;
    for (std::size_t i = 0; i < task.test.size(); ++i) {
        const Pair pair = task.test.pairs[i];
        const bool trains =
            std::ranges::find(task.train.pairs, Pair{pair.b, pair.a}) != task.train.pairs.end();
        EXPECT_EQ(task.test.mirrored[i] != 0, trains);
        mirrored += trains ? 1 : 0;
    }
    EXPECT_GT(mirrored, 0U);
}

TEST(Operations, ListThePairsOfAGroupByTheirIndices) {
    const GroupIndex group(Operation::kDivide, 5); // 1, 2, 4, 3; divided by: 1, 3, 4, 2
    const std::vector<Pair> pairs = group_pairs(group);
    ASSERT_EQ(pairs.size(), 16U);
    EXPECT_EQ(pairs[1], (Pair{1, 3}));
    EXPECT_EQ(pairs[4], (Pair{2, 1}));
    for (std::size_t row = 0; row < pairs.size(); ++row) {
        const int sum = static_cast<int>(row / 4 + row % 4) % 4;
        EXPECT_EQ(spec_of(Operation::kDivide).answer(pairs[row].a, pairs[row].b, 5),
                  group.element(sum));
    }
}

} // namespace
} // namespace grokscope
