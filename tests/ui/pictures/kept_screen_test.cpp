// What is drawn in parts looks as if it had been drawn whole, pixel by pixel.
#include "tests/ui/pictures/gl_context.h"
#include "tests/ui/pictures/picture_stage.h"
#include "tests/ui/pictures/synthetic_run.h"
#include "ui/gl/screen.h"
#include "ui/views/circle/circle_panel.h"
#include "ui/views/wavetable/wavetable_panel.h"
#include "ui/window/kept_screen.h"

#include <gtest/gtest.h>
#include <imgui.h>
#include <imgui_impl_opengl3.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace grokscope::ui {
namespace {

constexpr gl::Size kSize{460, 330};

/// Panels over grounds, drawn whole into one picture and in parts into another.
struct Fixture {
    testing::SyntheticRun made_up;
    testing::PictureStage stage;
    gl::ShaderLibrary shaders;
    WavetablePanel wavetable{shaders};
    CirclePanel circle;
    gl::Framebuffer whole{kSize};
    gl::Framebuffer kept{kSize};
    KeptScreen screen;
    Color window = rgb(0x102030);
    std::vector<Ground> grounds{{{20.5F, 30, 200, 150.25F}, rgb(0x405060)}};
    bool show_circle = false;

    explicit Fixture(testing::GlContext& context) : stage(context, kSize, ThemeKind::kDark) {
        made_up.records = 100;
        testing::feed(stage.book, made_up, 40);
        stage.view.selected = RunId{1};
    }
    void describe() {
        stage.frame([this](const PanelInput& input) {
            show_circle ? circle.draw(input) : wavetable.draw(input);
            // Half transparent, at fractions of pixels, over everything.
            ImDrawList& list = *ImGui::GetForegroundDrawList();
            const auto at = static_cast<float>(stage.view.cursor.at(0)) / 37;
            list.PushClipRect({at + 0.4F, 10.6F}, {at + 91.3F, 120.2F});
            list.AddCircleFilled({at + 45, 60.5F}, 40, IM_COL32(255, 80, 0, 120));
            list.PopClipRect();
            list.AddLine({0, 0}, {at, 300.3F}, IM_COL32(0, 255, 255, 90), 2.5F);
        });
    }
    /// What the kept picture still shows otherwise than the whole one, in pixels.
    std::size_t draw() {
        describe();
        ImDrawData& data = *ImGui::GetDrawData();
        {
            const gl::DrawInto scope(whole);
            gl::clear_part(kSize, {0, 0, kSize.width, kSize.height},
                           {window.r, window.g, window.b, 1});
            for (const auto& [rect, color] : grounds) {
                const PixelBox box = pixels_of(rect);
                gl::clear_part(kSize,
                               {box.left, box.top, box.right - box.left, box.bottom - box.top},
                               {color.r, color.g, color.b, 1});
            }
            ImGui_ImplOpenGL3_RenderDrawData(&data);
        }
        {
            const gl::DrawInto scope(kept);
            screen.draw(kSize, window, grounds, data);
        }
        return difference();
    }
    [[nodiscard]] std::size_t difference() const {
        const std::vector<std::uint8_t> one = whole.read_pixels();
        const std::vector<std::uint8_t> other = kept.read_pixels();
        std::size_t count = 0;
        for (std::size_t i = 0; i < one.size(); i += 4) {
            count += one[i] != other[i] || one[i + 1] != other[i + 1] || one[i + 2] != other[i + 2];
        }
        return count;
    }
};

TEST(KeptScreen, HasThePixelsOfAWholeDrawing) {
    GROKSCOPE_NEEDS_GL(context);
    Fixture fixture(*context);
    int partly = 0;
    for (int step = 0; step < 90; ++step) {
        fixture.stage.move_mouse(static_cast<float>(step * 5 % 460),
                                 static_cast<float>(step * 17 % 330));
        fixture.stage.view.cursor.hold(step * 53 % 1900);
        fixture.stage.view.settings.wavetable.mode = static_cast<WavetableMode>(step / 12 % 3);
        fixture.show_circle = step / 20 % 2 == 1;
        if (step % 9 == 0) {
            testing::feed(fixture.stage.book, fixture.made_up, 40 + step / 2);
        }
        if (step % 25 == 24) {
            fixture.grounds[0].rect.x += 40;
        }
        ASSERT_EQ(fixture.draw(), 0U) << "at step " << step;
        partly += fixture.screen.drawn() < std::int64_t{kSize.width} * kSize.height ? 1 : 0;
    }
    EXPECT_GE(partly, 60);
    context->debug().require_none();
}

TEST(KeptScreen, DrawsNothingWhereNothingChanged) {
    GROKSCOPE_NEEDS_GL(context);
    Fixture fixture(*context);
    for (int settling = 0; settling < 4; ++settling) {
        (void)fixture.draw();
    }
    EXPECT_EQ(fixture.draw(), 0U);
    EXPECT_EQ(fixture.screen.drawn(), 0);
}

TEST(KeptScreen, DrawsEverythingWhereTheLastPictureIsNotThereAnyMore) {
    GROKSCOPE_NEEDS_GL(context);
    Fixture fixture(*context);
    for (int settling = 0; settling < 4; ++settling) {
        (void)fixture.draw();
    }
    for (const float alpha : {0.0F, 0.5F, 1.0F}) {
        fixture.kept.clear({0.3F, 0.2F, 0.1F, alpha}); // as a swap may leave it
        EXPECT_EQ(fixture.draw(), 0U);
        EXPECT_EQ(fixture.screen.drawn(), std::int64_t{kSize.width} * kSize.height);
    }
}

} // namespace
} // namespace grokscope::ui
