#include "ui/runs/adding_buttons.h"

#include "ui/core/challengers.h"
#include "ui/core/layout.h"
#include "ui/core/rival_text.h"
#include "ui/core/run_fields.h"
#include "ui/core/text.h"
#include "ui/kit/number_field.h"
#include "ui/kit/widgets.h"
#include "ui/runs/challenger_button.h"

#include <array>
#include <cmath>
#include <vector>

namespace grokscope::ui {

namespace {

/// The run that the button of this stencil stands for; only its look and label matter.
RunConfig of_stencil(const Stencil& stencil) {
    RunConfig config;
    config.stencil = stencil;
    return config;
}

void draw_stencil_button(const PanelInput& input, const Stencil& stencil, ImVec2 size,
                         const ActionContext& context) {
    if (draw_challenger_button(input, "add_stencil", of_stencil(stencil),
                               existing_with(context, stencil) != nullptr, size)) {
        add_stencil(context, stencil);
    }
    if (ImGui::IsItemHovered()) {
        input.view.hint_next = text::kHintStencils;
    }
}

/// Opens the list of rivals.
void draw_rivals_button(const PanelInput& input, ImVec2 size) {
    if (button(input, {.control = "rivals",
                       .label = text::kRivalsButton,
                       .look = input.view.is_open(Action::kRivals) ? Look::kSelected : Look::kPlain,
                       .size = size,
                       .menu = true})) {
        input.view.toggle_sheet(Action::kRivals);
    }
}

void draw_stencils(const PanelInput& input, const ActionContext& context) {
    const Theme& theme = input.theme;
    const auto& stencils = one_click_stencils();
    const float gap = theme.px(6);
    const float whole = ImGui::GetContentRegionAvail().x;
    const float third = std::floor((whole - 2 * gap) / 3);
    const float height = theme.px(42);
    const ImVec2 origin = ImGui::GetCursorScreenPos();
    for (std::size_t i = 0; i < stencils.size(); ++i) {
        const bool last = i + 1 == stencils.size(); // it ends the row that the rivals begin
        const auto column = static_cast<float>(last ? 1 : i % 3);
        const auto line = static_cast<float>(i / 3);
        ImGui::SetCursorScreenPos(
            {origin.x + column * (third + gap), origin.y + line * (height + gap)});
        draw_stencil_button(input, stencils[i], {last ? whole - third - gap : third, height},
                            context);
    }
    ImGui::SetCursorScreenPos({origin.x, origin.y + 2 * (height + gap)});
    draw_rivals_button(input, {third, height});
    ImGui::SetCursorScreenPos({origin.x, origin.y + 3 * (height + gap)});
}

void draw_toggles(const PanelInput& input, const ActionContext& context) {
    const Theme& theme = input.theme;
    const float gap = theme.px(6);
    const float whole = ImGui::GetContentRegionAvail().x;
    const float third = std::floor((whole - 2 * gap) / 3);
    const float width = std::floor((2 * third + gap - 2 * gap) / 3);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    static constexpr std::array<const char*, 3> kLabels{"-1", "0", "+1"};
    Stencil& draft = input.view.draft_stencil;
    for (int i = 0; i < 3; ++i) {
        const int offset = i - 1;
        const bool on = draft.contains(offset);
        ImGui::SetCursorScreenPos({at.x + static_cast<float>(i) * (width + gap), at.y});
        const char* label = kLabels[static_cast<std::size_t>(i)];
        if (button(input, {.control = "toggle",
                           .suffix = label,
                           .label = label,
                           .look = on ? Look::kSelected : Look::kPlain,
                           .size = {width, theme.px(30)}})) {
            std::vector<int> offsets = draft.offsets();
            if (on) {
                std::erase(offsets, offset);
            } else {
                offsets.push_back(offset);
            }
            draft = Stencil::of(offsets);
        }
    }
    ImGui::SetCursorScreenPos({at.x + 2 * (third + gap), at.y});
    if (button(input, {.control = "add_custom",
                       .label = text::kAdd,
                       .icon = Icon::kPlus,
                       .size = {whole - 2 * (third + gap), theme.px(30)},
                       .enabled = !draft.empty()})) {
        add_stencil(context, draft);
        draft = {};
    }
    ImGui::SetCursorScreenPos({at.x, at.y + theme.px(30) + gap});
}

/// The field for the seed of the next baseline and the button that adds it, `whole` pixels wide.
void draw_baseline(const PanelInput& input, const ActionContext& context, float whole) {
    const Theme& theme = input.theme;
    const float gap = theme.px(6);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float words = text_size(theme.small, text::kSeed).x + gap;
    draw_text(*ImGui::GetWindowDrawList(), theme.small,
              {at.x, at.y + (theme.px(30) - theme.small->FontSize) / 2}, theme.palette->muted,
              text::kSeed);
    const float field = std::floor((whole - words - gap) * 0.42F);
    ImGui::SetCursorScreenPos({at.x + words, at.y});
    begin_field(theme, field);
    (void)number_field(input, {.control = "baseline_seed", .thing = "the seed"},
                       input.view.baseline_seed);
    end_field();
    ImGui::SetCursorScreenPos({at.x + words + field + gap, at.y});
    if (button(input, {.control = "add_baseline",
                       .label = text::kAddBaseline,
                       .size = {whole - words - field - gap, theme.px(30)},
                       .enabled = number_refused(input.view, "baseline_seed").empty()})) {
        add_baseline(context, input.view.baseline_seed);
        ++input.view.baseline_seed;
    }
    ImGui::SetCursorScreenPos({at.x, at.y + theme.px(30) + gap});
}

} // namespace

void draw_adding_buttons(const PanelInput& input) {
    const ActionContext context{input.book, input.view, input.commands};
    card_title(input, text::kAddStencil);
    draw_stencils(input, context);
    draw_toggles(input, context);
    draw_baseline(input, context, ImGui::GetContentRegionAvail().x);
}

void draw_adding_bar(const PanelInput& input, const Rect& rect) {
    const Theme& theme = input.theme;
    const ActionContext context{input.book, input.view, input.commands};
    const float gap = theme.px(6);
    const float left = rect.x + theme.px(8);
    const float whole = rect.width - theme.px(16);
    const bool one_line = adding_lines(rect.width, theme.scale) == 1;
    const float baseline = one_line ? theme.px(240) : whole;
    const float buttons = one_line ? whole - baseline - 2 * gap : whole;
    const float top = rect.y + theme.px(4);
    const auto& stencils = one_click_stencils();
    const float width = std::floor((buttons + gap) / static_cast<float>(stencils.size() + 1) - gap);
    float x = left;
    for (const Stencil& stencil : stencils) {
        ImGui::SetCursorScreenPos({x, top});
        draw_stencil_button(input, stencil, {width, theme.px(42)}, context);
        x += width + gap;
    }
    ImGui::SetCursorScreenPos({x, top});
    draw_rivals_button(input, {width, theme.px(42)});
    ImGui::SetCursorScreenPos({left + whole - baseline, top + theme.px(one_line ? 6 : 48)});
    draw_baseline(input, context, baseline);
}

} // namespace grokscope::ui
