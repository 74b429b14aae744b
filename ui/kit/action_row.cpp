#include "ui/kit/action_row.h"

#include "ui/core/file_controller.h"
#include "ui/core/text.h"
#include "ui/kit/widgets.h"

#include <string>

namespace grokscope::ui {

std::string why_not(Action action, const PanelInput& input) {
    const bool files = input.files != nullptr && input.files->available();
    return why_not(action, ActionContext{input.book, input.view, input.commands},
                   files ? FilesAt::kHand : FilesAt::kNowhere);
}

float action_row_height(const Theme& theme) {
    return theme.px(30);
}

bool action_row(const PanelInput& input, const Shortcut& action, bool chosen, float width) {
    const Theme& theme = input.theme;
    const Palette& palette = *theme.palette;
    const float height = action_row_height(theme);
    const std::string why = why_not(action.action, input);
    const bool possible = why.empty();
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImGui::PushID(action.keys);
    ImGui::BeginDisabled(!possible);
    const bool pressed = ImGui::InvisibleButton("action", {width, height});
    const bool hovered = possible && ImGui::IsItemHovered();
    describe_item(input, "command", action.keys, possible, possible ? nullptr : why.c_str());
    ImGui::EndDisabled();
    ImGui::PopID();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    if (chosen || hovered) {
        list.AddRectFilled(
            at, {at.x + width, at.y + height},
            u32(chosen ? mix(palette.raised, palette.accent, 0.3F) : palette.hovered), theme.px(6));
    }
    const Color& more = chosen ? palette.text : palette.muted; // on the accent, muted is too pale
    const std::string shown = text::shown_keys(action.keys);
    const float keys = text_size(theme.small, shown).x;
    const float inside = theme.px(10);
    const float y = at.y + (height - theme.text->FontSize) / 2;
    const float small_y = at.y + (height - theme.small->FontSize) / 2;
    float room = width - keys - 3 * inside;
    const std::string words = fitted(theme.text, text::capitalised(action.what), room);
    const float used = draw_text(list, theme.text, {at.x + inside, y},
                                 possible ? palette.text : palette.muted, words);
    room -= used + inside;
    if (!possible && room > theme.px(60)) {
        draw_text(list, theme.small, {at.x + 2 * inside + used, small_y}, more,
                  fitted(theme.small, why, room));
    }
    draw_text(list, theme.small, {at.x + width - inside - keys, small_y}, more, shown);
    return pressed && possible;
}

void ask_for(const PanelInput& input, Action action) {
    input.view.asked.push_back(action);
    input.draw_again(input.facts.seconds);
}

} // namespace grokscope::ui
