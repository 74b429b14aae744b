// Block decomposition with a table of two blocks, and with the one that comes with the program.
#include "engine/analysis/block_complexity.h"

#include "engine/analysis/square_pattern.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace grokscope {
namespace {

constexpr const char* kSmall = "# a comment\n0 1.5\n000000000 20.000\n000000001 22.500\n";

using Letters = std::vector<std::uint8_t>;

TEST(ComplexityTable, KnowsASquareByAnyOfItsNames) {
    const ComplexityTable table(kSmall);
    EXPECT_EQ(table.bits("333333333"), 20);
    EXPECT_EQ(table.bits("211111111"), 22.5) << "turned, with other letters";
    EXPECT_TRUE(std::isnan(table.bits("012012012")));
    EXPECT_EQ(table.largest(), 22.5);
    EXPECT_EQ(table.classes(), 2U);
}

TEST(ComplexityTable, RefusesWhatIsNoTable) {
    for (const char* text : {"", "# nothing\n", "0 1.5\n", "000000000\n", "000000000 x\n",
                             "000000000 -1\n", "000000004 20\n", "100000000 22.5\n", "00 3\n"}) {
        EXPECT_THROW((void)ComplexityTable(text), std::invalid_argument) << text;
    }
}

TEST(QuartileLetters, ATieGoesToTheLowerBin) {
    EXPECT_EQ(quartile_letters(std::vector<float>{8, 1, 7, 2, 6, 3, 5, 4}),
              (Letters{3, 0, 3, 0, 2, 1, 2, 1}));
    EXPECT_EQ(quartile_letters(std::vector<float>{5, 5, 5, 5}), (Letters{0, 0, 0, 0}));
    EXPECT_EQ(quartile_letters(std::vector<float>{0, 0, 0, 1}), (Letters{0, 0, 0, 3}));
    EXPECT_EQ(quartile_letters(std::vector<float>{0, 0, 1, 1}), (Letters{0, 0, 2, 2}));
    EXPECT_EQ(quartile_letters({}), Letters{});
}

TEST(BlockComplexity, AddsTheBlocksAndTheLogarithmOfTheirNumbers) {
    const ComplexityTable table(kSmall);
    // Seven rows and eight columns: two by two blocks, edges that fill none are left out.
    Letters letters(7 * 8);
    const BlockComplexity constant = block_complexity(letters, 7, 8, table);
    EXPECT_EQ(constant.blocks, 4U);
    EXPECT_EQ(constant.distinct, 1U);
    EXPECT_DOUBLE_EQ(constant.bits, 20 + 2);
    letters[6 * 8 + 7] = 3; // in no block
    EXPECT_DOUBLE_EQ(block_complexity(letters, 7, 8, table).bits, 22);
    letters[0] = 1; // a corner
    letters[3] = 2; // the same block under other names is another block
    const BlockComplexity corners = block_complexity(letters, 7, 8, table);
    EXPECT_EQ(corners.distinct, 3U);
    EXPECT_DOUBLE_EQ(corners.bits, 22.5 + 22.5 + 20 + 1);
    EXPECT_EQ(corners.missing, 0U);
    letters[1] = 1;
    letters[4] = 2;
    const BlockComplexity missing = block_complexity(letters, 7, 8, table);
    EXPECT_EQ(missing.missing, 2U);
    EXPECT_DOUBLE_EQ(missing.bits, 23.5 + 23.5 + 20 + 1);
    EXPECT_THROW((void)block_complexity(letters, 8, 8, table), std::invalid_argument);
    EXPECT_EQ(block_complexity(Letters(2 * 8), 2, 8, table).blocks, 0U);
}

TEST(BuiltInTable, HoldsTheComplexitiesOfFourLetters) {
    const ComplexityTable& table = ComplexityTable::built_in();
    // Computed elsewhere from 2e8 machines, +- .005 each.
    for (const auto& [square, bits] :
         {std::pair("0", 3.048), std::pair("0000", 11.427), std::pair("0001", 11.614),
          std::pair("0011", 11.633), std::pair("0012", 11.728), std::pair("0110", 11.783),
          std::pair("0112", 11.801), std::pair("0123", 11.825)}) {
        EXPECT_NEAR(table.bits(square), bits, 0.01) << square;
    }
    EXPECT_GE(table.classes(), 1500U);
    EXPECT_LE(table.classes(), square_classes(3, kLetters).size());
    EXPECT_GT(table.largest(), 32);
    EXPECT_LT(table.largest(), 34.5);
}

TEST(BuiltInTable, LettersWithoutOrderHaveMoreBitsThanBands) {
    const ComplexityTable& table = ComplexityTable::built_in();
    std::mt19937 engine(5);
    Letters letters(128 * 128);
    std::ranges::generate(letters, [&] { return static_cast<std::uint8_t>(engine() & 3U); });
    const BlockComplexity noise = block_complexity(letters, 128, 128, table);
    EXPECT_EQ(noise.blocks, 42U * 42U);
    EXPECT_NEAR(noise.bits / static_cast<double>(noise.blocks), 28.2, 0.05);
    EXPECT_LT(noise.missing, noise.blocks / 100);
    for (std::size_t i = 0; i < letters.size(); ++i) {
        letters[i] = static_cast<std::uint8_t>(i / 128 / 33); // a band has eleven rows of blocks
    }
    const BlockComplexity bands = block_complexity(letters, 128, 128, table);
    EXPECT_EQ(bands.distinct, 4U);
    const double known = table.bits("000000000");
    const double constant = std::isnan(known) ? table.largest() + 1 : known;
    EXPECT_NEAR(bands.bits, 4 * constant + 3 * std::log2(11 * 42.0) + std::log2(9 * 42.0), 1e-9);
}

} // namespace
} // namespace grokscope
