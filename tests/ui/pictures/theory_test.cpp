// The theory view as a picture: a machine that has collapsed, one on its way, the ablation.
#include "engine/theory/theorist.h"
#include "tests/ui/pictures/gl_context.h"
#include "tests/ui/pictures/golden.h"
#include "tests/ui/pictures/picture_stage.h"
#include "ui/views/theory/theory_controller.h"
#include "ui/views/theory/theory_panel.h"

#include <gtest/gtest.h>

#include <string>

namespace grokscope::ui {
namespace {

/// The sheet with the real machine behind it.
struct Fixture {
    testing::PictureStage stage;
    TheoryChannels channels;
    TheoryPanel panel;
    TheoryController controller;

    Fixture(testing::GlContext& context, gl::Size pixels, ThemeKind theme)
        : stage(context, pixels, theme) {
        stage.view.sheet = Action::kTheory;
    }
    void draw(const PanelInput& given) {
        PanelInput input = given;
        input.theory = &controller;
        const ImVec2 size = ImGui::GetIO().DisplaySize;
        (void)panel.draw(input, {0, 0, size.x, size.y});
    }
    /// After the answer to what the sheet asks.
    [[nodiscard]] testing::Picture sheet() {
        stage.frame([this](const PanelInput& input) { draw(input); });
        if (controller.ask(channels, 1)) {
            EXPECT_TRUE(channels.question.refresh());
            SfmAnswer answer = answer_theory(channels.question.value());
            channels.answer.publish(answer);
            EXPECT_TRUE(controller.take(channels, 1.016));
        }
        return stage.picture([this](const PanelInput& input) { draw(input); });
    }
};

TEST(TheoryPicture, CollapsedAndOnItsWayInBothThemes) {
    GROKSCOPE_NEEDS_GL(context);
    GROKSCOPE_NEEDS_GOLDENS(context);
    for (const ThemeKind theme : {ThemeKind::kDark, ThemeKind::kLight}) {
        Fixture fixture(*context, {1280, 720}, theme);
        const testing::Picture collapsed = fixture.sheet();
        fixture.stage.view.theory.iteration = 3;
        testing::expect_golden(theme == ThemeKind::kDark ? "theory" : "theory_light",
                               fixture.sheet(), collapsed);
    }
    context->debug().require_none();
}

TEST(TheoryPicture, ShowsTheAblationAsAFullPlane) {
    GROKSCOPE_NEEDS_GL(context);
    GROKSCOPE_NEEDS_GOLDENS(context);
    Fixture fixture(*context, {800, 1400}, ThemeKind::kDark);
    const testing::Picture collapsed = fixture.sheet();
    fixture.stage.view.arrangement.theory.beta = 0;
    testing::expect_golden("theory_ablation", fixture.sheet(), collapsed);
    context->debug().require_none();
}

} // namespace
} // namespace grokscope::ui
