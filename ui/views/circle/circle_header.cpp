#include "ui/views/circle/circle_header.h"

#include "engine/protocol/frequencies.h"
#include "ui/core/picture_text.h"
#include "ui/core/text.h"
#include "ui/kit/picture_kit.h"
#include "ui/kit/widgets.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

namespace grokscope::ui {

namespace {

/// Nothing is typed into a slider: ImGui would bend a number to fit without a word.
constexpr ImGuiSliderFlags kDragged = ImGuiSliderFlags_AlwaysClamp | ImGuiSliderFlags_NoInput;

void draw_frequency_choice(const PanelInput& input, const RunRecord* run, int frequency) {
    ViewState& view = input.view;
    const int last =
        run == nullptr
            ? 1
            : std::max(largest_frequency(run->task.index(view.settings.plain_order).order()), 1);
    const std::string name = "k = " + std::to_string(frequency);
    const std::array steps{Choice{"circle_previous", "<", false},
                           Choice{"circle_frequency", name.c_str(), false, Choice::Kind::kMenu},
                           Choice{"circle_next", ">", false}};
    if (const auto pressed = choose(input, steps); pressed && run != nullptr) {
        if (*pressed == 1) {
            open_menu(input.theme, "circle_frequencies");
        } else {
            view.settings.frequency = (frequency - 1 + (*pressed == 0 ? last - 1 : 1)) % last + 1;
        }
    }
    if (begin_menu(input.theme, "circle_frequencies")) {
        if (run != nullptr) {
            const bool own = !view.settings.plain_order || !run->task.has_two_orders();
            for (const int k :
                 own ? key_frequencies_at(*run, run->last_epoch()) : std::span<const int>()) {
                if (ImGui::Selectable(("k = " + std::to_string(k)).c_str(), k == frequency)) {
                    view.settings.frequency = k;
                }
            }
            ImGui::Separator();
            int chosen = frequency;
            ImGui::SetNextItemWidth(input.theme.px(120));
            if (ImGui::SliderInt("##k", &chosen, 1, last, "", kDragged)) {
                view.settings.frequency = chosen;
            }
            describe_item(input, "circle_slider");
            // Beside it, where the knob does not come, and with room for the widest.
            ImGui::SameLine(0, input.theme.px(8));
            const ImVec2 at = ImGui::GetCursorScreenPos();
            ImFont* const font = input.theme.text;
            ImGui::Dummy({text_size(font, "k = " + std::to_string(last)).x, font->FontSize});
            draw_text(*ImGui::GetWindowDrawList(), font,
                      {at.x, at.y + (ImGui::GetFrameHeight() - font->FontSize) / 2},
                      input.theme.palette->text, "k = " + std::to_string(chosen));
        }
        end_menu();
    }
    ImGui::SameLine(0, input.theme.px(1));
    const std::array automatic{
        Choice{"circle_strongest", text::kStrongest, !view.settings.frequency.has_value()}};
    if (choose(input, automatic)) {
        view.settings.frequency = view.settings.frequency ? std::nullopt : std::optional(frequency);
    }
}

} // namespace

bool before_after(const PanelInput& input) {
    return input.theme.presenting &&
           input.view.settings.presenter.picture == PresenterPicture::kBeforeAfter;
}

CircleLayout circle_layout(const PanelInput& input) {
    return before_after(input) ? CircleLayout::kBeforeNow : input.view.settings.circle.layout;
}

CirclePlane circle_plane(const PanelInput& input) {
    return before_after(input) ? CirclePlane::kFrequency : input.view.settings.circle.plane;
}

bool along_frequency(const PanelInput& input) {
    return circle_plane(input) == CirclePlane::kFrequency;
}

void draw_circle_header(const PanelInput& input, const RunRecord* run, int frequency) {
    CircleView& circle = input.view.settings.circle;
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {input.theme.px(8), input.theme.px(2)});
    const std::array layouts{
        Choice{"circle_one", text::kOne, circle.layout == CircleLayout::kOne},
        Choice{"circle_before", text::kBeforeNow, circle.layout == CircleLayout::kBeforeNow},
        Choice{"circle_keys", along_frequency(input) ? text::kKeys : text::kPlanes,
               circle.layout == CircleLayout::kKeyFrequencies}};
    if (along_frequency(input)) {
        draw_frequency_choice(input, run, frequency);
        continue_line(input, layouts);
    }
    if (const auto pressed = choose(input, layouts)) {
        circle.layout = static_cast<CircleLayout>(*pressed);
    }
    const std::array planes{
        Choice{"circle_fourier", text::kFourier, along_frequency(input)},
        Choice{"circle_pca", text::kPca, circle.plane == CirclePlane::kComponents}};
    continue_line(input, planes);
    if (const auto pressed = choose(input, planes)) {
        circle.plane = static_cast<CirclePlane>(*pressed);
    }
    const std::array motion{
        Choice{"circle_glide", text::kGlide, circle.glide, Choice::Kind::kSwitch}};
    continue_line(input, motion);
    if (choose(input, motion)) {
        circle.glide = !circle.glide;
    }
    draw_order_choice(input, run, "circle_order", true);
    ImGui::PopStyleVar();
}

} // namespace grokscope::ui
