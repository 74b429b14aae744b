#include "ui/views/reading_foot.h"

#include "ui/core/file_controller.h"
#include "ui/kit/action_row.h"
#include "ui/kit/widgets.h"
#include "ui/views/plane/plane_text.h"

#include <imgui.h>

#include <cmath>

namespace grokscope::ui {

void export_button(const PanelInput& input, std::string_view control, std::string_view view) {
    if (button(input, {.control = control, .label = text::kPlaneExport, .icon = Icon::kExport})) {
        input.files->choice.kind = ExportKind::kPicture;
        input.files->choice.picture.panel = view;
        ask_for(input, Action::kExport);
    }
}

void draw_reading_foot(const PanelInput& input, const ReadingFoot& foot) {
    const Theme& theme = input.theme;
    const float line = ImGui::GetCursorPosY();
    if (button(input,
               {.control = foot.measure, .label = foot.measure_label, .icon = Icon::kFlask})) {
        ask_for(input, Action::kLaboratory);
    }
    if (input.files != nullptr && input.files->available()) {
        ImGui::SameLine(0, theme.px(8));
        export_button(input, foot.exported, foot.view);
    }
    ImGui::SameLine(0, theme.px(12));
    ImGui::SetCursorPosY(std::round(line + (theme.px(30) - theme.mono->FontSize) / 2));
    text_in(theme.mono, theme.palette->muted, foot.command);
}

} // namespace grokscope::ui
