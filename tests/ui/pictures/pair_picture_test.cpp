// Pictures over the grid of pairs, pixel by pixel.
#include "ui/scene/pair_picture.h"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>
#include <vector>

namespace grokscope::ui {
namespace {

struct Grid {
    int p = 4;
    std::vector<float> confidence = std::vector<float>(16, 1.0F);
    std::vector<std::uint8_t> right = std::vector<std::uint8_t>(16, 1);
    std::vector<std::uint8_t> trained = std::vector<std::uint8_t>(16, 0);
    [[nodiscard]] MapCells cells() const { return {p, confidence, right, trained}; }
};

/// The pixel in column x of row y.
Color pixel(const std::vector<std::uint8_t>& pixels, int side, int x, int y) {
    const std::size_t at = 4 * static_cast<std::size_t>(y * side + x);
    return {static_cast<float>(pixels[at]) / 255, static_cast<float>(pixels[at + 1]) / 255,
            static_cast<float>(pixels[at + 2]) / 255, static_cast<float>(pixels[at + 3]) / 255};
}

void expect_near(const Color& one, const Color& other) {
    EXPECT_NEAR(one.r, other.r, 0.005);
    EXPECT_NEAR(one.g, other.g, 0.005);
    EXPECT_NEAR(one.b, other.b, 0.005);
}

TEST(PairPicture, RowsAreAAndColumnsAreB) {
    Grid grid;
    grid.right[1 * 4 + 3] = 0; // a = 1, b = 3
    const Palette& palette = palette_of(ThemeKind::kDark);
    const auto pixels = paint_map(grid.cells(), palette, 40);
    expect_near(pixel(pixels, 40, 35, 15), palette.wrong);
    expect_near(pixel(pixels, 40, 15, 35), palette.right);
    expect_near(pixel(pixels, 40, 30, 10), palette.wrong); // the cell's first pixel
    expect_near(pixel(pixels, 40, 29, 10), palette.right);
}

TEST(PairPicture, ConfidenceIsBrightnessInBothThemes) {
    for (const ThemeKind kind : {ThemeKind::kDark, ThemeKind::kLight}) {
        const Palette& palette = palette_of(kind);
        double last = 1;
        for (int i = 0; i <= 10; ++i) {
            const float confidence = static_cast<float>(i) / 10;
            const double now = contrast(map_color(palette, true, confidence), palette.panel);
            EXPECT_GT(now, last) << "surer stands out more";
            last = now;
        }
        EXPECT_FALSE(map_color(palette, true, 0) == map_color(palette, false, 0))
            << "right and wrong differ at no confidence, too";
        EXPECT_EQ(map_color(palette, true, std::nanf("")), map_color(palette, true, 0));
    }
}

TEST(PairPicture, TrainedPairsHaveADotThatStandsOut) {
    for (const ThemeKind kind : {ThemeKind::kDark, ThemeKind::kLight}) {
        const Palette& palette = palette_of(kind);
        for (const float confidence : {0.01F, 0.5F, 1.0F}) {
            Grid grid;
            grid.confidence.assign(16, confidence);
            grid.trained[2 * 4 + 1] = 1;
            const auto pixels = paint_map(grid.cells(), palette, 36); // 9 pixels a cell
            const Color dot = pixel(pixels, 36, 9 + 4, 18 + 4);
            const Color cell = pixel(pixels, 36, 9, 18);
            EXPECT_GE(contrast(dot, cell), 3) << confidence;
            expect_near(pixel(pixels, 36, 4, 18 + 4), cell); // its neighbour has none
        }
    }
}

TEST(PairPicture, APairWhoseMirrorWasTrainedOnHasAStrokeAlongTheMirror) {
    for (const ThemeKind kind : {ThemeKind::kDark, ThemeKind::kLight}) {
        const Palette& palette = palette_of(kind);
        for (const float confidence : {0.01F, 0.5F, 1.0F}) {
            Grid grid;
            grid.confidence.assign(16, confidence);
            grid.trained[2 * 4 + 1] = 1;
            std::vector<std::uint8_t> mirrored(16, 0);
            mirrored[1 * 4 + 2] = 1;
            MapCells cells = grid.cells();
            cells.mirrored = mirrored;
            const auto pixels = paint_map(cells, palette, 36); // 9 pixels a cell
            const Color cell = pixel(pixels, 36, 18, 9);
            for (int y = 0; y < 9; ++y) {
                for (int x = 0; x < 9; ++x) {
                    const double found = contrast(pixel(pixels, 36, 18 + x, 9 + y), cell);
                    if (x == y && x >= 2 && x <= 6) {
                        EXPECT_GE(found, 3) << x << ", " << y << " at " << confidence;
                    } else {
                        EXPECT_LT(found, 1.01) << x << ", " << y << " at " << confidence;
                    }
                }
            }
            // The trained one keeps its dot, and no marks at all are as before.
            EXPECT_GE(contrast(pixel(pixels, 36, 9 + 4, 18 + 4), pixel(pixels, 36, 9, 18)), 3);
        }
    }
}

TEST(PairPicture, AStrokeNeedsFourPixelsOrItWouldPassForADot) {
    Grid grid;
    const std::vector<std::uint8_t> mirrored(16, 1);
    MapCells cells = grid.cells();
    cells.mirrored = mirrored;
    const Palette& palette = palette_of(ThemeKind::kDark);
    EXPECT_FALSE(shows_strokes(4, 15));
    EXPECT_EQ(paint_map(cells, palette, 12), paint_map(grid.cells(), palette, 12));
    EXPECT_TRUE(shows_strokes(4, 16));
    EXPECT_NE(paint_map(cells, palette, 16), paint_map(grid.cells(), palette, 16));
}

TEST(PairPicture, EveryDotIsThereWhereACellHasTwoPixels) {
    Grid grid;
    grid.trained.assign(16, 1);
    EXPECT_TRUE(shows_dots(4, 8));
    EXPECT_FALSE(shows_dots(4, 7));
    const Palette& palette = palette_of(ThemeKind::kDark);
    const auto pixels = paint_map(grid.cells(), palette, 8);
    int dots = 0;
    for (int y = 0; y < 8; ++y) {
        for (int x = 0; x < 8; ++x) {
            dots += contrast(pixel(pixels, 8, x, y), palette.right) > 2 ? 1 : 0;
        }
    }
    EXPECT_EQ(dots, 16);
}

TEST(PairPicture, SidesAreMultiplesOfPWhereThereIsRoom) {
    EXPECT_EQ(side_for(113, 339), 339);
    EXPECT_EQ(side_for(113, 350), 339);
    EXPECT_EQ(side_for(113, 227), 226);
    EXPECT_EQ(side_for(113, 130), 113);
    EXPECT_EQ(side_for(113, 200), 200) << "a multiple would leave too much empty";
    EXPECT_EQ(side_for(113, 90), 90);
    EXPECT_EQ(side_for(5, 303), 300);
    EXPECT_GE(side_for(113, 0), 1);
}

TEST(PairPicture, APixelOfManyCellsShowsTheirMean) {
    std::vector<float> values(16, 0);
    values[0] = 1; // one of the four cells under the first pixel
    const auto pixels = paint_shares(values, 4, 2);
    const Color low = heat_color(0);
    const Color high = heat_color(1);
    expect_near(pixel(pixels, 2, 0, 0), mix(low, high, 0.25F));
    expect_near(pixel(pixels, 2, 1, 1), low);
}

TEST(PairPicture, CellsThatEndWithinAPixelShareItByArea) {
    std::vector<float> values(4, 0);
    values[0] = 1;
    const auto pixels = paint_shares(values, 2, 3); // 1.5 pixels a cell
    const Color low = heat_color(0);
    const Color high = heat_color(1);
    expect_near(pixel(pixels, 3, 0, 0), high);
    expect_near(pixel(pixels, 3, 1, 0), mix(low, high, 0.5F));
    expect_near(pixel(pixels, 3, 1, 1), mix(low, high, 0.25F));
    expect_near(pixel(pixels, 3, 2, 2), low);
}

TEST(PairPicture, RefusesWhatDoesNotFit) {
    Grid grid;
    grid.trained.pop_back();
    EXPECT_THROW((void)paint_map(grid.cells(), palette_of(ThemeKind::kDark), 8),
                 std::invalid_argument);
    EXPECT_THROW((void)paint_shares(std::vector<float>(9), 3, 0), std::invalid_argument);
    const std::vector<std::uint8_t> few(3, 1);
    Grid whole;
    MapCells cells = whole.cells();
    cells.mirrored = few;
    EXPECT_THROW((void)paint_map(cells, palette_of(ThemeKind::kDark), 8), std::invalid_argument);
}

} // namespace
} // namespace grokscope::ui
