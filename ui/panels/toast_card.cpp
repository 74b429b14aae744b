#include "ui/panels/toast_card.h"

#include "ui/actions.h"
#include "ui/arrange.h"
#include "ui/text.h"
#include "ui/widgets.h"

#include <algorithm>
#include <cmath>

namespace grokscope::ui {

namespace {

/// Above the timeline, as notices are, and above what lies there.
float foot_of_toast(const PanelInput& input, const Rect& window) {
    const float foot = window.bottom() - input.theme.px(96);
    const float taken = input.view.foot_top;
    return taken > 0 ? std::min(foot, taken - input.theme.px(8)) : foot;
}

/// A child of the main window, so that Tab goes on into it from the panels.
void begin_toast(const PanelInput& input, const Rect& rect) {
    const Theme& theme = input.theme;
    ImGui::SetCursorScreenPos({rect.x, rect.y});
    ImGui::PushStyleVar(ImGuiStyleVar_ChildRounding, theme.px(8));
    ImGui::PushStyleVar(ImGuiStyleVar_ChildBorderSize, theme.px(1.5F));
    ImGui::PushStyleColor(ImGuiCol_ChildBg, ImGui::GetStyleColorVec4(ImGuiCol_PopupBg));
    ImGui::PushStyleColor(ImGuiCol_Border, vec4(theme.palette->accent));
    ImGui::BeginChild("toast", {rect.width, rect.height}, ImGuiChildFlags_Border,
                      ImGuiWindowFlags_NavFlattened | ImGuiWindowFlags_NoScrollbar |
                          ImGuiWindowFlags_NoScrollWithMouse);
    draw_shadow(theme, theme.px(8));
}

void end_toast() {
    ImGui::Dummy({0, 0}); // ImGui asserts that something stands where the cursor was put last
    ImGui::EndChild();
    ImGui::PopStyleColor(2);
    ImGui::PopStyleVar(2);
}

/// Whether the mouse or the focus ring is on it.
bool is_attended() {
    return ImGui::IsWindowHovered(ImGuiHoveredFlags_ChildWindows |
                                  ImGuiHoveredFlags_AllowWhenBlockedByActiveItem) ||
           (ImGui::GetIO().NavVisible && ImGui::IsWindowFocused());
}

} // namespace

void draw_toast(const PanelInput& input, const Rect& window) {
    ViewState& view = input.view;
    if (input.picture != nullptr) {
        return;
    }
    input.log.fact("toast", view.toast ? view.toast->words : "");
    if (!view.toast) {
        return;
    }
    const Theme& theme = input.theme;
    const float height = theme.px(46);
    const float margin = theme.px(16);
    const float cross = theme.px(30);
    const float undo_width = button_width(theme, text::kUndo, Icon::kNone);
    const float buttons = undo_width + cross + theme.px(16);
    const float most = window.width - theme.px(24);
    const float words_width =
        std::min(text_size(theme.text, view.toast->words).x, most - buttons - margin);
    const float width = std::ceil(margin + words_width + buttons + theme.px(8));
    const Rect rect{std::round(window.x + (window.width - width) / 2),
                    std::round(foot_of_toast(input, window) - height), width, height};
    begin_toast(input, rect);
    const float middle = rect.y + height / 2;
    draw_text(*ImGui::GetWindowDrawList(), theme.text,
              {rect.x + margin, middle - theme.text->FontSize / 2}, theme.palette->text,
              fitted(theme.text, view.toast->words, words_width + 1));
    Row row(rect.x + margin + words_width + theme.px(12), middle);
    row.place(undo_width + theme.px(4), cross);
    const bool taken_back = button(input, {.control = "toast_undo",
                                           .label = text::kUndo,
                                           .look = Look::kPrimary,
                                           .size = {undo_width, cross}});
    row.place(cross, cross);
    const bool closed = button(input, {.control = "toast_close",
                                       .icon = Icon::kClose,
                                       .look = Look::kQuiet,
                                       .size = {cross, cross}});
    if (view.toast->until == 0 || is_attended()) {
        view.toast->until = input.facts.seconds + kToastSeconds;
    }
    end_toast();
    if (taken_back) {
        undo(view);
    }
    if (taken_back || closed || input.facts.seconds >= view.toast->until) {
        view.toast.reset();
    }
    input.draw_again(view.toast ? view.toast->until : input.facts.seconds);
}

} // namespace grokscope::ui
