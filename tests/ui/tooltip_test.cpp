// A tooltip hides neither its control nor, while there is a place for it, another one.
#include "tests/ui/resting_window.h"

#include <gtest/gtest.h>
#include <imgui.h>
#include <imgui_internal.h> // where the tooltip stands

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

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

/// A control no larger than the words that they lie on; empty without any.
std::string hidden_by(const Rect& words, const std::string& item,
                      const std::map<std::string, Rect>& controls) {
    for (const auto& [other, rect] : controls) {
        const bool larger = rect.width > words.width || rect.height > words.height;
        if (other != item && !larger && rect.width > 0 && words.overlaps(rect)) {
            return other;
        }
    }
    return {};
}

/// Whether words of that size could stand by the item, anywhere along it, and hide none.
bool have_a_place(const Rect& words, const std::string& item,
                  const std::map<std::string, Rect>& controls, float width, float height) {
    constexpr float kGap = 6;
    const Rect& at = controls.at(item);
    const auto free = [&](float x, float y) {
        const Rect place{x, y, words.width, words.height};
        return x >= 0 && y >= 0 && place.right() <= width && place.bottom() <= height &&
               hidden_by(place, item, controls).empty();
    };
    const auto [left, right] = std::minmax({at.x, at.right() - words.width});
    const auto [top, bottom] = std::minmax({at.y, at.bottom() - words.height});
    for (float x = left; x <= right; x += 2 * kGap) {
        if (free(x, at.bottom() + kGap) || free(x, at.y - kGap - words.height)) {
            return true;
        }
    }
    for (float y = top; y <= bottom; y += 2 * kGap) {
        if (free(at.right() + kGap, y) || free(at.x - kGap - words.width, y)) {
            return true;
        }
    }
    return false;
}

/// Hovers each control of a window of that size. Returns whose words hid another one.
std::vector<std::string> hiding(float width, float height) {
    RestingWindow window{0, width, height};
    const auto drawn = window.drawn_controls();
    std::vector<std::string> hide;
    for (const auto& [name, item] : drawn) {
        window.move(item.x + std::min(item.width / 2, 60.0F), item.y + item.height / 2);
        window.run(1);
        const Rect words = shown_tooltip();
        const std::string hidden = hidden_by(words, name, drawn);
        if (!hidden.empty()) {
            hide.push_back(name);
            EXPECT_FALSE(have_a_place(words, name, drawn, width, height))
                << "the words of " << name << " hide " << hidden;
        }
        window.move(width - 1, height / 2);
        window.run(0.5);
    }
    return hide;
}

TEST(Tooltips, HideAnotherControlOnlyWhereNoPlaceAlongTheirsIsFree) {
    for (const auto& [width, height] :
         {std::pair{1280.0F, 720.0F}, {1024.0F, 768.0F}, {1600.0F, 1000.0F}}) {
        const std::vector<std::string> hide = hiding(width, height);
        EXPECT_EQ(std::ranges::count(hide, "status"), 0) << width;
    }
}

} // namespace
} // namespace grokscope::ui
