// What is typed into a field for a number is taken whole, or refused with the command line's
// sentence; it is never bent to fit.
#include "engine/protocol/number_text.h"
#include "tests/ui/resting_window.h"
#include "ui/core/actions.h"
#include "ui/core/run_fields.h"

#include <gtest/gtest.h>
#include <imgui.h>

#include <cstdint>
#include <string>
#include <vector>

namespace grokscope::ui {
namespace {

struct Fields : testing::Test {
    RestingWindow window{0};
    ViewState& view = window.stage.view;

    void type(const std::string& control, const std::string& text) {
        ASSERT_TRUE(window.controls.contains(control)) << control;
        window.click(window.controls.at(control));
        window.press(ImGuiKey_End); // ends the selection of a click
        ImGui::GetIO().AddKeyEvent(ImGuiMod_Ctrl, true);
        window.press(ImGuiKey_A);
        ImGui::GetIO().AddKeyEvent(ImGuiMod_Ctrl, false);
        window.press(ImGuiKey_Delete);
        if (!text.empty()) {
            window.type(text);
        }
    }
    void leave() { window.press(ImGuiKey_Enter); }
    [[nodiscard]] RunConfig shown() const {
        return view.draft.value_or(window.stage.book.find(RunId{1})->config);
    }
    [[nodiscard]] std::string refusal(const std::string& control) const {
        const auto found = view.wrong_numbers.find(control);
        return found == view.wrong_numbers.end() ? "" : found->second.sentence;
    }
    void open_form() {
        view.new_run_open = true;
        window.touch();
        window.run(0.5);
    }
};

/// The command line's sentence about it.
std::string sentence(const std::string& text) {
    Mistakes mistakes;
    EXPECT_FALSE(parse_number<std::uint32_t>("the seed", text, mistakes).has_value());
    return mistakes.front();
}

TEST_F(Fields, ASeedBeyondItsRangeIsRefusedAndNothingStarts) {
    const std::uint32_t seed = shown().seed;
    for (const std::string text : {"4294967296", "-1", "99999999999999999999", "1.5", "abc", ""}) {
        type("seed", text);
        EXPECT_EQ(refusal("seed"), sentence(text)) << text;
        leave();
        EXPECT_EQ(refusal("seed"), sentence(text)) << "it stays in its field";
        EXPECT_EQ(shown().seed, seed);
        EXPECT_EQ(start_mistakes(view), std::vector{sentence(text)});
    }
    type("seed", "4294967295");
    EXPECT_EQ(refusal("seed"), "");
    EXPECT_EQ(shown().seed, 4294967295U);
    EXPECT_TRUE(start_mistakes(view).empty());
}

TEST_F(Fields, TheFirstDigitsOfARefusedNumberLeaveNothingBehind) {
    const std::uint32_t seed = shown().seed;
    type("seed", "4");
    for (const char digit : std::string("294967296")) {
        EXPECT_NE(shown().seed, seed) << "each is taken as it is typed";
        window.type(std::string(1, digit));
    }
    EXPECT_EQ(refusal("seed"), sentence("4294967296"));
    EXPECT_EQ(shown().seed, seed);
    leave();
    type("seed", "12");
    leave();
    type("seed", "-1");
    EXPECT_EQ(shown().seed, 12U) << "as it was before this typing, not before the first";
}

TEST_F(Fields, ARefusedSeedIsForgottenWhenAnotherIsPutThere) {
    type("seed", "-1");
    leave();
    ASSERT_NE(refusal("seed"), "");
    view.draft = shown();
    view.draft->seed = 5; // the dice
    window.touch();
    window.run(0.2);
    EXPECT_EQ(refusal("seed"), "");
}

TEST_F(Fields, TheNextBaselinesSeedIsRefusedAlike) {
    const std::uint32_t seed = view.baseline_seed;
    for (const std::string text : {"4294967296", "-1"}) {
        type("baseline_seed", text);
        EXPECT_EQ(refusal("baseline_seed"), sentence(text));
        EXPECT_EQ(view.baseline_seed, seed);
    }
    type("baseline_seed", "77");
    EXPECT_EQ(view.baseline_seed, 77U);
    EXPECT_EQ(refusal("baseline_seed"), "");
}

TEST_F(Fields, EveryFieldOfTheFormRefusesWhatIsNoNumber) {
    open_form();
    std::vector<std::string> names{"field_seed"};
    for (const auto& fields : {run_fields(), probe_fields()}) {
        for (const Setting* setting : fields) {
            if (setting->choices.empty()) {
                names.emplace_back(setting->form.control);
            }
        }
    }
    ASSERT_EQ(names.size(), 10U);
    const RunConfig before = shown();
    for (const std::string& name : names) {
        for (const std::string text : {"0,3", "99999999999e999", "12x", ""}) {
            type(name, text);
            EXPECT_NE(refusal(name), "") << name << " took \"" << text << '"';
        }
        EXPECT_EQ(shown(), before) << name;
    }
    view.new_run_open = false;
    window.touch();
    window.run(0.3);
    EXPECT_TRUE(view.wrong_numbers.empty()) << "the form is put away with what was wrong in it";
}

TEST_F(Fields, WholeNumbersOfTheFormHaveNoFraction) {
    open_form();
    type("field_p", "97.5");
    EXPECT_EQ(refusal("field_p"), "modulus p (--p) needs a whole number, got \"97.5\"");
    type("field_p", "97");
    EXPECT_EQ(shown().p, 97);
    type("field_frac", "0.25");
    EXPECT_EQ(shown().train_fraction, 0.25);
}

} // namespace
} // namespace grokscope::ui
