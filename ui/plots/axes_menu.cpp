#include "ui/plots/axes_menu.h"

#include "ui/core/actions.h"
#include "ui/core/text.h"
#include "ui/kit/widgets.h"

#include <string>

namespace grokscope::ui {

namespace {

/// A row of exclusive choices; the index of the one pressed, else `chosen`.
std::size_t choice(const PanelInput& input, std::string_view control,
                   std::span<const char* const> labels, std::size_t chosen) {
    std::size_t result = chosen;
    for (std::size_t i = 0; i < labels.size(); ++i) {
        if (i > 0) {
            ImGui::SameLine(0, input.theme.px(3));
        }
        if (button(input, {.control = control,
                           .suffix = labels[i],
                           .label = labels[i],
                           .look = i == chosen ? Look::kSelected : Look::kQuiet})) {
            result = i;
        }
    }
    return result;
}

} // namespace

float draw_axes_button(const PanelInput& input, ImVec2 right) {
    const Theme& theme = input.theme;
    ViewState& view = input.view;
    const auto unit = static_cast<std::size_t>(view.settings.x_unit);
    const auto smoothing = static_cast<std::size_t>(view.settings.smoothing);
    const float width = menu_width(theme, text::kXUnits[unit]);
    const float height = theme.px(22);
    ImGui::SetCursorScreenPos({right.x - width - theme.px(4), right.y - height / 2});
    const bool plain = unit == 0 && smoothing == 0;
    if (button(input, {.control = "axes",
                       .label = text::kXUnits[unit],
                       .look = plain ? Look::kQuiet : Look::kSelected,
                       .size = {width, height},
                       .menu = true})) {
        open_menu(theme, "axes");
    }
    if (begin_menu(theme, "axes")) {
        const ActionContext context{input.book, view, input.commands};
        card_title(input, text::kXAxis);
        if (const std::size_t now = choice(input, "x_unit", text::kXUnits, unit); now != unit) {
            set_x_unit(context, static_cast<XUnit>(now));
        }
        card_title(input, text::kSmoothing);
        view.settings.smoothing =
            static_cast<Smoothing>(choice(input, "smoothing", text::kSmoothings, smoothing));
        text_in(theme.small, theme.palette->muted, text::kSmoothingMeaning);
        end_menu();
    }
    return right.x - width - theme.px(4);
}

} // namespace grokscope::ui
