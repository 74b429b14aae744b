#include "ui/runs/challenger_button.h"

#include "ui/kit/picture_kit.h"
#include "ui/kit/widgets.h"

#include <string>

namespace grokscope::ui {

bool draw_challenger_button(const PanelInput& input, std::string_view control,
                            const RunConfig& config, bool exists, ImVec2 size) {
    const Theme& theme = input.theme;
    const std::string label = config.label();
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const bool pressed = button(input, {.control = control,
                                        .suffix = label,
                                        .look = exists ? Look::kSelected : Look::kPlain,
                                        .size = size});
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const Palette& palette = *theme.palette;
    // The tick in the corner has room of its own.
    const float corner = exists ? theme.px(15) : 0;
    ImFont* const font =
        text_size(theme.text, label).x + corner + theme.px(4) <= size.x ? theme.text : theme.small;
    const float words = text_size(font, label).x;
    const float room = size.x - ((size.x + words) / 2 > size.x - corner ? corner : 0);
    draw_text(list, font, {at.x + (room - words) / 2, at.y + theme.px(5)}, palette.text, label);
    const ImVec2 chip{at.x + size.x / 2 - theme.px(22), at.y + theme.px(25)};
    if (exists) { // on the ground of the button some lines would hardly be seen
        list.AddRectFilled({chip.x - theme.px(6), chip.y - theme.px(2)},
                           {chip.x + theme.px(50), chip.y + theme.px(14)}, u32(palette.panel),
                           theme.px(4));
    }
    draw_chip(list, curve_style(config, theme.kind), chip, {theme.px(44), theme.px(12)},
              theme.scale, exists ? palette.panel : palette.raised, false);
    if (exists) {
        draw_icon(list, Icon::kCheck, {at.x + size.x - theme.px(10), at.y + theme.px(10)},
                  theme.px(9), u32(palette.text));
    }
    return pressed;
}

} // namespace grokscope::ui
