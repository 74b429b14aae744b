// A tooltip hides neither its control nor, while there is a place for it, another one.
#include "tests/ui/resting_window.h"

#include <gtest/gtest.h>
#include <imgui.h>
#include <imgui_internal.h> // where the tooltip stands

#include <string>

namespace grokscope::ui {
namespace {

/// Empty while there is none.
Rect shown_tooltip() {
    for (const ImGuiWindow* const window : ImGui::GetCurrentContext()->Windows) {
        if (window->Active && (window->Flags & ImGuiWindowFlags_Tooltip) != 0) {
            return {window->Pos.x, window->Pos.y, window->Size.x, window->Size.y};
        }
    }
    return {};
}

TEST(Tooltips, OfTheLeftColumnHideNoButtonBesideOrBelow) {
    RestingWindow window{0};
    const auto drawn = window.drawn_controls();
    for (const std::string name :
         {"add_stencil[-1]", "add_stencil[-1,0,+1]", "toggle-1", "toggle+1", "add_baseline"}) {
        ASSERT_TRUE(drawn.contains(name)) << name;
        const Rect& item = drawn.at(name);
        window.move(item.x + item.width / 2, item.y + item.height / 2);
        window.run(1);
        const Rect words = shown_tooltip();
        ASSERT_GT(words.width, 0) << name;
        EXPECT_FALSE(words.overlaps(item)) << name;
        for (const auto& [other, rect] : drawn) {
            if (other.starts_with("add_") || other.starts_with("toggle")) {
                EXPECT_FALSE(words.overlaps(rect)) << name << " hides " << other;
            }
        }
        window.move(kWidth - 1, kHeight / 2);
        window.run(0.5);
    }
}

} // namespace
} // namespace grokscope::ui
