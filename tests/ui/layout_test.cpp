// Where the parts of the window lie, at every size.
#include "ui/core/layout.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <vector>

namespace grokscope::ui {
namespace {

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

} // namespace
} // namespace grokscope::ui
