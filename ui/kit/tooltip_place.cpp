#include "ui/kit/tooltip_place.h"

#include "ui/core/beside.h"
#include "ui/kit/widgets.h"

#include <imgui.h>
#include <imgui_internal.h> // the window that is described

#include <algorithm>
#include <span>

namespace grokscope::ui {

namespace {

/// Whether another control lies under the words: any part of one that is no larger than they are,
/// and a good part of a larger one. Of a plot, or of the edge between two panels, enough is left.
bool hides_one(const Rect& words, const Rect& item, std::span<const Rect> others) {
    constexpr float kGoodPart = 0.2F;
    return std::ranges::any_of(others, [&](const Rect& other) {
        const float across = std::min(words.right(), other.right()) - std::max(words.x, other.x);
        const float down = std::min(words.bottom(), other.bottom()) - std::max(words.y, other.y);
        const bool larger = other.width > words.width || other.height > words.height;
        return other != item && across > 0 && down > 0 &&
               (!larger || across * down > kGoodPart * other.width * other.height);
    });
}

} // namespace

TooltipPlace tooltip_place(const PanelInput& input, const Rect& item, const char* words,
                           std::string_view keys) {
    constexpr float kWidest = 300;
    constexpr float kNarrowest = 200;
    const Theme& theme = input.theme;
    const ImGuiStyle& style = ImGui::GetStyle();
    const ImVec2 edge = style.WindowPadding;
    const ImVec2 screen = ImGui::GetIO().DisplaySize;
    const ImGuiWindow& window = *ImGui::GetCurrentWindow()->RootWindow;
    const Rect around{window.Pos.x, window.Pos.y, window.Size.x, window.Size.y};
    const float gap = theme.px(6);
    const float beside = std::max(around.x, screen.x - around.right()) - gap - edge.x;
    const float wrap =
        beside >= theme.px(kNarrowest) ? std::min(theme.px(kWidest), beside) : theme.px(kWidest);
    ImVec2 size = ImGui::CalcTextSize(words, nullptr, false, wrap - edge.x);
    if (!keys.empty()) {
        const ImVec2 line = text_size(theme.small, keys);
        size = {std::max(size.x, line.x), size.y + style.ItemSpacing.y + line.y};
    }
    const float width = size.x + 2 * edge.x;
    const float height = size.y + 2 * edge.y;
    const std::span<const Rect> others =
        input.places == nullptr ? std::span<const Rect>() : input.places->known();
    const Rect by_item = place_words(item, width, height, screen.x, screen.y, around, gap, others);
    if (hides_one(by_item, item, others)) {
        const ImGuiWindow& panel = *ImGui::GetCurrentWindow();
        const Rect card{panel.Pos.x, panel.Pos.y, panel.Size.x, panel.Size.y};
        const Rect by_card =
            place_words(item, width, height, screen.x, screen.y, card, gap, others);
        if (!hides_one(by_card, item, others)) {
            return {by_card, wrap};
        }
    }
    return {by_item, wrap};
}

} // namespace grokscope::ui
