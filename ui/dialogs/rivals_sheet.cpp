#include "ui/dialogs/rivals_sheet.h"

#include "engine/protocol/rivals.h"
#include "ui/core/challengers.h"
#include "ui/core/rival_text.h"
#include "ui/kit/sheet.h"
#include "ui/kit/widgets.h"
#include "ui/runs/challenger_button.h"

#include <algorithm>
#include <string>

namespace grokscope::ui {

namespace {

/// A rival's button, and beside it what its rule does.
void draw_rival(const PanelInput& input, const ActionContext& context, const RunConfig& rival,
                const RunConfig& baseline) {
    const Theme& theme = input.theme;
    const ImVec2 row = ImGui::GetCursorPos();
    const ImVec2 size{theme.px(170), theme.px(42)};
    if (draw_challenger_button(input, "add_rival", rival, existing_rival(context, rival) != nullptr,
                               size)) {
        add_rival(context, rival);
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
    if (!view.is_open(Action::kRivals)) {
        return;
    }
    const Theme& theme = input.theme;
    const ActionContext context{input.book, view, input.commands};
    const bool stays = begin_sheet(
        input, window,
        {.id = "##rivals", .title = text::kRivals, .close = "close_rivals", .width = 720});
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {theme.px(8), theme.px(4)});
    paragraph(theme.text, theme.palette->text, text::kRivalsWhat);
    ImGui::Dummy({0, theme.px(6)});
    const RunConfig baseline = plain_config(context);
    for (const RunConfig& rival : rivals_on_offer(context)) {
        draw_rival(input, context, rival, baseline);
    }
    paragraph(theme.small, theme.palette->muted, text::kRivalsTogether);
    ImGui::PopStyleVar();
    end_sheet();
    if (!stays) {
        view.sheet = Action::kNone;
    }
}

} // namespace grokscope::ui
