// R1: pairs, labels and splits against science.md 1.1, 1.4, 1.5 and values printed by CPython 3.11.
#include "engine/task/task.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <set>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace grokscope {

void PrintTo(const Pair& pair, std::ostream* out) {
    *out << '(' << pair.a << ',' << pair.b << ')';
}

namespace {

RunConfig config_of(int p, double fraction, std::uint32_t seed) {
    RunConfig config;
    config.p = p;
    config.train_fraction = fraction;
    config.seed = seed;
    return config;
}

std::vector<Pair> first_of(const PairSet& set, std::size_t count) {
    return {set.pairs.begin(), set.pairs.begin() + static_cast<std::ptrdiff_t>(count)};
}

/// Sum over the shuffled order of position times row-major index: pins the whole permutation.
std::uint64_t checksum(const Task& task) {
    std::uint64_t sum = 0;
    std::uint64_t position = 0;
    for (const PairSet* set : {&task.train, &task.test}) {
        for (const Pair& pair : set->pairs) {
            sum += position++ * (static_cast<std::uint64_t>(pair.a) * task.p + pair.b);
        }
    }
    return sum;
}

struct Sums {
    std::uint64_t a = 0, b = 0, ab = 0, equal = 0;
    friend bool operator==(const Sums&, const Sums&) = default;
};

Sums sums_of(const PairSet& set) {
    Sums sums;
    for (const Pair& pair : set.pairs) {
        sums.a += pair.a;
        sums.b += pair.b;
        sums.ab += static_cast<std::uint64_t>(pair.a) * pair.b;
        sums.equal += pair.a == pair.b ? 1 : 0;
    }
    return sums;
}

TEST(TaskTest, SplitsSeed999AsPythonDoes) {
    const Task task = make_task(config_of(113, 0.3, 999));
    EXPECT_EQ(task.p, 113);
    ASSERT_EQ(task.train.size(), 3830U);
    ASSERT_EQ(task.test.size(), 8939U);
    const std::vector<Pair> first = {{37, 55}, {96, 35}, {31, 46}, {78, 80}, {48, 108}, {104, 24}};
    EXPECT_EQ(first_of(task.train, 6), first);
    EXPECT_EQ(task.train.pairs.back(), (Pair{29, 46}));
    EXPECT_EQ(task.test.pairs.front(), (Pair{1, 65}));
    EXPECT_EQ(task.test.pairs.back(), (Pair{98, 47}));
    EXPECT_EQ(sums_of(task.train), (Sums{213430, 212816, 11846066, 37}));
    EXPECT_EQ(checksum(task), 519592561830U);
}

TEST(TaskTest, SplitsSeed0AsPythonDoes) {
    const Task task = make_task(config_of(113, 0.3, 0));
    const std::vector<Pair> first = {{18, 34}, {10, 83}, {55, 28}, {25, 51}, {63, 65}, {14, 104}};
    EXPECT_EQ(first_of(task.train, 6), first);
    EXPECT_EQ(task.train.pairs.back(), (Pair{65, 24}));
    EXPECT_EQ(task.test.pairs.front(), (Pair{50, 67}));
    EXPECT_EQ(task.test.pairs.back(), (Pair{55, 96}));
    EXPECT_EQ(sums_of(task.train), (Sums{216451, 213970, 12115283, 27}));
    EXPECT_EQ(checksum(task), 517863871983U);
}

struct OtherSplit {
    int p;
    double fraction;
    std::uint32_t seed;
    std::size_t train, test;
    std::vector<Pair> first;
    Pair last_train, first_test, last_test;
    std::uint64_t sum;
};

class OtherSplits : public testing::TestWithParam<OtherSplit> {};

TEST_P(OtherSplits, AreThoseOfPython) {
    const OtherSplit& expected = GetParam();
    const Task task = make_task(config_of(expected.p, expected.fraction, expected.seed));
    ASSERT_EQ(task.train.size(), expected.train);
    ASSERT_EQ(task.test.size(), expected.test);
    EXPECT_EQ(first_of(task.train, 3), expected.first);
    EXPECT_EQ(task.train.pairs.back(), expected.last_train);
    EXPECT_EQ(task.test.pairs.front(), expected.first_test);
    EXPECT_EQ(task.test.pairs.back(), expected.last_test);
    EXPECT_EQ(checksum(task), expected.sum);
}

INSTANTIATE_TEST_SUITE_P(
    CPython, OtherSplits,
    testing::Values(
        OtherSplit{59,
                   0.3,
                   3,
                   1044,
                   2437,
                   {{3, 37}, {29, 47}, {15, 52}},
                   {0, 2},
                   {45, 18},
                   {16, 30},
                   10546269856U},
        OtherSplit{5, 0.5, 0, 12, 13, {{2, 4}, {0, 0}, {4, 3}}, {0, 2}, {4, 1}, {2, 2}, 3644U},
        OtherSplit{251,
                   0.95,
                   4294967295U,
                   59850,
                   3151,
                   {{201, 204}, {199, 85}, {88, 146}},
                   {185, 18},
                   {41, 36},
                   {165, 223},
                   62451034486744U},
        OtherSplit{
            12, 0.4, 7, 57, 87, {{2, 3}, {7, 4}, {8, 7}}, {8, 2}, {5, 4}, {6, 10}, 728750U}));

TEST(TaskTest, SplitsTheTransformerLensPresetAsTorchDoes) {
    const Task task = make_task(RunConfig::of(Preset::kTransformerLens));
    ASSERT_EQ(task.train.size(), 3830U);
    ASSERT_EQ(task.test.size(), 8939U);
    const std::vector<Pair> train = {{21, 31}, {30, 98}, {47, 10}, {86, 21}, {99, 83}};
    const std::vector<Pair> test = {{43, 40}, {31, 42}, {39, 63}, {35, 61}, {112, 102}};
    EXPECT_EQ(first_of(task.train, 5), train);
    EXPECT_EQ(first_of(task.test, 5), test);
    EXPECT_EQ(checksum(task), 519723676120U);
}

TEST(TaskTest, TakesTheSplitSeedWhenOneIsGiven) {
    RunConfig config = config_of(113, 0.3, 0);
    config.split_seed = 999;
    EXPECT_EQ(checksum(make_task(config)), 519592561830U);
}

TEST(TaskTest, HoldsEveryPairOnceWithItsLabel) {
    for (const int p : {5, 12, 113}) {
        for (const Preset preset : {Preset::kNanda, Preset::kTransformerLens}) {
            RunConfig config = RunConfig::of(preset);
            config.p = p;
            const Task task = make_task(config);
            std::set<std::pair<int, int>> seen;
            for (const PairSet* set : {&task.train, &task.test}) {
                ASSERT_EQ(set->pairs.size(), set->labels.size());
                for (std::size_t i = 0; i < set->size(); ++i) {
                    const Pair pair = set->pairs[i];
                    EXPECT_EQ(set->labels[i], (pair.a + pair.b) % p);
                    EXPECT_LT(pair.a, p);
                    EXPECT_LT(pair.b, p);
                    seen.emplace(pair.a, pair.b);
                }
            }
            EXPECT_EQ(seen.size(), static_cast<std::size_t>(p) * p);
        }
    }
}

/// Test pairs with a mark and without, and how many of the latter are a = b.
struct Parts {
    int mirrored = 0, truly_new = 0, own_mirror = 0;
    friend bool operator==(const Parts&, const Parts&) = default;
};

Parts parts_of(const Task& task) {
    EXPECT_EQ(task.test.mirrored.size(), task.test.size());
    Parts parts;
    for (std::size_t i = 0; i < task.test.size(); ++i) {
        const bool mirrored = task.test.mirrored.at(i) != 0;
        ++(mirrored ? parts.mirrored : parts.truly_new);
        parts.own_mirror += !mirrored && task.test.pairs[i].a == task.test.pairs[i].b ? 1 : 0;
    }
    return parts;
}

TEST(TaskTest, TellsTestPairsWhoseMirrorTrainsFromNewOnes) {
    // Counted with CPython 3.11 from its own random.shuffle.
    EXPECT_EQ(parts_of(make_task(config_of(59, 0.5, 999))), (Parts{838, 903, 25}));
    EXPECT_EQ(parts_of(make_task(config_of(113, 0.3, 999))), (Parts{2637, 6302, 76}));
    // Nothing but mirrors, nothing but new ones.
    EXPECT_EQ(parts_of(make_task(config_of(5, 0.95, 999))), (Parts{2, 0, 0}));
    EXPECT_EQ(parts_of(make_task(config_of(5, 0.95, 8))), (Parts{0, 2, 0}));
    EXPECT_TRUE(make_task(config_of(59, 0.5, 999)).train.mirrored.empty());
}

TEST(TaskTest, MarksAMirrorWhereverItStands) {
    for (const Preset preset : {Preset::kNanda, Preset::kTransformerLens}) {
        RunConfig config = RunConfig::of(preset);
        config.p = 12;
        config.train_fraction = 0.4;
        const Task task = make_task(config);
        for (std::size_t i = 0; i < task.test.size(); ++i) {
            const Pair mirror{task.test.pairs[i].b, task.test.pairs[i].a};
            EXPECT_EQ(task.test.mirrored.at(i) != 0,
                      std::ranges::find(task.train.pairs, mirror) != task.train.pairs.end());
        }
    }
}

TEST(TaskTest, ListsAllPairsRowMajor) {
    const PairSet all = all_pairs({Operation::kAdd, 97});
    ASSERT_EQ(all.size(), 9409U);
    for (std::size_t row = 0; row < all.size(); ++row) {
        EXPECT_EQ(all.pairs[row], (Pair{static_cast<std::uint16_t>(row / 97),
                                        static_cast<std::uint16_t>(row % 97)}));
    }
    EXPECT_EQ(all.labels[5 * 97 + 9], 14);
    EXPECT_EQ(all.labels[3], 3);
    EXPECT_EQ(all.labels[96 * 97 + 96], 95);
}

TEST(TaskTest, RefusesAConfigurationWithMistakesAndNamesThemAll) {
    RunConfig config = config_of(4, 1.5, 0);
    try {
        (void)make_task(config);
        FAIL() << "accepted p = 4 and a fraction of 1.5";
    } catch (const std::invalid_argument& error) {
        const std::string text = error.what();
        EXPECT_NE(text.find("--p"), std::string::npos) << text;
        EXPECT_NE(text.find("--frac"), std::string::npos) << text;
    }
}

TEST(PermutedTargets, AreTheShuffleThatPythonGives) {
    // random.Random(seed + 4242).shuffle(list(range(3830))), CPython 3.11.
    const std::vector<std::uint32_t> order = permuted_targets(999, 3830);
    const std::vector<std::uint32_t> first = {1747, 2869, 1173, 2206, 2874, 1862};
    EXPECT_TRUE(std::equal(first.begin(), first.end(), order.begin()));
    EXPECT_EQ(order[3828], 2079U);
    EXPECT_EQ(order[3829], 2678U);
    EXPECT_EQ(permuted_targets(0, 3830).front(), 1402U);
    std::vector<std::uint32_t> sorted = order;
    std::ranges::sort(sorted);
    for (std::uint32_t i = 0; i < sorted.size(); ++i) {
        ASSERT_EQ(sorted[i], i);
    }
}

} // namespace
} // namespace grokscope
