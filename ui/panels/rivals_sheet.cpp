#include "ui/panels/rivals_sheet.h"

#include "engine/protocol/rivals.h"
#include "ui/challengers.h"
#include "ui/panels/challenger_button.h"
#include "ui/panels/sheet.h"
#include "ui/rival_text.h"
#include "ui/widgets.h"

#include <algorithm>
#include <string>

namespace grokscope::ui {

namespace {

/// A rival's button, and beside it what its rule does.
void draw_rival(const PanelInput& input, const Desk& desk, const RunConfig& rival,
                const RunConfig& baseline) {
    const Theme& theme = input.theme;
    const ImVec2 row = ImGui::GetCursorPos();
    const ImVec2 size{theme.px(170), theme.px(42)};
    if (draw_challenger_button(input, "add_rival", rival, existing_rival(desk, rival) != nullptr,
                               size)) {
        add_rival(desk, rival);
    }
    const float foot = ImGui::GetCursorPosY();
    const Setting* const rule = rule_of(rival);
    ImGui::SetCursorPos({row.x + size.x + theme.px(14), row.y + theme.px(2)});
    ImGui::BeginGroup();
    ImGui::PushTextWrapPos(0);
    text_in(theme.text, theme.palette->text, rule->rival_meaning);
    text_in(theme.small, theme.palette->muted, decay_beside(rival, baseline));
    ImGui::PopTextWrapPos();
    ImGui::EndGroup();
    ImGui::SetCursorPos({row.x, std::max(foot, ImGui::GetCursorPosY()) + theme.px(8)});
}

} // namespace

void draw_rivals_sheet(const PanelInput& input, const Rect& window) {
    ViewState& view = input.view;
    if (!view.rivals_open) {
        return;
    }
    const Theme& theme = input.theme;
    const Desk desk{input.book, view, input.commands};
    const bool stays = begin_sheet(
        input, window,
        {.id = "##rivals", .title = text::kRivals, .close = "close_rivals", .width = 720});
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {theme.px(8), theme.px(4)});
    ImGui::PushTextWrapPos(0);
    text_in(theme.text, theme.palette->text, text::kRivalsWhat);
    ImGui::PopTextWrapPos();
    ImGui::Dummy({0, theme.px(6)});
    const RunConfig baseline = plain_config(desk);
    for (const RunConfig& rival : rivals_on_offer(desk)) {
        draw_rival(input, desk, rival, baseline);
    }
    ImGui::PushTextWrapPos(0);
    text_in(theme.small, theme.palette->muted, text::kRivalsTogether);
    ImGui::PopTextWrapPos();
    ImGui::PopStyleVar();
    end_sheet();
    view.rivals_open = view.rivals_open && stays;
}

} // namespace grokscope::ui
