// Dashes, markers and the simplified polyline that they follow.
#include "ui/core/challengers.h"
#include "ui/core/dash.h"
#include "ui/core/palette.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <vector>

namespace grokscope::ui {
namespace {

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

} // namespace
} // namespace grokscope::ui
