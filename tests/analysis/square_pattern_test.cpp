// Which squares of letters are one.
#include "engine/analysis/square_pattern.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <tuple>
#include <vector>

namespace grokscope {
namespace {

TEST(SquarePattern, TurnsMirrorsAndNamesOfLettersMakeOneClass) {
    EXPECT_EQ(square_class("2"), "0");
    for (const char* one : {"0001", "0010", "0100", "1000", "1110", "3222"}) {
        EXPECT_EQ(square_class(one), "0001") << one;
    }
    EXPECT_EQ(square_class("0101"), "0011");
    EXPECT_EQ(square_class("1001"), "0110") << "a diagonal";
    EXPECT_EQ(square_class("012345678"), "012345678");
    EXPECT_NE(square_class("010000000"), square_class("100000000")) << "an edge and a corner";
    for (const char* none : {"", "00", "000000", "0123456789"}) {
        EXPECT_THROW((void)square_class(none), std::invalid_argument);
    }
}

TEST(SquarePattern, ClassesPartitionAllSquares) {
    EXPECT_EQ(square_classes(2, 4),
              (std::vector<std::string>{"0000", "0001", "0011", "0012", "0110", "0112", "0123"}));
    for (const auto& [colours, squares, classes] :
         {std::tuple(2, 512, 51), std::tuple(4, 262144, 1555)}) {
        std::uint64_t all = 0;
        const std::vector<std::string> names = square_classes(3, colours);
        for (const std::string& name : names) {
            EXPECT_EQ(square_class(name), name);
            all += square_class_size(name, colours);
        }
        EXPECT_EQ(all, static_cast<std::uint64_t>(squares));
        EXPECT_EQ(names.size(), static_cast<std::size_t>(classes)) << colours;
    }
    EXPECT_EQ(square_class_size("0001", 2), 8U);
    EXPECT_EQ(square_class_size("0001", 4), 48U);
    EXPECT_THROW((void)square_class_size("012", 4), std::invalid_argument);
    EXPECT_THROW((void)square_class_size("0123", 3), std::invalid_argument);
    EXPECT_THROW((void)square_classes(4, 2), std::invalid_argument);
}

} // namespace
} // namespace grokscope
