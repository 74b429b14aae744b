#include "ui/kit/number_field.h"

#include "engine/protocol/number_text.h"
#include "ui/core/run_fields.h"
#include "ui/kit/widgets.h"

#include <array>
#include <cstdio>
#include <utility>

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

/// That a number does not lie in the field's range.
std::string beyond(const NumberField& field, const std::string& got) {
    return std::string(field.thing) + " must lie between " + words_of(field.range->low) + " and " +
           words_of(field.range->high) + ", got " + got;
}

/// Takes `text` into `value`; else notes why not, and `value` is `before` again: the first digits
/// of a number that is refused were taken as they came. True when `value` was changed.
template <typename Number>
bool take(ViewState& view, const NumberField& field, const std::string& text, Number before,
          Number& value) {
    Mistakes mistakes;
    const auto number = parse_number<Number>(field.thing, text, mistakes);
    if (number && field.range && (*number < field.range->low || *number > field.range->high)) {
        mistakes.push_back(beyond(field, words_of(*number)));
    }
    const Number taken = mistakes.empty() ? *number : before;
    if (mistakes.empty()) {
        view.wrong_numbers.erase(field.name());
    } else {
        view.wrong_numbers[field.name()] = {text, mistakes.front(), words_of(before)};
    }
    return std::exchange(value, taken) != taken;
}

/// The sentence in a small window under the item just made; the mouse goes through it.
void tell_below(const PanelInput& input, const std::string& name, const std::string& sentence) {
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
    ImGui::Begin(("##refused " + name).c_str(), nullptr,
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
    const std::string_view wrong = number_refused(input.view, field.name());
    input.log.fact("refused " + field.name(), wrong);
    if (wrong.empty()) {
        describe_item(input, field.control, field.suffix);
        return;
    }
    const std::string sentence = as_sentence(wrong);
    describe_item(input, field.control, field.suffix, true, sentence.c_str());
    const Theme& theme = input.theme;
    ImGui::GetWindowDrawList()->AddRect(ImGui::GetItemRectMin(), ImGui::GetItemRectMax(),
                                        u32(theme.palette->warning), theme.px(6), 0, theme.px(2));
    if (field.tells) {
        tell_below(input, field.name(), sentence);
    }
}

} // namespace

std::string_view number_refused(const ViewState& view, std::string_view name) {
    const auto found = view.wrong_numbers.find(name);
    return found == view.wrong_numbers.end() ? std::string_view() : found->second.sentence;
}

template <typename Number>
bool number_field(const PanelInput& input, const NumberField& field, Number& value) {
    auto& wrong = input.view.wrong_numbers;
    const std::string now = words_of(value);
    const std::string name = field.name();
    auto refused = wrong.find(name);
    if (refused != wrong.end() && refused->second.instead != now) { // another one was put in
        wrong.erase(refused);
        refused = wrong.end();
    }
    const std::string& shown = refused == wrong.end() ? now : refused->second.text;
    std::array<char, kRoom> buffer{};
    shown.copy(buffer.data(), buffer.size() - 1);
    ImGui::PushID(name.c_str());
    const bool edited = ImGui::InputText("##number", buffer.data(), buffer.size(),
                                         ImGuiInputTextFlags_AutoSelectAll);
    ImGui::PopID();
    auto& from = input.view.typed_from;
    if (edited && (!from || from->field != name)) {
        from = {name, static_cast<double>(value)};
    }
    const bool changed =
        edited && take(input.view, field, buffer.data(), static_cast<Number>(from->number), value);
    if (ImGui::IsItemDeactivated() && from && from->field == name) {
        from.reset();
    }
    explain(input, field);
    return changed;
}

template bool number_field(const PanelInput&, const NumberField&, std::uint32_t&);
template bool number_field(const PanelInput&, const NumberField&, int&);
template bool number_field(const PanelInput&, const NumberField&, double&);

} // namespace grokscope::ui
