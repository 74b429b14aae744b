// Palette, dashes, labels, layout, pacing, keys and words: everything of the window's look and feel
// that is arithmetic.
#include "ui/beside.h"
#include "ui/challengers.h"
#include "ui/dash.h"
#include "ui/event_lane.h"
#include "ui/frame_pacer.h"
#include "ui/layout.h"
#include "ui/palette.h"
#include "ui/rate_meter.h"
#include "ui/shortcuts.h"
#include "ui/text.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <tuple>
#include <vector>

namespace grokscope::ui {
namespace {

std::vector<Stencil> eight_stencils() {
    std::vector<Stencil> all{Stencil()};
    for (const Stencil& stencil : one_click_stencils()) {
        all.push_back(stencil);
    }
    return all;
}

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

TEST(Dashes, CoverTheInkOfThePatternOnAFlatLine) {
    const std::vector<Pixel> line{{0, 5}, {100, 5}};
    const std::vector<float> pattern{6, 4};
    Strokes strokes;
    append_dashes(line, pattern, 0, strokes);
    ASSERT_EQ(strokes.starts.size(), 10U);
    float ink = 0;
    for (std::size_t i = 0; i < strokes.starts.size(); ++i) {
        const auto stroke = strokes.stroke(i);
        EXPECT_NEAR(stroke.front().x, static_cast<float>(i) * 10, 1e-3);
        ink += stroke.back().x - stroke.front().x;
    }
    EXPECT_NEAR(ink, 60, 1e-2);
}

TEST(Dashes, DoNotCrawlWhenTheLineIsCutElsewhere) {
    const std::vector<float> pattern{6, 4};
    Strokes whole;
    append_dashes(std::vector<Pixel>{{0, 0}, {100, 0}}, pattern, -3, whole);
    Strokes part;
    append_dashes(std::vector<Pixel>{{37, 0}, {60, 0}, {100, 0}}, pattern, -3, part);
    EXPECT_NEAR(whole.points.back().x, part.points.back().x, 1e-3);
    EXPECT_NEAR(whole.stroke(whole.starts.size() - 2).front().x,
                part.stroke(part.starts.size() - 2).front().x, 1e-3);
}

TEST(Dashes, AJumpIsSolid) {
    const std::vector<float> pattern{2, 50};
    Strokes strokes;
    append_dashes(std::vector<Pixel>{{20, 0}, {25, 100}}, pattern, 0, strokes);
    ASSERT_EQ(strokes.starts.size(), 1U);
    EXPECT_EQ(strokes.points.front().y, 0);
    EXPECT_EQ(strokes.points.back().y, 100);
}

TEST(Dashes, ASteepCurveOfManyPiecesIsAJump) {
    const std::vector<float> pattern{2, 50};
    std::vector<Pixel> line;
    for (int i = 0; i <= 30; ++i) {
        line.push_back({20 + static_cast<float>(i), 3 * static_cast<float>(i)});
    }
    Strokes strokes;
    append_dashes(line, pattern, 0, strokes);
    ASSERT_EQ(strokes.starts.size(), 1U);
    EXPECT_EQ(strokes.points.front().x, 20);
    EXPECT_EQ(strokes.points.back().x, 50);
}

TEST(Dashes, ARoughCurveIsDashedAsASmoothOne) {
    const std::vector<float> pattern{6, 4};
    std::vector<Pixel> line;
    for (int i = 0; i <= 100; ++i) { // up and down by three pixels at each one, and straight up
        line.push_back({static_cast<float>(i), i % 2 == 0 ? 0.0F : 3.0F});
        line.push_back({static_cast<float>(i), i % 2 == 0 ? 1.0F : 3.0F});
    }
    Strokes strokes;
    append_dashes(line, pattern, 0, strokes);
    EXPECT_EQ(strokes.starts.size(), 11U);
    for (std::size_t i = 0; i < strokes.starts.size(); ++i) {
        const auto stroke = strokes.stroke(i);
        EXPECT_NEAR(stroke.front().x, static_cast<float>(i) * 10, 1e-3);
        EXPECT_LE(stroke.back().x - stroke.front().x, 6 + 1e-3);
    }
}

TEST(Dashes, AreLongerOnAThickLineAndNeverShorter) {
    EXPECT_EQ(dash_stretch(2.2F, 1), 1);
    EXPECT_EQ(dash_stretch(1.2F, 1), 1);
    EXPECT_NEAR(dash_stretch(4.4F, 1), 2, 1e-6);
    EXPECT_NEAR(dash_stretch(8.8F, 2), 2, 1e-6);
    // Presenter mode, with the casing: no space of any pattern is shorter than the line is thick.
    constexpr float kThick = 2.6F + 2;
    for (const Stencil& stencil : one_click_stencils()) {
        const auto dashes = curve_style(stencil, ThemeKind::kLight).dashes;
        for (std::size_t i = 1; i < dashes.size(); i += 2) {
            EXPECT_GT(dashes[i] * dash_stretch(kThick, 1), kThick) << stencil.label();
        }
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

TEST(Text, ARunThatStandsIsPausedWhetherRecordedOrNot) {
    RunRecord run;
    EXPECT_STREQ(text::state(run), "ready");
    run.samples.resize(2);
    run.samples[1].epoch = 2500;
    EXPECT_STREQ(text::state(run), "paused");
    run.state = RunState::kFinished;
    EXPECT_STREQ(text::state(run), "finished");
}

TEST(Text, AProbeNamesItsRunWhereThereAreSeveral) {
    EXPECT_EQ(text::probe_name("+1", ""), "+1");
    EXPECT_EQ(text::probe_name("-1", "[-1,0,+1] frozen"), "-1 of [-1,0,+1] frozen");
}

TEST(Dashes, MarkersStandAtFixedEpochs) {
    std::vector<Pixel> markers;
    append_marker_positions(std::vector<Pixel>{{10, 0}, {250, 240}}, 0, 120, markers);
    ASSERT_EQ(markers.size(), 2U);
    EXPECT_NEAR(markers[0].x, 120, 1e-3);
    EXPECT_NEAR(markers[0].y, 110, 1e-3);
    EXPECT_NEAR(markers[1].x, 240, 1e-3);
}

TEST(Markers, AShortCurveHasOneInItsMiddle) {
    std::vector<Pixel> markers;
    append_marker_positions(std::vector<Pixel>{{130, 0}, {150, 10}, {190, 50}}, 0, 120, markers);
    ASSERT_EQ(markers.size(), 1U);
    EXPECT_NEAR(markers[0].x, 160, 1e-3);
    EXPECT_NEAR(markers[0].y, 20, 1e-3);
    append_marker_positions(std::vector<Pixel>{{130, 0}, {140, 10}}, 0, 120, markers);
    EXPECT_EQ(markers.size(), 1U) << "a scrap of a curve has none";
}

/// Height of `line` at x, which lies between its ends.
float height_at(const std::vector<Pixel>& line, float x) {
    std::size_t i = 0;
    while (i + 2 < line.size() && line[i + 1].x < x) {
        ++i;
    }
    const float share = (x - line[i].x) / (line[i + 1].x - line[i].x);
    return line[i].y + share * (line[i + 1].y - line[i].y);
}

TEST(Simplify, StaysWithinTheToleranceOfEveryPoint) {
    std::vector<Pixel> line;
    for (int i = 0; i < 900; ++i) {
        const auto x = static_cast<float>(i);
        line.push_back({x, 100 * std::sin(x / 90) + (i == 333 ? 40.0F : 0.0F)});
    }
    std::vector<Pixel> simple = line;
    simplify(simple, 0.2F);
    EXPECT_LT(simple.size(), 150U);
    EXPECT_EQ(simple.front().x, 0);
    EXPECT_EQ(simple.back().x, 899);
    for (const Pixel& point : line) {
        EXPECT_NEAR(height_at(simple, point.x), point.y, 0.2F + 1e-3F) << point.x;
    }
}

TEST(Simplify, KeepsWhatStandsUpright) {
    std::vector<Pixel> line{{0, 0}, {5, 0}, {5, 80}, {5, -20}, {5, 0}, {9, 0}};
    simplify(line, 0.2F);
    const auto [low, high] = std::minmax_element(
        line.begin(), line.end(), [](const Pixel& a, const Pixel& b) { return a.y < b.y; });
    EXPECT_EQ(low->y, -20);
    EXPECT_EQ(high->y, 80);
    EXPECT_EQ(line[line.size() - 2].y, 0) << "the way back to the line is kept";
    EXPECT_EQ(line.back().x, 9);
}

TEST(Simplify, AStraightLineIsTwoPointsAndShortOnesAreLeftAlone) {
    std::vector<Pixel> line;
    for (int i = 0; i < 50; ++i) {
        line.push_back({static_cast<float>(i), 3});
    }
    simplify(line, 0.2F);
    EXPECT_EQ(line.size(), 2U);
    std::vector<Pixel> two{{0, 0}, {1, 1}};
    simplify(two, 0.2F);
    EXPECT_EQ(two.size(), 2U);
}

TEST(Labels, DoNotOverlapAndStayInside) {
    const std::vector<float> wanted{10, 12, 11, 95, 99, 98};
    const std::vector<float> placed = spread_labels(wanted, 14, 0, 100);
    std::vector<float> sorted = placed;
    std::sort(sorted.begin(), sorted.end());
    EXPECT_GE(sorted.front(), 7);
    EXPECT_LE(sorted.back(), 93);
    for (std::size_t i = 0; i + 1 < sorted.size(); ++i) {
        EXPECT_GE(sorted[i + 1] - sorted[i], 14 - 1e-3);
    }
    EXPECT_LT(placed[0], placed[2]) << "the order of the curves is kept";
    EXPECT_LT(placed[2], placed[1]);
}

TEST(Labels, ShareAColumnOnlyWhereTheyShareSomeWidth) {
    std::vector<Rect> boxes{{0, 40, 20, 10}, {100, 41, 20, 10}, {15, 42, 20, 10}, {30, 44, 20, 10}};
    spread_columns(boxes, 0, 100);
    EXPECT_EQ(boxes[0].y, 40);
    EXPECT_EQ(boxes[1].y, 41) << "stands alone";
    EXPECT_EQ(boxes[2].y, 50);
    EXPECT_EQ(boxes[3].y, 60);
    std::vector<Rect> none;
    spread_columns(none, 0, 100);
}

TEST(Dash, IsCutOffBesideThePicture) {
    std::vector<Pixel> line{{-1e8F, 0}, {-2e7F, 50}, {2e7F, 150}, {9e7F, 7}};
    clip_columns(line, -64, 1064);
    ASSERT_EQ(line.size(), 2U);
    EXPECT_EQ(line[0].x, -64);
    EXPECT_EQ(line[1].x, 1064);
    EXPECT_NEAR(line[0].y, 100, 0.01);
    EXPECT_NEAR(line[1].y, 100, 0.01);
    Strokes strokes;
    append_dashes(line, std::array{6.0F, 4.0F}, -1e8F, strokes);
    EXPECT_LE(strokes.starts.size(), 114U) << "one for each ten pixels";
    EXPECT_GE(strokes.starts.size(), 110U);
    std::vector<Pixel> markers;
    append_marker_positions(line, -1e8F, 120, markers);
    EXPECT_GE(markers.size(), 9U);
    EXPECT_LE(markers.size(), 10U);
}

TEST(Dash, CutsNothingOffWithinThePicture) {
    const std::vector<Pixel> whole{{0, 1}, {5, 2}, {10, 3}};
    std::vector<Pixel> line = whole;
    clip_columns(line, 0, 10);
    ASSERT_EQ(line.size(), 3U);
    EXPECT_EQ(line[1].x, 5);
    clip_columns(line, 20, 30);
    EXPECT_TRUE(line.empty());
    line = whole;
    clip_columns(line, -30, -20);
    EXPECT_TRUE(line.empty());
    line = {{0, 0}, {900, 9}, {-50, 5}, {10, 1}}; // back and forth
    clip_columns(line, 0, 100);
    ASSERT_EQ(line.size(), 4U);
    EXPECT_EQ(line[1].x, 100);
    EXPECT_EQ(line[2].x, 0);
}

// -------------------------------------------------------------------------------- events

class LaneTest : public testing::Test {
protected:
    static constexpr Rect kArea{10, 5, 200, 30}; // two rows of 14, 16 apart
    /// Names are 40 wide, and 10 more where they count others.
    static std::vector<LaneChip> lay_out(const std::vector<LaneEvent>& events) {
        return lay_out_lane(events, kArea, 14, 16, 4, [](std::size_t, std::size_t count) {
            return count == 1 ? 40.0F : 50.0F;
        });
    }
};

TEST_F(LaneTest, NamesStandAtTheirEventsInTheHighestFreeRow) {
    const auto chips = lay_out({{20, 0}, {40, 0}, {64, 0}, {120, 0}});
    ASSERT_EQ(chips.size(), 4U);
    EXPECT_EQ(chips[0].rect, (Rect{20, 5, 40, 14}));
    EXPECT_EQ(chips[1].rect, (Rect{40, 21, 40, 14}));
    EXPECT_EQ(chips[2].rect, (Rect{64, 5, 40, 14})) << "four pixels apart";
    EXPECT_EQ(chips[3].rect, (Rect{120, 5, 40, 14}));
}

TEST_F(LaneTest, WhatFindsNoRoomIsCountedByTheNameBeforeItAndTheMostImportantIsNamed) {
    const auto chips = lay_out({{20, 0}, {22, 1}, {24, 3}, {26, 2}, {150, 0}});
    ASSERT_EQ(chips.size(), 3U);
    EXPECT_EQ(chips[1].first, 1U);
    EXPECT_EQ(chips[1].count, 3U);
    EXPECT_EQ(chips[1].head, 2U);
    EXPECT_EQ(chips[1].rect, (Rect{22, 21, 50, 14}));
    EXPECT_EQ(chips[2].first, 4U);
}

TEST_F(LaneTest, StandLeftOfTheirLineAtTheRightEdge) {
    const auto chips = lay_out({{200, 0}, {205, 0}, {210, 0}});
    ASSERT_EQ(chips.size(), 2U);
    EXPECT_EQ(chips[0].rect, (Rect{170, 5, 40, 14}));
    EXPECT_EQ(chips[1].rect, (Rect{160, 21, 50, 14})) << "of two, grown to the left";
    EXPECT_EQ(chips[1].count, 2U);
}

TEST_F(LaneTest, EveryEventIsToldOnceAndNoNameLiesOnAnother) {
    std::mt19937 random(7);
    for (int round = 0; round < 300; ++round) {
        std::vector<LaneEvent> events;
        const int count = static_cast<int>(random() % 60) + 1;
        for (int i = 0; i < count; ++i) {
            events.push_back(
                {10 + static_cast<float>(random() % 201), static_cast<int>(random() % 9)});
        }
        std::ranges::sort(events, {}, &LaneEvent::x);
        const auto chips = lay_out(events);
        std::size_t told = 0;
        for (const LaneChip& chip : chips) {
            ASSERT_EQ(chip.first, told);
            told += chip.count;
            for (std::size_t i = chip.first; i < told; ++i) {
                ASSERT_LE(events[i].rank, events[chip.head].rank);
            }
            ASSERT_GE(chip.rect.x, kArea.x);
            ASSERT_LE(chip.rect.right(), kArea.right());
            ASSERT_GT(chip.rect.width, 0);
            for (const LaneChip& other : chips) {
                ASSERT_TRUE(&other == &chip || !other.rect.overlaps(chip.rect)) << round;
            }
        }
        ASSERT_EQ(told, events.size());
    }
}

TEST_F(LaneTest, ThousandsAtOnePlaceAreMeasuredAFewTimes) {
    std::vector<LaneEvent> events(100000, LaneEvent{50, 0});
    int asked = 0;
    const auto chips = lay_out_lane(events, kArea, 14, 16, 4, [&](std::size_t, std::size_t) {
        ++asked;
        return 40.0F;
    });
    EXPECT_EQ(chips.size(), 2U);
    EXPECT_LT(asked, 10);
}

struct WindowCase {
    float width;
    float height;
    float scale;
};

class LayoutTest : public testing::TestWithParam<WindowCase> {};

TEST_P(LayoutTest, PartsLieInsideTheWindowAndDoNotOverlap) {
    const auto [width, height, scale] = GetParam();
    const Layout layout = lay_out(width, height, scale, {}, true);
    std::vector<Rect> parts{layout.strip, layout.plots, layout.timeline, layout.status};
    for (const Rect& rect :
         {layout.runs, layout.wavetable, layout.circle, layout.chips, layout.adding}) {
        if (rect.width > 0) {
            parts.push_back(rect);
        }
    }
    for (std::size_t i = 0; i < parts.size(); ++i) {
        EXPECT_GE(parts[i].x, 0);
        EXPECT_LE(parts[i].right(), width + 0.5F);
        EXPECT_LE(parts[i].bottom(), height + 0.5F);
        EXPECT_GT(parts[i].height, 20 * scale);
        for (std::size_t j = i + 1; j < parts.size(); ++j) {
            const bool apart = parts[i].right() <= parts[j].x || parts[j].right() <= parts[i].x ||
                               parts[i].bottom() <= parts[j].y || parts[j].bottom() <= parts[i].y;
            EXPECT_TRUE(apart) << i << " and " << j;
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Sizes, LayoutTest,
                         testing::Values(WindowCase{1280, 720, 1}, WindowCase{1920, 1080, 1},
                                         WindowCase{1024, 768, 1}, WindowCase{3840, 2160, 2},
                                         WindowCase{800, 600, 1}, WindowCase{800, 1400, 1},
                                         WindowCase{700, 1300, 1}, WindowCase{1080, 1920, 1},
                                         WindowCase{1600, 2800, 2}));

TEST(Layout, ATallNarrowWindowKeepsButtonsAndTheShapesOfThePictures) {
    const Layout layout = lay_out(800, 1400, 1, {}, true);
    EXPECT_FALSE(layout.pictures_as_tab);
    EXPECT_GT(layout.adding.height, 42);
    EXPECT_NEAR(layout.wavetable.width, 388, 1);
    for (const Rect& picture : {layout.wavetable, layout.circle}) {
        EXPECT_NEAR(picture.width / (picture.height - 120), 1, 0.1) << "without its buttons";
    }
    EXPECT_GT(layout.plots.height, 500);
    EXPECT_TRUE(lay_out(800, 1400, 1, {}, false).pictures_as_tab) << "the columns are folded";
    EXPECT_TRUE(lay_out(1024, 768, 1, {}, true).pictures_as_tab) << "not tall";
    EXPECT_GT(lay_out(1000, 1600, 1, {}, true).runs.width, 200) << "wide enough for the list";
}

TEST(Layout, FoldsInNarrowWindows) {
    EXPECT_FALSE(lay_out(1200, 800, 1, {}, true).pictures_as_tab);
    EXPECT_TRUE(lay_out(1199, 800, 1, {}, true).pictures_as_tab);
    EXPECT_FALSE(lay_out(1024, 768, 1, {}, true).runs_folded);
    EXPECT_TRUE(lay_out(899, 768, 1, {}, true).runs_folded);
    EXPECT_EQ(lay_out(1600, 900, 1, {}, false).runs.width, 0);
}

TEST(Layout, TinyWindowsHaveNoNegativeSizes) {
    const Layout layout = lay_out(320, 200, 1, {}, true);
    for (const Rect& rect : {layout.plots, layout.timeline, layout.status, layout.strip}) {
        EXPECT_GT(rect.width, 0);
        EXPECT_GE(rect.height, 0);
    }
    EXPECT_GT(layout.plots.height, 120) << "what little there is belongs to the plots";
    EXPECT_GE(layout.plots.y, layout.strip.bottom());
    EXPECT_LE(layout.plots.bottom(), 200);
    EXPECT_GT(lay_out(320, 300, 1, {}, true).timeline.height, 0);
    const Layout large = lay_out(1280, 720, 3, {}, true); // type at 300 % is no low window
    EXPECT_GT(large.timeline.height, 0);
    EXPECT_GT(large.chips.height, 0);
}

TEST(Beside, NeverCoversWhatStandsAboveAndBelowTheMouse) {
    constexpr float kGap = 18;
    for (const float screen : {800.0F, 1280.0F, 1920.0F}) {
        for (float x = 0; x < screen; x += 7) {
            for (const float width : {200.0F, 380.0F, 700.0F}) {
                const Rect place = place_beside(x, 500, width, 300, screen, 720, kGap);
                EXPECT_GE(place.x, 0);
                EXPECT_LE(place.right(), screen);
                EXPECT_LE(place.bottom(), 720);
                if (std::max(x, screen - x) >= width + kGap) {
                    EXPECT_TRUE(place.x >= x + kGap || place.right() <= x - kGap)
                        << width << " at " << x << " of " << screen;
                }
            }
        }
    }
}

TEST(Words, StandBesideTheSheetOfTheirControlWhileThereIsRoom) {
    const Rect sheet{300, 200, 600, 200};
    for (float y = 205; y < 380; y += 40) {
        const Rect words = place_words({310, y, 140, 30}, 280, 60, 1280, 720, sheet, 6);
        EXPECT_FALSE(words.overlaps(sheet)) << y;
        EXPECT_EQ(words.y, y) << "level with the control";
    }
    EXPECT_EQ(place_words({710, 300, 140, 30}, 280, 60, 1280, 720, {700, 200, 560, 200}, 6).right(),
              694)
        << "on the left where that has the room";
    const Rect low = place_words({310, 370, 140, 30}, 280, 60, 1280, 400, sheet, 6);
    EXPECT_EQ(low.bottom(), 400) << "whole within the screen";
}

TEST(Words, ElseStandBelowTheirControlAndNeverOverIt) {
    const Rect window{0, 0, 800, 600};
    for (const Rect& item : {Rect{0, 0, 60, 24}, Rect{740, 0, 60, 24}, Rect{740, 576, 60, 24},
                             Rect{0, 576, 60, 24}, Rect{300, 480, 60, 24}}) {
        const Rect words = place_words(item, 300, 90, 800, 600, window, 6);
        EXPECT_FALSE(words.overlaps(item)) << item.x << ' ' << item.y;
        EXPECT_GE(words.x, 0);
        EXPECT_GE(words.y, 0);
        EXPECT_LE(words.right(), 800);
        EXPECT_LE(words.bottom(), 600);
    }
    EXPECT_EQ(place_words({100, 100, 60, 24}, 300, 90, 800, 600, window, 6),
              (Rect{100, 130, 300, 90}));
}

TEST(Words, StandWhereTheyHideLeastOfTheOtherControls) {
    const Rect window{0, 0, 800, 600};
    const Rect item{300, 300, 80, 24};
    const auto at = [&](std::vector<Rect> others) {
        others.push_back(item); // it is one of them
        return place_words(item, 200, 60, 800, 600, window, 6, others);
    };
    const Rect below{300, 330, 200, 60};
    const Rect above{300, 234, 200, 60};
    const Rect right{386, 300, 200, 60};
    const Rect left{94, 300, 200, 60};
    EXPECT_EQ(at({}), below);
    EXPECT_EQ(at({{300, 330, 80, 24}}), above) << "a column of controls goes on";
    EXPECT_EQ(at({{300, 330, 80, 24}, {300, 270, 80, 24}}), right);
    EXPECT_EQ(at({{300, 330, 80, 24}, {300, 270, 80, 24}, {400, 300, 80, 24}}), left);
    EXPECT_EQ(at({{300, 330, 80, 24}, {300, 270, 80, 24}, {400, 300, 10, 10}, {200, 300, 80, 24}}),
              right)
        << "a little of one rather than all of another";
}

PaceInput at(double now) {
    PaceInput input;
    input.now = now;
    return input;
}

/// Draws until it rests, ending at 1 s.
void settle(FramePacer& pacer) {
    for (double now = 0; now < 1; now += 0.05) {
        (void)pacer.should_draw(at(now));
    }
}

TEST(FramePacer, RestsAfterThreeSettlingFrames) {
    FramePacer pacer;
    int drawn = 0;
    for (double now = 0; now < 1; now += 0.05) {
        drawn += pacer.should_draw(at(now)) ? 1 : 0;
    }
    EXPECT_EQ(drawn, 3);
    EXPECT_EQ(pacer.timeout(at(1)), 0.5);
    PaceInput input = at(2);
    input.input = true;
    EXPECT_TRUE(pacer.should_draw(input));
    EXPECT_TRUE(pacer.should_draw(at(2.1)));
    EXPECT_TRUE(pacer.should_draw(at(2.2)));
    EXPECT_FALSE(pacer.should_draw(at(2.3)));
}

TEST(FramePacer, NewDataCostOneFrameEach) {
    FramePacer pacer;
    settle(pacer);
    PaceInput input = at(2);
    input.new_data = true;
    EXPECT_TRUE(pacer.should_draw(input));
    EXPECT_FALSE(pacer.should_draw(at(2.5)));
}

TEST(FramePacer, CapsFramesAndDoesNotForgetTheOnePutOff) {
    FramePacer pacer;
    settle(pacer);
    PaceInput input = at(2);
    input.new_data = true;
    input.software_gl = true;
    EXPECT_TRUE(pacer.should_draw(input));
    input.now = 2.010;
    EXPECT_FALSE(pacer.should_draw(input)) << "15 frames per second in software";
    const double rest = pacer.timeout(input);
    EXPECT_GT(rest, 0.034);
    EXPECT_LT(rest, 0.067);
    input.new_data = false;
    input.now = 2.010 + rest;
    EXPECT_TRUE(pacer.should_draw(input));
}

TEST(FramePacer, InSoftwareTrainingAloneHasHalfTheFramesOfAWindowInUse) {
    const auto frames = [](auto change) { // of five seconds, data every 5 ms
        FramePacer pacer;
        settle(pacer);
        int drawn = 0;
        for (int i = 0; i < 1000; ++i) {
            PaceInput input = at(2 + i * 0.005);
            input.new_data = true;
            input.training = true;
            input.software_gl = true;
            change(input, i);
            drawn += pacer.should_draw(input) ? 1 : 0;
        }
        return drawn;
    };
    EXPECT_NEAR(frames([](PaceInput&, int) {}), 75, 8);
    EXPECT_NEAR(frames([](PaceInput& input, int) { input.wanted_at = input.now; }), 75, 8)
        << "points that glide ask for more";
    EXPECT_NEAR(frames([](PaceInput& input, int) { input.animating = true; }), 150, 10);
    EXPECT_NEAR(frames([](PaceInput& input, int i) { input.input = i % 100 == 0; }), 150, 10)
        << "the mouse moves twice a second";
    EXPECT_NEAR(frames([](PaceInput& input, int i) { input.input = i == 0; }), 75 + 15, 10)
        << "a second of use";
}

TEST(FramePacer, HiddenWindowsAreNotDrawn) {
    FramePacer pacer;
    PaceInput input = at(1);
    input.visible = false;
    input.new_data = true;
    input.training = true;
    EXPECT_FALSE(pacer.should_draw(input));
    EXPECT_EQ(pacer.timeout(input), 1.0);
}

TEST(FramePacer, TimeoutsArePositiveWhateverTheClock) {
    FramePacer pacer;
    PaceInput input = at(1);
    input.input = true;
    EXPECT_TRUE(pacer.should_draw(input));
    for (const double now : {1.0, 1.5, 100.0}) {
        input.now = now;
        EXPECT_GT(pacer.timeout(input), 0);
        EXPECT_LE(pacer.timeout(input), 1);
    }
}

TEST(FramePacer, DrawsWhenAWishesTimeHasComeAndRestsUntilThen) {
    FramePacer pacer;
    settle(pacer);
    PaceInput input = at(2);
    input.wanted_at = 2.15;
    EXPECT_FALSE(pacer.should_draw(input));
    EXPECT_NEAR(pacer.timeout(input), 0.15, 1e-9);
    input.now = 2.15;
    EXPECT_TRUE(pacer.should_draw(input));
    input.wanted_at = 2.151; // sooner than the screen shows it
    EXPECT_NEAR(pacer.timeout(input), 1.0 / 60, 1e-9);
    input.wanted_at = kNever;
    EXPECT_FALSE(pacer.should_draw(input)) << "one frame for each wish";
    EXPECT_EQ(pacer.timeout(input), 0.5);
}

TEST(Shortcuts, NoKeyIsBoundTwice) {
    const auto rows = shortcuts();
    for (std::size_t i = 0; i < rows.size(); ++i) {
        for (std::size_t j = i + 1; j < rows.size(); ++j) {
            EXPECT_FALSE(rows[i].chord == rows[j].chord) << rows[i].keys << ", " << rows[j].keys;
            EXPECT_NE(rows[i].action, rows[j].action) << rows[i].keys;
        }
    }
}

TEST(Shortcuts, APressMeansTheRowOfItsChordAndRepeatsOnlyWhereToldTo) {
    for (const Shortcut& row : shortcuts()) {
        EXPECT_EQ(action_of({row.chord, false}), row.action) << row.keys;
        EXPECT_EQ(action_of({row.chord, true}), row.repeats ? row.action : Action::kNone);
    }
    Chord unknown;
    unknown.key = Chord::Key::kLetter;
    unknown.letter = 'Z';
    EXPECT_EQ(action_of({unknown, false}), Action::kNone);
    Chord plus;
    plus.key = Chord::Key::kPlus;
    plus.ctrl = true;
    plus.shift = true;
    EXPECT_EQ(action_of({plus, false}), Action::kScaleUp);
}

TEST(Shortcuts, EveryRowSaysWhatItDoes) {
    for (const Shortcut& row : shortcuts()) {
        EXPECT_GT(std::string(row.keys).size(), 0U);
        EXPECT_GT(std::string(row.what).size(), 3U) << row.keys;
        EXPECT_EQ(keys_of(row.action), row.keys);
    }
    EXPECT_EQ(keys_of(Action::kStartPause), "Space");
    EXPECT_EQ(keys_of(Action::kNone), "");
}

TEST(Shortcuts, TheReadmePrintsThisVerySheet) {
    std::ifstream file(GROKSCOPE_README);
    std::ostringstream readme;
    readme << file.rdbuf();
    ASSERT_GT(readme.str().size(), 1000U) << GROKSCOPE_README;
    const std::vector<SheetLine> lines = sheet_lines();
    EXPECT_FALSE(lines.front().group.empty()) << "no key stands outside a group of the sheet";
    EXPECT_EQ(std::count_if(lines.begin(), lines.end(),
                            [](const SheetLine& line) { return !line.group.empty(); }),
              6);
    const std::size_t half = (lines.size() + 1) / 2;
    std::string table = "|---|---|---|---|\n";
    for (std::size_t i = 0; i < half; ++i) {
        table += "| " + std::string(lines[i].keys) + " | " + std::string(lines[i].what) + " | ";
        if (i + half < lines.size()) {
            const SheetLine& right = lines[i + half];
            table += std::string(right.keys) + " | " + std::string(right.what) + " |\n";
        } else {
            table += "| |\n";
        }
    }
    EXPECT_NE(readme.str().find(table), std::string::npos)
        << "the table of keys in README.md should read\n"
        << table;
}

TEST(Shortcuts, EveryControlHasOneEntryWithATooltip) {
    std::set<std::string_view> names;
    for (const ControlInfo& info : controls()) {
        EXPECT_TRUE(names.insert(info.name).second) << info.name;
        EXPECT_GT(std::string(info.tooltip).size(), 8U) << info.name;
    }
    EXPECT_THROW((void)control("no such control"), std::logic_error);
    EXPECT_EQ(control("start").action, Action::kStartPause);
}

TEST(Text, SaysWhetherASumOrItsMirrorWasTrainedOn) {
    EXPECT_EQ(text::seen(Operation::kAdd, {7, 13}, true, false), "trained on");
    EXPECT_EQ(text::seen(Operation::kAdd, {7, 13}, true, true), "trained on");
    EXPECT_EQ(text::seen(Operation::kAdd, {7, 13}, false, false), "never seen");
    EXPECT_EQ(text::seen(Operation::kAdd, {7, 13}, false, true), "never seen, but 13 + 7 was");
}

TEST(Text, TellsThePartsOfTheTestPairsOnlyWhereBothAreKnown) {
    MetricSample sample;
    EXPECT_EQ(text::parts_right(Operation::kAdd, sample), "");
    sample.mirrored_accuracy = 1;
    EXPECT_EQ(text::parts_right(Operation::kAdd, sample), "");
    sample.new_accuracy = 0.0055;
    EXPECT_EQ(text::parts_right(Operation::kAdd, sample),
              "Of sums never seen, " + text::percent(1) +
                  " are right where b + a was trained on, " + text::percent(0.0055) +
                  " where neither was.");
}

TEST(Text, WritesNumbersForPeople) {
    EXPECT_EQ(text::grouped(0), "0");
    EXPECT_EQ(text::grouped(999), "999");
    EXPECT_EQ(text::grouped(8210), "8,210");
    EXPECT_EQ(text::grouped(1234567), "1,234,567");
    EXPECT_EQ(text::grouped(-1234), "-1,234");
    EXPECT_EQ(text::percent(0.998), "99.8 %");
    EXPECT_EQ(text::percent(std::nan("")), text::kNoValue);
    EXPECT_EQ(text::confidence(std::nan("")), text::kNoValue);
    EXPECT_EQ(text::value(std::nan("")), text::kNoValue);
    EXPECT_EQ(text::value(0.031954), "0.03195");
    EXPECT_EQ(text::value(5.51e-6), "5.51\xC2\xB7"
                                    "10\xE2\x81\xBB\xE2\x81\xB6");
    EXPECT_EQ(text::value(-1.26e12, 2), "-1.3\xC2\xB7"
                                        "10\xC2\xB9\xC2\xB2");
    EXPECT_EQ(text::speed_up(Bounded::exactly(2.604), 1), "2.6x (1 pair)");
    EXPECT_EQ(text::speed_up(Bounded::exactly(2.77), 4), "2.8x (4 pairs)");
    EXPECT_EQ(text::speed_up(Bounded::above(2.77), 1), "> 2.8x (1 pair)");
    EXPECT_EQ(text::duration(67.9), "1:07");
    EXPECT_EQ(text::duration(3723), "1:02:03");
    EXPECT_EQ(text::power_of_ten(0.01), "0.01");
    EXPECT_EQ(text::power_of_ten(1000), "1,000");
    EXPECT_EQ(text::power_of_ten(0.001), "0.001");
    EXPECT_EQ(text::power_of_ten(0.002), "0.002");
    EXPECT_EQ(text::power_of_ten(5e-5), "5\xC2\xB7"
                                        "10\xE2\x81\xBB\xE2\x81\xB5");
    EXPECT_EQ(text::power_of_ten(1e4), "10\xE2\x81\xB4");
    EXPECT_EQ(text::power_of_ten(1e-7), "10\xE2\x81\xBB\xE2\x81\xB7");
}

TEST(RateMeter, MeasuresOverAboutASecond) {
    RateMeter meter;
    EXPECT_EQ(meter.rate(), 0);
    for (int i = 0; i <= 40; ++i) {
        meter.add(i * 0.1, i * 15.0);
    }
    EXPECT_NEAR(meter.rate(), 150, 1e-9);
    meter.add(4.1, 0); // a run was removed
    EXPECT_EQ(meter.rate(), 0);
}

} // namespace
} // namespace grokscope::ui
