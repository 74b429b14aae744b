#include "ui/dialogs/tour_card.h"

#include "ui/core/text.h"
#include "ui/core/tour.h"
#include "ui/kit/over.h"
#include "ui/kit/widgets.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace grokscope::ui {

void draw_tour_card(const PanelInput& input, const Rect& plots) {
    ViewState& view = input.view;
    advance_tour(view, input.book);
    input.log.fact("tour", view.tour ? std::to_string(*view.tour + 1) : "none");
    if (!view.tour) {
        return;
    }
    const Theme& theme = input.theme;
    const auto cards = tour_cards();
    const std::size_t step = *view.tour;
    const TourCard card = tour_card(step, input.book, view);
    const float width = std::min(theme.px(400), plots.width - theme.px(24));
    const float right = plots.right() - theme.px(16);
    const float foot = foot_above_overs(theme, right - width, right, plots.bottom() - theme.px(16));
    const float toast = view.toast_top > 0 ? view.toast_top - theme.px(8) : foot;
    ImGui::SetNextWindowPos({right, std::min(foot, toast)}, ImGuiCond_Always, {1, 1});
    ImGui::SetNextWindowSizeConstraints({width, 0}, {width, plots.height});
    // Whole pixels: ImGui cuts the size it makes, and a rest would call for a scrollbar.
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding,
                        {std::round(theme.px(18)), std::round(theme.px(14))});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, theme.px(10));
    ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, theme.px(1.5F));
    ImGui::PushStyleColor(ImGuiCol_WindowBg, ImGui::GetStyleColorVec4(ImGuiCol_PopupBg));
    ImGui::PushStyleColor(ImGuiCol_Border, vec4(theme.palette->accent));
    ImGui::Begin("##tour", nullptr,
                 ImGuiWindowFlags_NoTitleBar | ImGuiWindowFlags_NoResize | ImGuiWindowFlags_NoMove |
                     ImGuiWindowFlags_AlwaysAutoResize | ImGuiWindowFlags_NoSavedSettings |
                     ImGuiWindowFlags_NoFocusOnAppearing);
    draw_shadow(theme, theme.px(10));
    text_in(theme.small, theme.palette->muted,
            text::kTour + std::to_string(step + 1) + text::kOf + std::to_string(cards.size()));
    text_in(theme.strong, theme.palette->text, card.title);
    ImGui::PushTextWrapPos(width - theme.px(18));
    text_in(theme.text, theme.palette->text, card.words);
    const bool done = tour_fulfilled(step, input.book, view);
    ImGui::Dummy({0, theme.px(2)});
    const ImVec2 at = ImGui::GetCursorScreenPos();
    draw_icon(*ImGui::GetWindowDrawList(), done ? Icon::kCheck : Icon::kForth,
              {at.x + theme.px(7), at.y + theme.text->FontSize / 2}, theme.px(11),
              u32(theme.palette->accent));
    ImGui::SetCursorScreenPos({at.x + theme.px(22), at.y});
    text_in(theme.text, theme.palette->text, card.task);
    ImGui::PopTextWrapPos();
    ImGui::Dummy({0, theme.px(2)});
    if (button(input, {.control = "tour_back",
                       .label = text::kTourBack,
                       .look = Look::kQuiet,
                       .enabled = step > 0})) {
        show_card(view, input.book, step - 1);
    }
    ImGui::SameLine();
    const bool last = step + 1 == cards.size();
    if (button(input, {.control = "tour_next",
                       .label = last   ? text::kTourEnd
                                : done ? text::kTourNext
                                       : text::kTourSkip,
                       .look = done ? Look::kPrimary : Look::kPlain})) {
        show_card(view, input.book, step + 1);
    }
    ImGui::SameLine();
    if (button(input, {.control = "tour_close", .label = text::kClose, .look = Look::kQuiet})) {
        view.tour.reset();
    }
    ImGui::End();
    ImGui::PopStyleColor(2);
    ImGui::PopStyleVar(3);
}

} // namespace grokscope::ui
