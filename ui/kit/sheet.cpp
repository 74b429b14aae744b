#include "ui/kit/sheet.h"

#include "ui/kit/widgets.h"

#include <algorithm>
#include <cmath>

namespace grokscope::ui {

bool begin_sheet(const PanelInput& input, const Rect& window, const SheetSpec& spec) {
    const Theme& theme = input.theme;
    const ImVec2 size{std::min(theme.px(spec.width), window.width - theme.px(24)),
                      window.height - theme.px(spec.top > 0 ? spec.top + 12 : 24)};
    if (spec.top > 0 && spec.centred) {
        ImGui::SetNextWindowPos({window.x + window.width / 2, window.y + theme.px(spec.top)},
                                ImGuiCond_Always, {0.5F, 0});
    } else if (spec.top > 0) {
        ImGui::SetNextWindowPos({window.right() - theme.px(12), window.y + theme.px(spec.top)},
                                ImGuiCond_Always, {1, 0});
    } else {
        ImGui::SetNextWindowPos({window.x + window.width / 2, window.y + window.height / 2},
                                ImGuiCond_Always, {0.5F, 0.5F});
    }
    ImGui::SetNextWindowSizeConstraints({size.x, 0}, size);
    // Whole pixels: ImGui cuts the size it makes, and a rest would call for a scrollbar.
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding,
                        {std::round(theme.px(22)), std::round(theme.px(18))});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, theme.px(10));
    ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, 1);
    ImGui::PushStyleColor(ImGuiCol_WindowBg, ImGui::GetStyleColorVec4(ImGuiCol_PopupBg));
    ImGui::Begin(spec.id, nullptr,
                 ImGuiWindowFlags_NoTitleBar | ImGuiWindowFlags_NoResize | ImGuiWindowFlags_NoMove |
                     ImGuiWindowFlags_AlwaysAutoResize | ImGuiWindowFlags_NoSavedSettings);
    draw_shadow(theme, theme.px(10));
    const ImVec2 square{theme.px(28), theme.px(28)};
    const float top = ImGui::GetCursorPosY();
    const float foot = top + theme.figure->FontSize - theme.px(2);
    text_in(theme.figure, theme.palette->text, spec.title);
    if (!spec.subtitle.empty()) {
        ImGui::SameLine(0, theme.px(14));
        ImGui::SetCursorPosY(foot - theme.text->FontSize);
        const float room = size.x - square.x - theme.px(24) - ImGui::GetCursorPosX();
        text_in(theme.text, theme.palette->muted, fitted(theme.text, spec.subtitle, room));
    }
    ImGui::SameLine();
    ImGui::SetCursorPos({size.x - square.x - theme.px(14),
                         std::round(top + (theme.figure->FontSize - square.y) / 2)});
    const bool closed = button(
        input, {.control = spec.close, .icon = Icon::kClose, .look = Look::kQuiet, .size = square});
    ImGui::Dummy({0, theme.px(7)});
    return !closed;
}

void end_sheet() {
    ImGui::End();
    ImGui::PopStyleColor();
    ImGui::PopStyleVar(3);
}

void begin_scrolled(const PanelInput& input, SheetHeights& heights) {
    const Theme& theme = input.theme;
    const float foot = ImGui::GetIO().DisplaySize.y - theme.px(12);
    const float room = foot - ImGui::GetWindowPos().y - heights.rest;
    heights.shown =
        std::floor(std::clamp(room, theme.px(30), std::max(heights.scrolled, theme.px(30))));
    ImGui::BeginChild("scrolled", {0, heights.shown}, ImGuiChildFlags_None,
                      ImGuiWindowFlags_NavFlattened | ImGuiWindowFlags_NoBackground);
}

void end_scrolled(SheetHeights& heights) {
    heights.scrolled = std::ceil(ImGui::GetCursorPosY() - ImGui::GetStyle().ItemSpacing.y);
    ImGui::EndChild();
}

void end_sheet(SheetHeights& heights) {
    const ImGuiStyle& style = ImGui::GetStyle();
    const float whole = ImGui::GetCursorPosY() - style.ItemSpacing.y + style.WindowPadding.y;
    heights.rest = whole - heights.shown;
    heights.most =
        std::max(ImGui::IsWindowAppearing() ? 0 : heights.most, heights.scrolled + heights.rest);
    end_sheet();
}

} // namespace grokscope::ui
