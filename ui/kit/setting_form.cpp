#include "ui/kit/setting_form.h"

#include "ui/core/run_fields.h"
#include "ui/kit/number_field.h"
#include "ui/kit/widgets.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <type_traits>

namespace grokscope::ui {

namespace {

/// Whether a field of this name is one of the form's.
bool of_form(const auto& named) {
    return named.first.starts_with("field_");
}

} // namespace

FormGrid::FormGrid(const Theme& theme)
    : theme_(theme), whole_(ImGui::GetContentRegionAvail().x), gap_(theme.px(kGap)),
      width_(cell_width(theme)), origin_(ImGui::GetCursorPos()), bottom_(origin_.y) {
}

float FormGrid::cell_width(const Theme& theme) {
    const float whole = ImGui::GetContentRegionAvail().x;
    return std::floor((whole - (kColumns - 1) * theme.px(kGap)) / kColumns);
}

float FormGrid::rest() const {
    return whole_ - static_cast<float>(column_) * (width_ + gap_);
}

void FormGrid::begin_cell() {
    ImGui::SetCursorPos({origin_.x + static_cast<float>(column_) * (width_ + gap_), origin_.y});
    ImGui::BeginGroup();
}

void FormGrid::end_cell() {
    ImGui::EndGroup();
    bottom_ = std::max(bottom_, ImGui::GetCursorPosY());
    if (++column_ == kColumns) {
        column_ = 0;
        origin_.y = bottom_ + theme_.px(8);
    }
}

void FormGrid::end_row() {
    ImGui::EndGroup();
    ImGui::SetCursorPosY(std::max(bottom_, ImGui::GetCursorPosY()));
}

void forget_wrong_fields(ViewState& view) {
    std::erase_if(view.wrong_numbers, [](const auto& typed) { return of_form(typed); });
}

std::vector<std::string> mistakes_in(const ViewState& view, const RunConfig& config) {
    std::vector<std::string> mistakes;
    for (const auto& typed : view.wrong_numbers) {
        if (of_form(typed)) {
            mistakes.push_back(typed.second.sentence);
        }
    }
    std::ranges::copy(config.validate(), std::back_inserter(mistakes));
    return mistakes;
}

void tell(const SettingForm& form, std::string_view mistake, std::string_view meaning,
          float width) {
    const Theme& theme = form.input.theme;
    ImGui::PushTextWrapPos(ImGui::GetCursorPosX() + width);
    text_in(theme.small, mistake.empty() ? theme.palette->muted : theme.palette->text,
            mistake.empty() ? meaning : mistake);
    ImGui::PopTextWrapPos();
}

void explain(const SettingForm& form, std::string_view option, std::string_view meaning,
             float width) {
    const Theme& theme = form.input.theme;
    const std::string mistake = as_sentence(mistake_about(option, form.mistakes));
    if (!mistake.empty()) {
        ImGui::GetWindowDrawList()->AddRect(ImGui::GetItemRectMin(), ImGui::GetItemRectMax(),
                                            u32(theme.palette->warning), theme.px(6), 0,
                                            theme.px(2));
        form.input.log.fact("mistake " + std::string(option), mistake);
    } else {
        form.input.log.fact("mistake " + std::string(option), "");
    }
    tell(form, mistake, meaning, width);
}

void label(const SettingForm& form, std::string_view words) {
    text_in(form.input.theme.text, form.input.theme.palette->text, words);
}

void draw_setting(SettingForm& form, const Setting& setting, float width) {
    label(form, setting.form.label);
    const std::string thing =
        std::string(setting.form.label) + " (" + std::string(setting.option) + ")";
    visit_value(setting, form.config, [&]<typename Value>(Value& value) {
        if constexpr (std::is_arithmetic_v<Value> && !std::is_same_v<Value, bool>) {
            begin_field(form.input.theme, width);
            (void)number_field(form.input, {setting.form.control, thing, false}, value);
            end_field();
        } else if constexpr (std::is_enum_v<Value>) {
            const auto shown = static_cast<std::size_t>(value);
            const std::string chosen(setting.choices[shown]);
            if (begin_choice(form.input, setting.form.control, chosen.c_str(), width)) {
                for (std::size_t i = 0; i < setting.choices.size(); ++i) {
                    if (ImGui::Selectable(std::string(setting.choices[i]).c_str(), i == shown)) {
                        value = static_cast<Value>(i);
                    }
                    describe_item(form.input, setting.form.control, setting.choices[i]);
                }
                end_choice();
            }
        }
    });
    explain(form, setting.option, meaning_of(setting), width);
}

} // namespace grokscope::ui
