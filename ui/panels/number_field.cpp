#include "ui/panels/number_field.h"

#include "engine/protocol/number_text.h"
#include "ui/run_fields.h"
#include "ui/widgets.h"

#include <array>
#include <cstdio>

namespace grokscope::ui {

namespace {

constexpr std::size_t kRoom = 64; ///< characters; no number needs half of it

template <typename Number>
std::string words_of(Number value) {
    if constexpr (std::is_floating_point_v<Number>) {
        std::array<char, 32> words{};
        std::snprintf(words.data(), words.size(), "%.6g", value);
        return words.data();
    } else {
        return std::to_string(value);
    }
}

/// Takes `text` into `value`; else notes why not. True when it is a number that fits.
template <typename Number>
bool take(ViewState& view, const NumberField& field, const std::string& text, Number& value) {
    Mistakes mistakes;
    if (const auto number = parse_number<Number>(field.thing, text, mistakes)) {
        view.wrong_numbers.erase(std::string(field.control));
        const bool changed = *number != value;
        value = *number;
        return changed;
    }
    view.wrong_numbers[std::string(field.control)] = {text, mistakes.front(), words_of(value)};
    return false;
}

/// The sentence in a small window under the item just made; the mouse goes through it.
void tell_below(const PanelInput& input, std::string_view control, const std::string& sentence) {
    const Theme& theme = input.theme;
    const ImVec2 low = ImGui::GetItemRectMin();
    const ImVec2 high = ImGui::GetItemRectMax();
    const float width = theme.px(300);
    const float right = ImGui::GetIO().DisplaySize.x - theme.px(8);
    ImGui::SetNextWindowPos(
        {std::max(std::min(low.x, right - width), theme.px(8)), high.y + theme.px(6)});
    ImGui::SetNextWindowSize({width, 0});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {theme.px(12), theme.px(9)});
    ImGui::PushStyleColor(ImGuiCol_WindowBg, ImGui::GetStyleColorVec4(ImGuiCol_PopupBg));
    ImGui::PushStyleColor(ImGuiCol_Border, vec4(theme.palette->warning));
    ImGui::Begin(("##refused " + std::string(control)).c_str(), nullptr,
                 ImGuiWindowFlags_Tooltip | ImGuiWindowFlags_NoDecoration |
                     ImGuiWindowFlags_NoInputs | ImGuiWindowFlags_NoSavedSettings |
                     ImGuiWindowFlags_NoMove | ImGuiWindowFlags_AlwaysAutoResize);
    draw_shadow(theme, theme.px(8));
    ImGui::PushTextWrapPos(width - theme.px(12));
    text_in(theme.text, theme.palette->text, sentence);
    ImGui::PopTextWrapPos();
    ImGui::End();
    ImGui::PopStyleColor(2);
    ImGui::PopStyleVar();
}

void explain(const PanelInput& input, const NumberField& field) {
    const std::string_view wrong = number_refused(input.view, field.control);
    input.log.fact("refused " + std::string(field.control), wrong);
    if (wrong.empty()) {
        describe_item(input, field.control);
        return;
    }
    const std::string sentence = as_sentence(wrong);
    describe_item(input, field.control, {}, true, sentence.c_str());
    const Theme& theme = input.theme;
    ImGui::GetWindowDrawList()->AddRect(ImGui::GetItemRectMin(), ImGui::GetItemRectMax(),
                                        u32(theme.palette->warning), theme.px(6), 0, theme.px(2));
    if (field.tells) {
        tell_below(input, field.control, sentence);
    }
}

} // namespace

std::string_view number_refused(const ViewState& view, std::string_view control) {
    const auto found = view.wrong_numbers.find(control);
    return found == view.wrong_numbers.end() ? std::string_view() : found->second.sentence;
}

template <typename Number>
bool number_field(const PanelInput& input, const NumberField& field, Number& value) {
    auto& wrong = input.view.wrong_numbers;
    const std::string now = words_of(value);
    auto refused = wrong.find(field.control);
    if (refused != wrong.end() && refused->second.instead != now) { // another one was put in
        wrong.erase(refused);
        refused = wrong.end();
    }
    const std::string& shown = refused == wrong.end() ? now : refused->second.text;
    std::array<char, kRoom> buffer{};
    shown.copy(buffer.data(), buffer.size() - 1);
    ImGui::PushID(field.control.data(), field.control.data() + field.control.size());
    const bool edited = ImGui::InputText("##number", buffer.data(), buffer.size(),
                                         ImGuiInputTextFlags_AutoSelectAll);
    ImGui::PopID();
    const bool changed = edited && take(input.view, field, buffer.data(), value);
    explain(input, field);
    return changed;
}

template bool number_field(const PanelInput&, const NumberField&, std::uint32_t&);
template bool number_field(const PanelInput&, const NumberField&, int&);
template bool number_field(const PanelInput&, const NumberField&, double&);

} // namespace grokscope::ui
