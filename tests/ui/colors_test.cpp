// Colours of curves and themes: contrasts, and that nothing looks like something else.
#include "tests/ui/eight_stencils.h"
#include "ui/core/challengers.h"
#include "ui/core/curve_shape.h"
#include "ui/core/palette.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

namespace grokscope::ui {
namespace {

class PaletteTest : public testing::TestWithParam<ThemeKind> {};

TEST_P(PaletteTest, TextHasAContrastOfFourAndAHalfEverywhereItStands) {
    const Palette& palette = palette_of(GetParam());
    for (const Color& ground : {palette.window, palette.panel, palette.raised}) {
        EXPECT_GE(contrast(palette.text, ground), 4.5);
        EXPECT_GE(contrast(palette.muted, ground), 4.5);
    }
    for (const Color& ground : {palette.hovered, palette.pressed}) {
        EXPECT_GE(contrast(palette.text, ground), 4.5);
    }
    EXPECT_GE(contrast(palette.text, mix(palette.raised, palette.accent, 0.45F)), 4.5);
    EXPECT_GE(contrast(palette.accent_text, palette.accent), 4.5);
    EXPECT_GE(contrast(palette.warning, palette.panel), 4.5);
    EXPECT_GE(contrast(palette.accent, palette.window), 4.5) << "written in the status bar";
}

TEST_P(PaletteTest, EveryCurveHasAContrastOfThreeOrADarkCasing) {
    const Palette& palette = palette_of(GetParam());
    for (const Stencil& stencil : eight_stencils()) {
        const CurveStyle style = curve_style(stencil, GetParam());
        for (const Color& ground : {palette.panel, palette.raised}) { // in a plot, on a button
            EXPECT_GE(contrast(style.casing ? palette.casing : style.color, ground), 3.0)
                << stencil.label();
        }
    }
}

TEST_P(PaletteTest, TheEightStencilsDifferInColourAndInDashWithMarker) {
    std::set<std::tuple<float, float, float>> colors;
    std::set<std::pair<std::vector<float>, MarkerShape>> shapes;
    for (const Stencil& stencil : eight_stencils()) {
        const CurveStyle style = curve_style(stencil, GetParam());
        colors.insert({style.color.r, style.color.g, style.color.b});
        shapes.insert({{style.dashes.begin(), style.dashes.end()}, style.marker});
    }
    EXPECT_EQ(colors.size(), 8U);
    EXPECT_EQ(shapes.size(), 8U) << "a grey picture must tell them apart";
}

TEST_P(PaletteTest, WiderStencilsDifferFromTheEightAndFromEachOther) {
    std::vector<Stencil> stencils = eight_stencils();
    for (int k = 2; k <= 8; ++k) {
        stencils.push_back(Stencil::of({k}));
        stencils.push_back(Stencil::of({-k}));
        stencils.push_back(Stencil::of({-k, k}));
    }
    stencils.push_back(Stencil::of({-4, -3, -2, -1, 1, 2, 3, 4}));
    std::set<std::tuple<float, float, float, std::vector<float>, MarkerShape>> looks;
    for (const Stencil& stencil : stencils) {
        const CurveStyle style = curve_style(stencil, GetParam());
        looks.insert({style.color.r,
                      style.color.g,
                      style.color.b,
                      {style.dashes.begin(), style.dashes.end()},
                      style.marker});
    }
    EXPECT_EQ(looks.size(), stencils.size());
}

TEST_P(PaletteTest, TheRingOfHuesIsEvenlyLight) {
    double low = 1;
    double high = 0;
    for (int i = 0; i < 100; ++i) {
        const double value = luminance(ring_color(static_cast<float>(i) / 100, GetParam()));
        low = std::min(low, value);
        high = std::max(high, value);
    }
    EXPECT_GT(low, 0.55 * high);
}

INSTANTIATE_TEST_SUITE_P(BothThemes, PaletteTest,
                         testing::Values(ThemeKind::kDark, ThemeKind::kLight));

TEST(Palette, KnowsTheContrastOfBlackOnWhite) {
    EXPECT_NEAR(contrast(rgb(0x000000), rgb(0xffffff)), 21, 1e-9);
    EXPECT_NEAR(contrast(rgb(0xf0e442), rgb(0xffffff)), 1.3, 0.05); // ui.md 6.7
}

TEST(Palette, HeatGrowsInLightnessOnly) {
    double last = -1;
    for (int i = 0; i <= 50; ++i) {
        const double value = luminance(heat_color(static_cast<float>(i) / 50));
        EXPECT_GT(value, last);
        last = value;
    }
}

TEST(Palette, TheDivergingMapLeavesTheGroundToBothSides) {
    for (const ThemeKind theme : {ThemeKind::kDark, ThemeKind::kLight}) {
        const Color& ground = palette_of(theme).panel;
        EXPECT_EQ(diverging_color(0, theme), ground);
        for (const float sign : {-1.0F, 1.0F}) {
            double last = 1;
            for (int i = 1; i <= 24; ++i) {
                const Color color = diverging_color(sign * static_cast<float>(i) / 24, theme);
                const double seen = contrast(color, ground);
                EXPECT_GT(seen, last) << i << ": the further from 0, the stronger";
                last = seen;
                EXPECT_GE(contrast(ink_on(color), color), 4.5) << "figures in a cell";
            }
            EXPECT_GE(last, 4) << "strong at its end";
            EXPECT_EQ(diverging_color(3 * sign, theme), diverging_color(sign, theme));
        }
        const Color below = diverging_color(-1, theme);
        const Color above = diverging_color(1, theme);
        EXPECT_GT(below.b, below.g);
        EXPECT_GT(above.r, above.b);
        EXPECT_LT(above.b, below.b);
    }
}

TEST(Palette, MeasuresOfOneRunDifferInDashAndMarker) {
    std::set<std::uint8_t> dashes;
    std::set<MarkerShape> markers;
    for (int i = 0; i <= static_cast<int>(Measure::kSumSquares); ++i) {
        const CurveShape shape = shape_of(static_cast<Measure>(i));
        EXPECT_TRUE(dashes.insert(shape.dash).second) << i;
        EXPECT_TRUE(markers.insert(shape.marker).second) << i;
        EXPECT_NE(shape.marker, MarkerShape::kNone);
    }
    EXPECT_EQ(dashes.size(), 6U);
}

} // namespace
} // namespace grokscope::ui
