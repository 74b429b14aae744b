#include "ui/dialogs/measure_fields.h"

#include "ui/core/lab_text.h"
#include "ui/core/shortcuts.h"
#include "ui/core/text.h"
#include "ui/kit/number_field.h"
#include "ui/kit/widgets.h"

#include <algorithm>
#include <string>

namespace grokscope::ui {

namespace {

constexpr float kNumber = 74; ///< at 100 %
constexpr float kFieldGap = 6;

std::string name_on_switch(const InstrumentSpec& instrument) {
    return text::capitalised(instrument.label);
}

/// Of each switch, so that what stands beside them makes a column.
float switch_width(const Theme& theme) {
    float widest = 0;
    for (const InstrumentSpec& instrument : instruments()) {
        widest =
            std::max(widest, button_width(theme, name_on_switch(instrument).c_str(), Icon::kBox));
    }
    return widest;
}

} // namespace

void row_words(const Theme& theme, const char* words) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float height = theme.px(30);
    const float width =
        draw_text(*ImGui::GetWindowDrawList(), theme.small,
                  {at.x, at.y + (height - theme.small->FontSize) / 2}, theme.palette->muted, words);
    ImGui::Dummy({width, height});
}

bool measure_switch(const PanelInput& input, const MeasureControls& controls,
                    const InstrumentSpec& instrument, bool on) {
    const std::string label = name_on_switch(instrument);
    const std::string about = instrument.sentence + "\n" + control(controls.on).tooltip;
    return button(input, {.control = controls.on,
                          .suffix = instrument.id,
                          .label = label.c_str(),
                          .icon = switch_icon(on),
                          .look = on ? Look::kSelected : Look::kPlain,
                          .size = {switch_width(input.theme), 0},
                          .from_left = true,
                          .tooltip = about.c_str()});
}

EveryEdit every_field(const PanelInput& input, std::string_view control, std::string_view suffix,
                      int& every) {
    const Theme& theme = input.theme;
    const float gap = theme.px(kFieldGap);
    row_words(theme, text::kLabEvery);
    ImGui::SameLine(0, gap);
    begin_field(theme, theme.px(kNumber));
    const bool changed =
        number_field(input,
                     {.control = control,
                      .thing = text::kLabThing,
                      .suffix = suffix,
                      .range = SettingRange{MeasurePlan::kLeast, MeasurePlan::kMost}},
                     every);
    const bool active = ImGui::IsItemActive();
    const bool done = ImGui::IsItemDeactivatedAfterEdit();
    end_field();
    ImGui::SameLine(0, gap);
    row_words(theme, every == 1 ? text::kLabEpoch : text::kLabEpochs);
    const bool refused = !number_refused(input.view, std::string(control).append(suffix)).empty();
    return done && !refused    ? EveryEdit::kDone
           : active || changed ? EveryEdit::kTyping
                               : EveryEdit::kNone;
}

void draw_measure(const PanelInput& input, const MeasureControls& controls,
                  const InstrumentSpec& instrument, MeasurePlan& plan) {
    const bool on = plan.every(instrument.id) > 0;
    ImGui::BeginGroup();
    const float top = ImGui::GetCursorPosY();
    if (measure_switch(input, controls, instrument, on)) {
        plan.set(instrument.id, on ? 0 : instrument.default_every);
    }
    if (on) {
        ImGui::SameLine(0, input.theme.px(kFieldGap + 4));
        ImGui::SetCursorPosY(top);
        int every = plan.every(instrument.id);
        if (every_field(input, controls.every, instrument.id, every) != EveryEdit::kNone &&
            plan.every(instrument.id) > 0) {
            plan.set(instrument.id, every);
        }
    }
    ImGui::EndGroup();
}

float measure_width(const Theme& theme) {
    return switch_width(theme) + text_size(theme.small, text::kLabEvery).x +
           text_size(theme.small, text::kLabEpochs).x + theme.px(kNumber + 3 * kFieldGap + 4);
}

} // namespace grokscope::ui
