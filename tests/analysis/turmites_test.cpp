// Two-dimensional Turing machines against counts and complexities that were computed elsewhere
// (science.md 6.2, R35).
#include "engine/analysis/turmites.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>

namespace grokscope {
namespace {

TEST(Turmites, TwoStatesAndTwoColoursAreCountedWhole) {
    const TurmiteCounts counts = run_all({.states = 2, .colours = 2, .cutoff = 500});
    EXPECT_EQ(counts.machines, 11'664U);
    EXPECT_EQ(counts.halted, 1'506U);
    EXPECT_LT(counts.cut, 200U) << "of 10,158 that do not halt, the others are seen not to";
    // Half of those that halt at once leave a 0.
    EXPECT_NEAR(counts.bits("1"), -std::log2(5832 / (11664 + 4 * 1506.0)), 1e-12);
}

TEST(Turmites, ThreeStatesAndTwoColoursGiveTheKnownComplexities) {
    const TurmiteCounts counts = run_all({.states = 3, .colours = 2, .cutoff = 500});
    EXPECT_EQ(counts.machines, 47'525'504U);
    EXPECT_EQ(counts.halted, 5'661'072U);
    EXPECT_NEAR(counts.bits("0"), 1.9656, 5e-5);
    EXPECT_NEAR(counts.bits("0000"), 7.8247, 5e-5);
    EXPECT_NEAR(counts.bits("0001"), 7.9100, 5e-5);
    EXPECT_NEAR(counts.bits("0011"), 7.9277, 5e-5);
    EXPECT_NEAR(counts.bits("0110"), 7.9638, 5e-5);
    EXPECT_EQ(counts.bits("1011"), counts.bits("0001")) << "any square of the class";
}

/// Whether a machine of two states and two colours halts within 200 steps, with nothing clever.
bool halts_plainly(const std::array<int, 4>& machine) {
    std::map<std::pair<int, int>, int> plane;
    int x = 0, y = 0, state = 0;
    for (int step = 0; step < 200; ++step) {
        int& cell = plane[{x, y}];
        const int entry = machine[static_cast<std::size_t>(2 * state + cell)];
        if (entry < 2) {
            return true;
        }
        const int direction = (entry - 2) / 2 % 4;
        cell = (entry - 2) / 8;
        state = (entry - 2) % 2;
        x += direction == 0 ? 1 : direction == 2 ? -1 : 0;
        y += direction == 1 ? 1 : direction == 3 ? -1 : 0;
    }
    return false;
}

TEST(Turmites, NoMachineThatHaltsIsTakenForOneThatNeverDoes) {
    std::uint64_t halted = 0;
    constexpr int kEntries = 18;
    for (int i = 0; i < kEntries * kEntries * kEntries; ++i) {
        for (const int first : {3, 11}) { // right, to the other state, writing 0 and 1
            halted += halts_plainly(
                          {first, i % kEntries, i / kEntries % kEntries, i / kEntries / kEntries})
                          ? 1
                          : 0;
        }
    }
    EXPECT_EQ(run_all({.states = 2, .colours = 2, .cutoff = 200}).halted, halted);
    EXPECT_EQ(run_all({.states = 2, .colours = 2, .cutoff = 1}).halted, 0U)
        << "the first step halts none of these";
    EXPECT_GT(run_all({.states = 2, .colours = 2, .cutoff = 2}).halted, 0U);
}

TEST(Turmites, DrawnMachinesGiveWhatAllGiveAndTheSameForASeed) {
    const TurmiteSpace space{.states = 3, .colours = 2, .cutoff = 500};
    const TurmiteCounts some = run_some(space, 400'000, 7);
    EXPECT_EQ(some, run_some(space, 400'000, 7));
    EXPECT_NE(some, run_some(space, 400'000, 8));
    const double share = static_cast<double>(some.halted) / 400'000;
    EXPECT_NEAR(share, 5'661'072 / 47'525'504.0, 5 * std::sqrt(0.12 * 0.88 / 400'000));
    EXPECT_NEAR(some.bits("0000"), 7.8247, 0.15);
    EXPECT_NEAR(some.bits("0"), 1.9656, 0.02);
}

TEST(Turmites, TheTableHasItsSpaceAndOneLineForEachSquareThatWasSeen) {
    const std::string text =
        ctm_table_text(run_all({.states = 3, .colours = 2, .cutoff = 500}), "all");
    EXPECT_NE(
        text.find("states 3, colours 2, machines 47525504, all, cutoff 500\n# halted 5661072"),
        std::string::npos)
        << text;
    EXPECT_NE(
        text.find("\n0 1.966\n0000 7.825\n0001 7.910\n0011 7.928\n0110 7.964\n000000001 21.468\n"),
        std::string::npos)
        << text;
    EXPECT_EQ(text.find("inf"), std::string::npos);
}

TEST(Turmites, RefusesSpacesBeyondItsRanges) {
    EXPECT_THROW((void)run_all({.states = 1, .colours = 2, .cutoff = 500}), std::invalid_argument);
    EXPECT_THROW((void)run_all({.states = 2, .colours = 5, .cutoff = 500}), std::invalid_argument);
    EXPECT_THROW((void)run_some({.states = 2, .colours = 2, .cutoff = 0}, 1, 1),
                 std::invalid_argument);
    EXPECT_THROW((void)run_all({.states = 5, .colours = 4, .cutoff = 500}), std::invalid_argument);
}

} // namespace
} // namespace grokscope
