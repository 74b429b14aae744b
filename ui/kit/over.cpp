#include "ui/kit/over.h"

#include "ui/kit/widgets.h"

#include <imgui_internal.h> // where the window was last, and what lies over what

#include <algorithm>
#include <string>
#include <string_view>

namespace grokscope::ui {

namespace {

/// ImGui's names of those at the foot of the screen begin so.
constexpr std::string_view kAtFoot = "##foot";

} // namespace

float foot_above_overs(const Theme& theme, float left, float right, float foot) {
    for (const ImGuiWindow* const window : ImGui::GetCurrentContext()->Windows) {
        if (window->WasActive && std::string_view(window->Name).starts_with(kAtFoot) &&
            window->Pos.x < right && left < window->Pos.x + window->Size.x) {
            foot = std::min(foot, window->Pos.y - theme.px(8));
        }
    }
    return foot;
}

void begin_over(const PanelInput& input, const char* id, float y, float width, bool at_bottom,
                const Color& border) {
    const Theme& theme = input.theme;
    const ImVec2 screen = ImGui::GetIO().DisplaySize;
    const std::string name = at_bottom ? std::string(kAtFoot) + id : std::string(id);
    const ImGuiWindow* const before = ImGui::FindWindowByName(name.c_str());
    if (!at_bottom && before != nullptr && before->WasActive) { // its foot stays within reach
        y = std::min(y, std::max(screen.y - before->Size.y - theme.px(8), theme.px(8)));
    }
    ImGui::SetNextWindowPos({screen.x / 2, y}, ImGuiCond_Always, {0.5F, at_bottom ? 1.0F : 0.0F});
    ImGui::SetNextWindowSize({std::min(theme.px(width), screen.x - theme.px(24)), 0});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {theme.px(18), theme.px(14)});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, theme.px(8));
    ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, theme.px(1.5F));
    ImGui::PushStyleColor(ImGuiCol_WindowBg, ImGui::GetStyleColorVec4(ImGuiCol_PopupBg));
    ImGui::PushStyleColor(ImGuiCol_Border, vec4(border));
    ImGui::Begin(name.c_str(), nullptr,
                 ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove |
                     ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_AlwaysAutoResize |
                     ImGuiWindowFlags_NoFocusOnAppearing);
    draw_shadow(theme, theme.px(8));
    if (ImGui::IsWindowAppearing()) { // what is asked for lies over what was told before
        ImGui::BringWindowToDisplayFront(ImGui::GetCurrentWindow());
    }
}

void end_over() {
    ImGui::End();
    ImGui::PopStyleColor(2);
    ImGui::PopStyleVar(3);
}

void over_words(const PanelInput& input, std::string_view words) {
    ImGui::PushTextWrapPos(ImGui::GetContentRegionAvail().x + ImGui::GetCursorPosX());
    text_in(input.theme.text, input.theme.palette->text, words);
    ImGui::PopTextWrapPos();
}

} // namespace grokscope::ui
