#include "ui/runs/look_menu.h"

#include "ui/core/file_controller.h"
#include "ui/core/run_looks.h"
#include "ui/core/text.h"
#include "ui/kit/widgets.h"

#include <algorithm>
#include <array>
#include <string>

namespace grokscope::ui {

namespace {

/// One colour to choose, as a square; pressed: chosen.
bool swatch(const PanelInput& input, const Color& color, std::size_t index, bool chosen) {
    const Theme& theme = input.theme;
    const ImVec2 size{theme.px(28), theme.px(28)};
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const bool pressed = button(input, {.control = "run_color",
                                        .suffix = std::to_string(index),
                                        .look = chosen ? Look::kSelected : Look::kQuiet,
                                        .size = size});
    const float inside = theme.px(5);
    ImGui::GetWindowDrawList()->AddRectFilled({at.x + inside, at.y + inside},
                                              {at.x + size.x - inside, at.y + size.y - inside},
                                              u32(color), theme.px(4));
    return pressed;
}

} // namespace

void draw_look_menu(const PanelInput& input, const RunRecord& run) {
    const Theme& theme = input.theme;
    if (begin_menu(theme, "look")) {
        RunLook look = input.view.arrangement.looks[run.id];
        card_title(input, text::kRunName);
        std::array<char, 64> buffer{};
        look.name.copy(buffer.data(), buffer.size() - 1);
        ImGui::SetNextItemWidth(theme.px(8 * 31 - 3));
        if (ImGui::IsWindowAppearing()) {
            ImGui::SetKeyboardFocusHere();
        }
        const bool done =
            ImGui::InputTextWithHint("##name", run.config.label().c_str(), buffer.data(),
                                     buffer.size(), ImGuiInputTextFlags_EnterReturnsTrue);
        describe_item(input, "run_name");
        look.name = buffer.data();
        card_title(input, text::kRunColor);
        const auto colors = user_colors(theme.kind);
        for (std::size_t i = 0; i < colors.size(); ++i) {
            if (i > 0) {
                ImGui::SameLine(0, theme.px(3));
            }
            if (swatch(input, colors[i], i, look.color == static_cast<int>(i))) {
                look.color = static_cast<int>(i);
            }
        }
        if (input.view.elsewhere.contains(run.id) && input.files != nullptr &&
            button(input, {.control = "read_again", .label = text::kReadAgain})) {
            input.files->read_again(run.id);
            ImGui::CloseCurrentPopup();
        }
        if (button(input, {.control = "plain_look",
                           .label = text::kPlainLook,
                           .enabled = look != RunLook{}})) {
            look = {};
        }
        input.view.arrangement.looks[run.id] = look;
        if (look == RunLook{}) {
            input.view.arrangement.looks.erase(run.id);
        }
        if (done) {
            ImGui::CloseCurrentPopup();
        }
        end_menu();
    }
}

} // namespace grokscope::ui
