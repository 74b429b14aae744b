#include "ui/runs/run_chips.h"

#include "ui/core/actions.h"
#include "ui/core/run_looks.h"
#include "ui/core/run_order.h"
#include "ui/kit/widgets.h"
#include "ui/plots/plot_marks.h"

#include <string>

namespace grokscope::ui {

void draw_run_chips(const PanelInput& input, const Rect& rect) {
    const Theme& theme = input.theme;
    const ActionContext context{input.book, input.view, input.commands};
    Row row(rect.x + theme.px(8), rect.y + rect.height / 2);
    for (const RunRecord* const run : listed_runs(input.book, input.view)) {
        const std::string name = run_label(input.view, *run, several_seeds(input.book));
        const float width = text_size(theme.text, name).x + theme.px(58);
        if (row.x() + width > rect.right()) {
            break; // PgUp and PgDn still reach the rest
        }
        row.place(width + theme.px(4), theme.px(28));
        const ImVec2 at = ImGui::GetCursorScreenPos();
        const std::string number = std::to_string(static_cast<std::uint32_t>(run->id));
        const bool chosen = input.view.selected == run->id;
        if (button(input, {.control = "chip",
                           .suffix = number,
                           .look = chosen ? Look::kSelected : Look::kQuiet,
                           .size = {width, theme.px(28)}})) {
            select_run(context, run->id);
        }
        if (ImGui::IsItemHovered()) {
            input.view.hovered_next = run->id;
        }
        ImDrawList& list = *ImGui::GetWindowDrawList();
        draw_chip(list, run_style(input.view, *run, theme.kind),
                  {at.x + theme.px(8), at.y + theme.px(5)}, {theme.px(30), theme.px(18)},
                  theme.scale, theme.palette->panel, !input.view.visible(run->id));
        draw_text(list, theme.text,
                  {at.x + theme.px(46), at.y + theme.px(14) - theme.text->FontSize / 2},
                  theme.palette->text, name);
    }
}

} // namespace grokscope::ui
