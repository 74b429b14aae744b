// What names marks and values: whole, and beside what it names.
#include "tests/ui/resting_window.h"

#include <gtest/gtest.h>
#include <imgui.h>

#include <string>
#include <utility>

namespace grokscope::ui {
namespace {

/// Letters of the last frame's topmost window, an open menu, that touch `rect`.
int letters_on(const Rect& rect) {
    const ImVec2 white = ImGui::GetIO().Fonts->TexUvWhitePixel;
    int count = 0;
    for (const ImDrawVert& vertex : ImGui::GetDrawData()->CmdLists.back()->VtxBuffer) {
        const bool letter = vertex.uv.x != white.x || vertex.uv.y != white.y;
        count += letter && rect.contains(vertex.pos.x, vertex.pos.y) ? 1 : 0;
    }
    return count;
}

TEST(Legends, TheClockNamesAllItsMarksInANarrowWindowToo) {
    for (const auto& [width, height] :
         {std::pair{800.0F, 1400.0F}, {1280.0F, 720.0F}, {1600.0F, 1000.0F}}) {
        RestingWindow window(0, width, height);
        ImGui::GetStyle().AntiAliasedLinesUseTex = false;
        window.stage.view.settings.inside.tab = InsideTab::kClock;
        window.touch();
        window.run(1);
        if (width < 1200 && !window.notes.contains("clock_legend")) {
            window.click(window.drawn_controls().at("pictures_tab"));
            window.run(1);
        }
        EXPECT_EQ(window.notes["clock_legend"],
                  "a | b | a + b | the model's own hand | a and b in W_E")
            << width;
    }
}

TEST(Legends, TheSliderOfFrequenciesHasItsValueBesideIt) {
    RestingWindow window(0);
    ImGui::GetStyle().AntiAliasedLinesUseTex = false;
    window.click(window.drawn_controls().at("circle_frequency"));
    window.run(0.5);
    const Rect slider = window.drawn_controls().at("circle_slider");
    EXPECT_EQ(letters_on(slider), 0) << "where the knob comes";
    EXPECT_GT(letters_on({slider.right(), slider.y, 60, slider.height}), 0);
}

} // namespace
} // namespace grokscope::ui
