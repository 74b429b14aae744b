#include "ui/views/theory/theory_settings.h"

#include "ui/core/text.h"
#include "ui/core/theory_text.h"
#include "ui/core/theory_view.h"
#include "ui/kit/number_field.h"
#include "ui/kit/picture_kit.h"
#include "ui/kit/widgets.h"

#include <array>
#include <cmath>
#include <string>
#include <type_traits>
#include <variant>

namespace grokscope::ui {

namespace {

constexpr float kField = 84; ///< width of a field, at 100 %
/// Least beta that its slider has; 0 is the switch's.
constexpr double kLeastBeta = 1e-4;

constexpr std::array kOperationControls{"theory_add", "theory_sub", "theory_mul", "theory_div"};
static_assert(kOperationControls.size() == kSfmOperations);
constexpr std::array kTargetControls{"theory_flat", "theory_labels", "theory_random"};
static_assert(kTargetControls.size() == kSfmTargetNames.size());

/// What the number can be beside the other settings.
SettingRange range_of(const SfmNumber& number, const SfmSettings& settings) {
    SettingRange range = number.range;
    if (number.option == "--n" && settings.order() > 0) {
        range.high = settings.most_pairs();
    }
    return range;
}

bool is_logarithmic(const SfmNumber& number) {
    return number.option == "--beta" || number.option == "--epsilon";
}

/// True when it moved `value`.
bool slide(const SfmNumber&, const SettingRange& range, int& value) {
    return ImGui::SliderInt("##slider", &value, static_cast<int>(range.low),
                            static_cast<int>(range.high), "", kDragged);
}

bool slide(const SfmNumber& number, const SettingRange& range, double& value) {
    const bool log = is_logarithmic(number);
    const double least = number.option == "--beta" ? kLeastBeta : range.low;
    const auto place = [&](double at) { return static_cast<float>(log ? std::log10(at) : at); };
    float at = place(std::max(value, least));
    if (!ImGui::SliderFloat("##slider", &at, place(least), place(range.high), "", kDragged)) {
        return false;
    }
    // Three digits, as they can be read off and typed again.
    const double moved = log ? std::pow(10.0, static_cast<double>(at)) : static_cast<double>(at);
    const double digit = std::pow(10.0, std::floor(std::log10(moved)) - 2);
    value = std::round(moved / digit) * digit;
    return true;
}

/// Name and field on one line, the slider below. True when the slider was moved.
bool draw_number(const PanelInput& input, const SfmNumber& number, SfmSettings& wanted,
                 float width) {
    const Theme& theme = input.theme;
    const std::string control = "theory_" + std::string(number.option.substr(2));
    const SettingRange range = range_of(number, wanted);
    bool moved = false;
    ImGui::PushID(control.c_str());
    const ImVec2 at = ImGui::GetCursorPos();
    ImGui::SetCursorPosY(at.y + theme.px(6));
    text_in(theme.small, theme.palette->text,
            fitted(theme.small, number.label, width - theme.px(kField + 6)));
    ImGui::SetCursorPos({at.x + width - theme.px(kField), at.y});
    std::visit(
        [&](auto field) {
            using Value = std::remove_reference_t<decltype(wanted.*field)>;
            begin_field(theme, theme.px(kField));
            (void)number_field(input, {.control = control, .thing = number.thing, .range = range},
                               wanted.*field);
            end_field();
            if constexpr (!std::is_same_v<Value, std::uint32_t>) { // a seed has no more or less
                ImGui::SetCursorPosX(at.x);
                begin_slider(theme, width);
                moved = slide(number, range, wanted.*field);
                end_slider();
                describe_item(input, "theory_slider", number.option.substr(2));
            }
        },
        number.field);
    ImGui::PopID();
    return moved;
}

void draw_choices(const PanelInput& input, SfmSettings& wanted) {
    const Theme& theme = input.theme;
    const auto title = [&](const char* words) {
        text_in(theme.small, theme.palette->muted, words);
    };
    title(text::kTheoryOperation);
    std::array<Choice, kSfmOperations> operations{};
    for (std::size_t i = 0; i < operations.size(); ++i) {
        operations[i] = {kOperationControls[i], kOperations[i].sign.data(),
                         wanted.operation == kOperations[i].operation};
    }
    if (const auto pressed = choose(input, operations)) {
        wanted.operation = kOperations[*pressed].operation;
    }
    title(text::kTheoryTarget);
    std::array<Choice, kSfmTargetNames.size()> targets{};
    for (std::size_t i = 0; i < targets.size(); ++i) {
        targets[i] = {kTargetControls[i], kSfmTargetNames[i].data(),
                      wanted.target == static_cast<SfmTarget>(i)};
    }
    if (const auto pressed = choose(input, targets)) {
        wanted.target = static_cast<SfmTarget>(*pressed);
    }
}

} // namespace

void begin_slider(const Theme& theme, float width) {
    ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {theme.px(6), theme.px(1)});
    ImGui::PushFont(theme.small);
    ImGui::SetNextItemWidth(width);
}

void end_slider() {
    ImGui::PopFont();
    ImGui::PopStyleVar();
}

void draw_theory_settings(const PanelInput& input, float width, int columns) {
    const Theme& theme = input.theme;
    SfmSettings& settings = input.view.arrangement.theory;
    const ImVec2 origin = ImGui::GetCursorPos();
    const float gap = theme.px(18);
    const float cell =
        (width - gap * static_cast<float>(columns - 1)) / static_cast<float>(columns);
    SfmSettings wanted = settings;
    ImGui::BeginGroup();
    draw_choices(input, wanted);
    const bool gate = settings.beta > 0;
    ImGui::Dummy({0, theme.px(2)});
    if (button(input, {.control = "theory_gate",
                       .label = text::kTheoryGate,
                       .icon = switch_icon(gate),
                       .look = gate ? Look::kSelected : Look::kPlain})) {
        toggle_gate(settings, input.view.theory);
        wanted.beta = settings.beta;
    }
    ImGui::Dummy({0, theme.px(2)});
    float top = ImGui::GetCursorPosY();
    float foot = top;
    int column = 0;
    for (const SfmNumber& number : sfm_numbers()) {
        ImGui::SetCursorPos({origin.x + (cell + gap) * static_cast<float>(column), top});
        if (draw_number(input, number, wanted, cell) && number.option == "--p") {
            // It stops where the operation has a group; what is typed is told.
            wanted.p = possible_p(wanted.operation, settings.p, wanted.p);
        }
        foot = std::max(foot, ImGui::GetCursorPosY());
        column = (column + 1) % columns;
        if (column == 0) {
            top = foot;
        }
    }
    ImGui::SetCursorPos({origin.x, foot});
    ImGui::Dummy({width, 0});
    ImGui::EndGroup();
    set_theory(settings, input.view.theory, wanted);
}

} // namespace grokscope::ui
