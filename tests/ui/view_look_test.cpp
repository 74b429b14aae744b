// The look of a window as text: what another window takes of it.
#include "ui/core/view_look.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace grokscope::ui {
namespace {

ViewState changed() {
    ViewState view;
    view.settings.x_unit = XUnit::kOperations;
    view.settings.epoch_axis = {
        .min = 10, .max = 900, .log = true, .follow = false, .whole = false};
    view.settings.smoothing = Smoothing::kStrong;
    view.settings.test_parts = true;
    view.settings.third_plot = ThirdPlot::kFigures;
    view.settings.figures.ids = {"ildr", "gini_W_E"};
    view.arrangement.shares.left = 0.31F;
    view.settings.wavetable = {WavetableMode::kBars, WavetableSource::kNeurons,
                               WavetableScale::kShape, 0.2F, -0.5F};
    view.settings.circle.layout = CircleLayout::kKeyFrequencies;
    view.settings.circle.plane = CirclePlane::kComponents;
    view.settings.inside.tab = InsideTab::kAblation;
    view.settings.inside.typed = {3, 5};
    view.settings.inside.first_head = 2;
    view.settings.inside.ablation.frequencies = {14, 35};
    view.settings.inside.ablation.keep_only = true;
    view.settings.inside.ablation.layer = 3;
    view.settings.inside.ablation.heads = {Replacement::kNone, Replacement::kMean};
    view.settings.inside.ablation.mlp_skip = Replacement::kZero;
    view.settings.inside.ablation.attention_skip = false;
    view.settings.presenter.on = true;
    view.settings.presenter.picture = PresenterPicture::kBeforeAfter;
    view.settings.frequency = 14;
    view.arrangement.story = false;
    return view;
}

TEST(ViewLook, GoesThereAndBack) {
    const ViewState from = changed();
    const std::string text = look_text(from);
    EXPECT_EQ(text.find('\n'), std::string::npos);
    ViewState to;
    to.settings.theme = ThemeKind::kLight;
    to.settings.scale = 2;
    take_look(text, to);
    EXPECT_EQ(look_text(to), text);
    EXPECT_EQ(to.settings.inside.ablation, from.settings.inside.ablation);
    EXPECT_EQ(to.settings.third_plot, ThirdPlot::kFigures);
    EXPECT_EQ(to.settings.figures, from.settings.figures);
    EXPECT_EQ(to.settings.theme, ThemeKind::kLight) << "a screen's, not a view's";
    EXPECT_EQ(to.settings.scale, 2);
    ViewState usual;
    take_look(look_text(ViewState()), to);
    EXPECT_EQ(look_text(to), look_text(usual)) << "nothing of the one before stays";
}

TEST(ViewLook, TakesNothingThatIsOutOfRange) {
    const std::string before = look_text(changed());
    for (const char* wrong :
         {"", "null", "[]", "{", "7", R"({"smoothing":3,"frequency":0})",
          R"({"wavetable":{"mode":7,"tilt":2,"shear":"a"},"circle":[],"inside":{"tab":99,"a":-1}})",
          R"({"x":{"unit":9}})", R"({"layout":{"left":9}})", R"({"present":4})"}) {
        ViewState view = changed();
        take_look(wrong, view);
        const ViewState same = changed();
        EXPECT_EQ(view.settings.smoothing, same.settings.smoothing) << wrong;
        EXPECT_EQ(view.settings.wavetable.mode, same.settings.wavetable.mode) << wrong;
        EXPECT_EQ(view.settings.wavetable.tilt, same.settings.wavetable.tilt) << wrong;
        EXPECT_EQ(view.settings.inside.tab, same.settings.inside.tab) << wrong;
        EXPECT_EQ(view.settings.inside.typed, same.settings.inside.typed) << wrong;
        EXPECT_EQ(view.settings.x_unit, same.settings.x_unit) << wrong;
        EXPECT_EQ(view.arrangement.shares.left, same.arrangement.shares.left) << wrong;
        EXPECT_EQ(view.settings.presenter.picture, same.settings.presenter.picture) << wrong;
    }
    ViewState view;
    take_look(R"({"figures":["a","a",7,"b","c","d","e","f","g","h"]})", view);
    EXPECT_EQ(view.settings.figures.ids,
              (std::vector<std::string>{"a", "b", "c", "d", "e", "f", "g"}));
    take_look(R"({"figures":{"a":1}})", view);
    EXPECT_EQ(view.settings.figures.ids.size(), 7U) << "no list";
    take_look(R"({"inside":{"ablation":{"frequencies":[35,14,14,-1,"x",1e30],"heads":[2,9,"a"]}}})",
              view);
    EXPECT_EQ(view.settings.inside.ablation.frequencies, (std::vector<int>{14, 35}));
    EXPECT_EQ(view.settings.inside.ablation.heads,
              (std::vector{Replacement::kMean, Replacement::kNone, Replacement::kNone}));
}

} // namespace
} // namespace grokscope::ui
