#include "ui/runs/run_list.h"

#include "ui/core/actions.h"
#include "ui/core/operation_text.h"
#include "ui/core/run_fields.h"
#include "ui/core/run_order.h"
#include "ui/core/text.h"
#include "ui/kit/about_button.h"
#include "ui/kit/widgets.h"
#include "ui/runs/adding_buttons.h"
#include "ui/runs/run_card.h"
#include "ui/runs/run_order_menu.h"

#include <algorithm>
#include <string>

namespace grokscope::ui {

namespace {

/// Brings the row that was drawn last, which is this high, into view.
void scroll_to_row(float height) {
    const float bottom = ImGui::GetCursorPosY();
    const float top = bottom - height;
    const float room = ImGui::GetWindowHeight();
    if (top < ImGui::GetScrollY()) {
        ImGui::SetScrollY(top);
    } else if (bottom > ImGui::GetScrollY() + room) {
        ImGui::SetScrollY(bottom - room);
    }
}

/// Where the list goes on beyond its edges it fades there, instead of cutting a line of text.
void fade_edges(const Theme& theme) {
    const ImVec2 at = ImGui::GetWindowPos();
    const ImVec2 size = ImGui::GetWindowSize();
    const float depth = std::min(theme.px(26), size.y / 3);
    const ImU32 solid = u32(theme.palette->panel);
    const ImU32 clear = u32(theme.palette->panel.with_alpha(0));
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float right = at.x + size.x - ImGui::GetStyle().ScrollbarSize;
    if (ImGui::GetScrollY() > 0) {
        list.AddRectFilledMultiColor(at, {right, at.y + depth}, solid, solid, clear, clear);
    }
    if (ImGui::GetScrollY() < ImGui::GetScrollMaxY()) {
        const float bottom = at.y + size.y;
        list.AddRectFilledMultiColor({at.x, bottom - depth}, {right, bottom}, clear, clear, solid,
                                     solid);
    }
}

} // namespace

void RunList::draw(const PanelInput& input, const Rect& rect) {
    const Theme& theme = input.theme;
    begin_card(input, "runs", rect, 10);
    if (rect.contains(ImGui::GetMousePos().x, ImGui::GetMousePos().y)) {
        input.view.hint_next = text::kHintRuns;
        input.view.over_run_list_next = true;
    }
    const float top = rect.y + theme.px(19); // the middle of the row
    ImGui::SetCursorScreenPos({ImGui::GetCursorScreenPos().x, top - theme.small->FontSize / 2});
    card_title(input, text::kRuns);
    Row order(rect.x + theme.px(14) + text_size(theme.small, text::kRuns).x, top);
    order.place(theme.px(kRunOrderSize), theme.px(kRunOrderSize));
    draw_run_order_button(input);
    const float wide = button_width(theme, text::kNewRun, Icon::kPlus);
    Row title(rect.right() - theme.px(10 + kAboutSize) - wide, top);
    title.place(wide + theme.px(2), theme.px(24));
    if (button(input, {.control = "new_run",
                       .label = text::kNewRun,
                       .icon = Icon::kPlus,
                       .look = Look::kQuiet,
                       .size = {wide, theme.px(24)}})) {
        toggle_new_run(input.view);
    }
    about_button(input, "runs", {rect.right() - theme.px(8 + kAboutSize / 2), top});
    ImGui::SetCursorScreenPos({rect.x + theme.px(10), rect.y + theme.px(36)});

    const float hint_height = rect.height > theme.px(660) ? theme.px(134) : 0;
    const float adding = theme.px(kAddingHeight);
    const float list_height =
        std::max(rect.bottom() - ImGui::GetCursorScreenPos().y - adding - hint_height - theme.px(8),
                 theme.px(60));
    ImGui::BeginChild("list", {0, list_height}, ImGuiChildFlags_None,
                      ImGuiWindowFlags_NavFlattened);
    if (input.book.runs().empty()) {
        paragraph(theme.text, theme.palette->muted, in_operation(text::kNoRuns, input.operation()));
    }
    const bool chosen_elsewhere = shown_selected_ != input.view.selected;
    shown_selected_ = input.view.selected;
    std::string order_shown;
    for (const RunRecord* const run : listed_runs(input.book, input.view)) {
        order_shown +=
            (order_shown.empty() ? "" : " ") + std::to_string(static_cast<std::uint32_t>(run->id));
        draw_run_card(input, *run);
        if (chosen_elsewhere && input.view.selected == run->id) {
            scroll_to_row(theme.px(kCardHeight));
        }
    }
    input.log.fact("run_order", order_shown);
    ImGui::Dummy({0, 0});
    fade_edges(theme);
    ImGui::EndChild();

    ImGui::SetCursorScreenPos(
        {ImGui::GetCursorScreenPos().x, rect.bottom() - adding - hint_height});
    draw_adding_buttons(input);

    if (hint_height > 0) {
        const ImVec2 at = ImGui::GetCursorScreenPos();
        const float line = at.y + theme.px(2);
        ImGui::GetWindowDrawList()->AddLine({at.x, line}, {rect.right() - theme.px(10), line},
                                            u32(theme.palette->line));
        ImGui::SetCursorScreenPos({at.x, at.y + theme.px(12)});
        paragraph(theme.small, theme.palette->muted,
                  in_operation(input.view.hint == nullptr ? text::kHintRest : input.view.hint,
                               input.operation()));
    }
    end_card();
}

} // namespace grokscope::ui
