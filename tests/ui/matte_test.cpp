// Pictures without a ground: what was drawn comes back with its own colour and its share.
#include "ui/window/matte.h"

#include "ui/core/palette.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdlib>

namespace grokscope::ui {
namespace {

using Rgba = std::array<std::uint8_t, 4>;

/// `ink` over a grey ground, covering `share` of the pixel, as a renderer rounds it.
Rgba over(int ground, const std::array<int, 3>& ink, double share) {
    Rgba pixel{0, 0, 0, 77}; // what is left in alpha means nothing
    for (std::size_t c = 0; c < 3; ++c) {
        pixel.at(c) =
            static_cast<std::uint8_t>(std::lround(share * ink.at(c) + (1 - share) * ground));
    }
    return pixel;
}

Rgba freed(const Rgba& on_black, const Rgba& on_white) {
    const std::vector<std::uint8_t> pixels = without_ground(on_black, on_white);
    return {pixels.at(0), pixels.at(1), pixels.at(2), pixels.at(3)};
}

TEST(Matte, TheGroundIsGoneAndFullInkIsOpaque) {
    EXPECT_EQ(freed(over(0, {9, 9, 9}, 0), over(255, {9, 9, 9}, 0)), (Rgba{0, 0, 0, 0}));
    EXPECT_EQ(freed(over(0, {230, 159, 0}, 1), over(255, {230, 159, 0}, 1)),
              (Rgba{230, 159, 0, 255}));
    EXPECT_EQ(freed(over(0, {0, 0, 0}, 1), over(255, {0, 0, 0}, 1)), (Rgba{0, 0, 0, 255}))
        << "black ink is no ground";
}

TEST(Matte, AnEdgeHasTheColourOfItsLine) {
    const std::array<int, 3> ink{86, 180, 233};
    for (const double share : {0.25, 0.5, 0.75, 0.9}) {
        const Rgba edge = freed(over(0, ink, share), over(255, ink, share));
        EXPECT_NEAR(edge[3], share * 255, 1.5) << share;
        for (std::size_t c = 0; c < 3; ++c) {
            EXPECT_NEAR(edge.at(c), ink.at(c), 1 / share + 1) << share; // one step of 8 bits
        }
    }
}

TEST(Matte, LightAddedOnTopKeepsItsHue) {
    // Added to black it is itself, added to white it is lost.
    EXPECT_EQ(freed({60, 0, 0, 0}, {255, 255, 255, 0}), (Rgba{255, 0, 0, 60}));
}

TEST(Matte, OnlyEqualPicturesMakeOne) {
    EXPECT_THROW((void)without_ground(Rgba{}, std::array<std::uint8_t, 8>{}),
                 std::invalid_argument);
}

TEST(OnGround, TheOwnGroundChangesNothingToSee) {
    const auto near = [](const Color& one, const Color& other) {
        return std::abs(one.r - other.r) < 0.04 && std::abs(one.g - other.g) < 0.04 &&
               std::abs(one.b - other.b) < 0.04;
    };
    for (const ThemeKind kind : {ThemeKind::kDark, ThemeKind::kLight}) {
        const Palette& own = palette_of(kind);
        const Palette same = on_ground(own, own.panel);
        EXPECT_EQ(same.window, own.panel);
        EXPECT_TRUE(near(same.raised, own.raised));
        EXPECT_TRUE(near(same.pressed, own.pressed));
        EXPECT_TRUE(near(same.line, own.line));
        EXPECT_TRUE(near(same.grid, own.grid));
        EXPECT_EQ(same.text, own.text);
    }
}

TEST(OnGround, FaintLinesStayFaintOnAnyGround) {
    for (const ThemeKind kind : {ThemeKind::kDark, ThemeKind::kLight}) {
        for (const std::uint32_t hex : {0x000000U, 0xffffffU}) {
            const Palette moved = on_ground(palette_of(kind), rgb(hex));
            EXPECT_EQ(moved.panel, rgb(hex));
            EXPECT_LT(std::abs(moved.grid.g - moved.panel.g), 0.1F);
        }
    }
    EXPECT_EQ(on_ground(palette_of(ThemeKind::kDark), rgb(0xffffff)).casing, rgb(0xffffff))
        << "a gap between curves shows what lies behind";
}

} // namespace
} // namespace grokscope::ui
