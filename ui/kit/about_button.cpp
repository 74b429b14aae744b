#include "ui/kit/about_button.h"

#include "ui/core/operation_text.h"
#include "ui/core/panel_topics.h"
#include "ui/core/text.h"
#include "ui/kit/widgets.h"

#include <string>

namespace grokscope::ui {

void about_button(const PanelInput& input, std::string_view topic, ImVec2 center) {
    const Theme& theme = input.theme;
    const PanelTopic& about = panel_topic(topic);
    const float size = theme.px(kAboutSize);
    const std::string popup = "about " + std::string(topic);
    ImGui::SetCursorScreenPos({center.x - size / 2, center.y - size / 2});
    if (button(input, {.control = "about",
                       .suffix = topic,
                       .icon = Icon::kInfo,
                       .look = Look::kQuiet,
                       .size = {size, size}})) {
        ImGui::OpenPopup(popup.c_str());
    }
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {theme.px(16), theme.px(14)});
    ImGui::SetNextWindowPos({center.x, center.y + size * 0.7F}, ImGuiCond_Appearing,
                            {center.x > ImGui::GetIO().DisplaySize.x * 0.6F ? 1.0F : 0.0F, 0});
    if (ImGui::BeginPopup(popup.c_str())) {
        draw_shadow(input.theme, input.theme.px(8));
        ImGui::PushTextWrapPos(theme.px(340));
        text_in(theme.strong, theme.palette->text, about.title);
        text_in(theme.text, theme.palette->text, in_operation(about.what, input.operation()));
        ImGui::Dummy({0, theme.px(2)});
        text_in(theme.small, theme.palette->muted, text::kLookFor);
        text_in(theme.text, theme.palette->text, in_operation(about.look_for, input.operation()));
        ImGui::PopTextWrapPos();
        ImGui::EndPopup();
    }
    ImGui::PopStyleVar();
}

void about_sheet_button(const PanelInput& input, std::string_view topic) {
    const ImVec2 corner = ImGui::GetWindowPos();
    about_button(
        input, topic,
        {corner.x + ImGui::GetWindowWidth() - input.theme.px(66), corner.y + input.theme.px(30)});
}

} // namespace grokscope::ui
