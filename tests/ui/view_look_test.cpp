// The look of a window as text: what another window takes of it.
#include "ui/core/view_look.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace grokscope::ui {
namespace {

ViewState changed() {
    ViewState view;
    view.x_unit = XUnit::kOperations;
    view.epoch_axis = {.min = 10, .max = 900, .log = true, .follow = false, .whole = false};
    view.smoothing = Smoothing::kStrong;
    view.test_parts = true;
    view.third_plot = ThirdPlot::kFigures;
    view.figures.ids = {"ildr", "gini_W_E"};
    view.shares.left = 0.31F;
    view.wavetable = {WavetableMode::kBars, WavetableSource::kNeurons, WavetableScale::kShape, 0.2F,
                      -0.5F};
    view.circle.layout = CircleLayout::kKeyFrequencies;
    view.circle.plane = CirclePlane::kComponents;
    view.inside.tab = InsideTab::kAblation;
    view.inside.typed = {3, 5};
    view.inside.first_head = 2;
    view.inside.ablation.frequencies = {14, 35};
    view.inside.ablation.keep_only = true;
    view.inside.ablation.layer = 3;
    view.inside.ablation.heads = {Replacement::kNone, Replacement::kMean};
    view.inside.ablation.mlp_skip = Replacement::kZero;
    view.inside.ablation.attention_skip = false;
    view.presenter.on = true;
    view.presenter.picture = PresenterPicture::kBeforeAfter;
    view.frequency = 14;
    view.story = false;
    return view;
}

TEST(ViewLook, GoesThereAndBack) {
    const ViewState from = changed();
    const std::string text = look_text(from);
    EXPECT_EQ(text.find('\n'), std::string::npos);
    ViewState to;
    to.theme = ThemeKind::kLight;
    to.scale = 2;
    take_look(text, to);
    EXPECT_EQ(look_text(to), text);
    EXPECT_EQ(to.inside.ablation, from.inside.ablation);
    EXPECT_EQ(to.third_plot, ThirdPlot::kFigures);
    EXPECT_EQ(to.figures, from.figures);
    EXPECT_EQ(to.theme, ThemeKind::kLight) << "a screen's, not a view's";
    EXPECT_EQ(to.scale, 2);
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
        EXPECT_EQ(view.smoothing, same.smoothing) << wrong;
        EXPECT_EQ(view.wavetable.mode, same.wavetable.mode) << wrong;
        EXPECT_EQ(view.wavetable.tilt, same.wavetable.tilt) << wrong;
        EXPECT_EQ(view.inside.tab, same.inside.tab) << wrong;
        EXPECT_EQ(view.inside.typed, same.inside.typed) << wrong;
        EXPECT_EQ(view.x_unit, same.x_unit) << wrong;
        EXPECT_EQ(view.shares.left, same.shares.left) << wrong;
        EXPECT_EQ(view.presenter.picture, same.presenter.picture) << wrong;
    }
    ViewState view;
    take_look(R"({"figures":["a","a",7,"b","c","d","e","f","g","h"]})", view);
    EXPECT_EQ(view.figures.ids, (std::vector<std::string>{"a", "b", "c", "d", "e", "f", "g"}));
    take_look(R"({"figures":{"a":1}})", view);
    EXPECT_EQ(view.figures.ids.size(), 7U) << "no list";
    take_look(R"({"inside":{"ablation":{"frequencies":[35,14,14,-1,"x",1e30],"heads":[2,9,"a"]}}})",
              view);
    EXPECT_EQ(view.inside.ablation.frequencies, (std::vector<int>{14, 35}));
    EXPECT_EQ(view.inside.ablation.heads,
              (std::vector{Replacement::kMean, Replacement::kNone, Replacement::kNone}));
}

} // namespace
} // namespace grokscope::ui
