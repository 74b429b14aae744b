// Presenter mode uses the window it has: wide or upright, the picture keeps a shape that can be
// read.
#include "tests/ui/resting_window.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

namespace grokscope::ui {
namespace {

TEST(Presenter, ThePictureHasAShapeThatCanBeReadInEveryWindow) {
    RestingWindow window{0};
    window.stage.view.settings.presenter.on = true;
    for (const auto& [width, height] : {std::pair{1920.0F, 1080.0F},
                                        {1280.0F, 720.0F},
                                        {1024.0F, 768.0F},
                                        {800.0F, 1400.0F},
                                        {1080.0F, 1920.0F}}) {
        window.controls.clear();
        for (int settling = 0; settling < 4; ++settling) {
            window.stage.frame(width, height);
        }
        ASSERT_TRUE(window.controls.contains("picture_circle"));
        const Rect picture = window.controls.at("picture_circle");
        const float longer = std::max(picture.width, picture.height);
        EXPECT_LE(longer, 2 * std::min(picture.width, picture.height)) << width << " x " << height;
        EXPECT_GE(longer, 0.34F * std::max(width, height)) << width << " x " << height;
        EXPECT_LE(picture.right(), width);
        EXPECT_LE(picture.bottom(), height);
    }
}

} // namespace
} // namespace grokscope::ui
