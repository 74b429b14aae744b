// R1: the generators against values printed by CPython 3.11 and PyTorch 1.13.
#include "engine/task/mersenne_twister.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <numeric>
#include <span>
#include <stdexcept>
#include <vector>

namespace grokscope {
namespace {

struct FirstOutputs {
    std::uint32_t seed;
    std::array<std::uint32_t, 4> outputs;
};

class PythonSeeds : public testing::TestWithParam<FirstOutputs> {};

TEST_P(PythonSeeds, GiveTheFirstOutputsOfGetrandbits) {
    PythonRandom random(GetParam().seed);
    for (const std::uint32_t expected : GetParam().outputs) {
        EXPECT_EQ(random.next32(), expected);
    }
}

INSTANTIATE_TEST_SUITE_P(
    CPython, PythonSeeds,
    testing::Values(FirstOutputs{999, {3355859300U, 2915466388U, 343879192U, 3850240720U}},
                    FirstOutputs{0, {3626764237U, 1654615998U, 3255389356U, 3823568514U}},
                    FirstOutputs{1, {577090037U, 2444712010U, 3639700191U, 3445702192U}},
                    FirstOutputs{123456789, {2754794679U, 1899526012U, 2328685183U, 3049235403U}},
                    FirstOutputs{4294967295U, {2728839433U, 2661025012U, 872737089U, 924893097U}}));

TEST(PythonRandomTest, KeepsStepBeyondTheFirstBlock) {
    // The 1001st word comes from the second regeneration of the 624 state words.
    PythonRandom random(2);
    for (int i = 0; i < 1000; ++i) {
        (void)random.next32();
    }
    EXPECT_EQ(random.next32(), 2034927059U);
}

TEST(PythonRandomTest, DrawsBelowTheBoundAsPythonDoes) {
    PythonRandom random_999(999);
    PythonRandom random_0(0);
    const std::array<std::uint32_t, 4> expected_999 = {11121, 1311, 9302, 9400};
    const std::array<std::uint32_t, 4> expected_0 = {6311, 12418, 6890, 663};
    for (std::uint32_t i = 0; i < 4; ++i) {
        EXPECT_EQ(random_999.randbelow(12769 - i), expected_999.at(i));
        EXPECT_EQ(random_0.randbelow(12769 - i), expected_0.at(i));
    }
}

TEST(PythonRandomTest, DrawsOnlyZeroBelowOneAndRefusesZero) {
    PythonRandom random(7);
    for (int i = 0; i < 20; ++i) {
        EXPECT_EQ(random.randbelow(1), 0U);
    }
    EXPECT_THROW((void)random.randbelow(0), std::invalid_argument);
}

TEST(PythonRandomTest, ShufflesAPermutation) {
    std::vector<int> values(1000);
    std::iota(values.begin(), values.end(), 0);
    std::vector<int> shuffled = values;
    PythonRandom(5).shuffle(std::span(shuffled));
    EXPECT_NE(shuffled, values);
    std::ranges::sort(shuffled);
    EXPECT_EQ(shuffled, values);
}

struct Permutation {
    std::uint32_t seed;
    std::array<std::uint32_t, 5> first;
    std::array<std::uint32_t, 3> last;
    std::uint64_t checksum; ///< sum of position times value
};

class TorchSeeds : public testing::TestWithParam<Permutation> {};

TEST_P(TorchSeeds, GiveTheRandpermOf12769) {
    const std::vector<std::uint32_t> order = torch_randperm(GetParam().seed, 12769);
    ASSERT_EQ(order.size(), 12769U);
    EXPECT_TRUE(std::ranges::equal(std::span(order).first(5), GetParam().first));
    EXPECT_TRUE(std::ranges::equal(std::span(order).last(3), GetParam().last));
    std::uint64_t checksum = 0;
    for (std::uint64_t i = 0; i < order.size(); ++i) {
        checksum += i * order[i];
    }
    EXPECT_EQ(checksum, GetParam().checksum);
}

INSTANTIATE_TEST_SUITE_P(
    PyTorch, TorchSeeds,
    testing::Values(
        Permutation{598, {2404, 3488, 5321, 9739, 11270}, {4665, 6145, 3091}, 519723676120U},
        Permutation{999, {2592, 4637, 8095, 1140, 9712}, {3019, 3830, 6034}, 518255374339U},
        Permutation{0, {4182, 2608, 269, 825, 4847}, {10651, 5086, 8415}, 521158685980U},
        Permutation{
            4294967295U, {5180, 10723, 2566, 5416, 3094}, {2002, 2086, 10168}, 521813036362U}));

TEST(TorchRandpermTest, HandlesTheSmallestSizesAndRefusesAnotherAlgorithmsRange) {
    EXPECT_TRUE(torch_randperm(1, 0).empty());
    EXPECT_EQ(torch_randperm(1, 1), std::vector<std::uint32_t>{0});
    EXPECT_THROW((void)torch_randperm(1, 0xffffffffU / 20U), std::invalid_argument);
}

} // namespace
} // namespace grokscope
