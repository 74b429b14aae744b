// The set of offsets.
#include "engine/protocol/stencil.h"

#include <gtest/gtest.h>

namespace grokscope {
namespace {

TEST(Stencil, EmptyIsTheBaseline) {
    const Stencil stencil;
    EXPECT_TRUE(stencil.empty());
    EXPECT_EQ(stencil.size(), 0);
    EXPECT_EQ(stencil.depth(), 0);
    EXPECT_EQ(stencil.label(), "baseline");
    EXPECT_TRUE(stencil.offsets().empty());
}

TEST(Stencil, IsASetInIncreasingOrder) {
    const Stencil stencil = Stencil::of({1, -1, 0, 1, -1});
    EXPECT_EQ(stencil.size(), 3);
    EXPECT_EQ(stencil.offsets(), (std::vector<int>{-1, 0, 1}));
    EXPECT_EQ(stencil, Stencil::of({-1, 0, 1}));
    EXPECT_NE(stencil, Stencil::of({-1, 1}));
    EXPECT_EQ(stencil.label(), "[-1,0,+1]");
    EXPECT_TRUE(stencil.contains(0));
    EXPECT_FALSE(stencil.contains(2));
    EXPECT_FALSE(stencil.contains(40)) << "offsets outside the range are in no stencil";
}

TEST(Stencil, RemembersAsManyEpochsAsItsLargestOffset) {
    EXPECT_EQ(Stencil::of({0}).depth(), 0);
    EXPECT_EQ(Stencil::of({-1}).depth(), 1);
    EXPECT_EQ(Stencil::of({3}).depth(), 3);
    EXPECT_EQ(Stencil::of({-5, 3}).depth(), 5);
    EXPECT_EQ(Stencil::of({-8, 8}).depth(), 8);
}

TEST(Stencil, HoldsEveryOffsetFromMinusEightToEight) {
    Stencil stencil;
    for (int k = -kMaxOffset; k <= kMaxOffset; ++k) {
        EXPECT_FALSE(stencil.contains(k));
        stencil.insert(k);
        EXPECT_TRUE(stencil.contains(k));
        EXPECT_EQ(offset_slot(k), static_cast<std::size_t>(k + 8));
    }
    EXPECT_EQ(stencil.size(), 17);
}

TEST(Stencil, RefusesOffsetsOutsideTheRange) {
    EXPECT_THROW(Stencil::of({9}), std::invalid_argument);
    EXPECT_THROW(Stencil::of({0, -9}), std::invalid_argument);
}

} // namespace
} // namespace grokscope
