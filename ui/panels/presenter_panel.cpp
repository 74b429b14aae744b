#include "ui/panels/presenter_panel.h"

#include "ui/actions.h"
#include "ui/panels/run_chips.h"
#include "ui/panels/story.h"
#include "ui/text.h"
#include "ui/widgets.h"

#include <array>
#include <cmath>
#include <string>

namespace grokscope::ui {

namespace {

/// Train or test accuracy at the cursor, as large as the card allows.
void draw_figure(const PanelInput& input, const Rect& rect, const char* name, double share,
                 bool known) {
    const Theme& theme = input.theme;
    const Palette& palette = *theme.palette;
    begin_card(input, name, rect, 0);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    // Whole per cents, but never 100 for what is not quite all.
    const double percent = share >= 1 ? 100 : std::min(std::round(share * 100), 99.0);
    const std::string figure =
        known ? text::grouped(static_cast<std::int64_t>(percent)) + " %" : text::kNoSpeedUp;
    const float gap = theme.px(2);
    const float height = theme.huge->FontSize + gap + theme.text->FontSize;
    const float top = rect.y + (rect.height - height) / 2;
    const float left = rect.x + theme.px(16);
    draw_text(list, theme.text, {left, top}, palette.muted, name);
    draw_text(list, theme.huge, {left, top + theme.text->FontSize + gap}, palette.text, figure);
    end_card();
    input.log.fact(name, figure);
}

void draw_picture_choice(const PanelInput& input, const Rect& rect) {
    const Theme& theme = input.theme;
    struct Choice {
        const char* control;
        const char* label;
        PresenterPicture picture;
    };
    static constexpr std::array kChoices{
        Choice{"present_circle", text::kPresentCircle, PresenterPicture::kCircle},
        Choice{"present_wavetable", text::kPresentWavetable, PresenterPicture::kWavetable},
        Choice{"present_loss", text::kPresentLoss, PresenterPicture::kLoss}};
    const float gap = theme.px(4);
    const float width = std::floor((rect.width - gap * (kChoices.size() - 1)) / kChoices.size());
    Row row(rect.x, rect.y + rect.height / 2);
    for (const Choice& choice : kChoices) {
        row.place(width + gap, rect.height);
        const bool chosen = input.view.presenter.picture == choice.picture;
        if (button(input, {.control = choice.control,
                           .label = choice.label,
                           .look = chosen ? Look::kSelected : Look::kPlain,
                           .size = {width, rect.height}})) {
            input.view.presenter.picture = choice.picture;
        }
    }
}

} // namespace

void draw_presenter(const PanelInput& input, const Rect& window, const PresenterParts& parts) {
    const Theme& theme = input.theme;
    const Palette& palette = *theme.palette;
    const float gap = theme.px(8);
    const float bar = theme.px(56);
    ImDrawList& list = *ImGui::GetWindowDrawList();

    parts.start({window.x, window.y, window.width, bar});
    const float close = theme.px(34);
    const float chips = window.x + theme.px(176);
    draw_run_chips(input, {chips, window.y, window.right() - close - theme.px(16) - chips, bar});
    Row end(window.right() - close - theme.px(8), window.y + bar / 2);
    end.place(close, close);
    if (button(input, {.control = "end_presenter",
                       .icon = Icon::kClose,
                       .look = Look::kQuiet,
                       .size = {close, close}})) {
        input.view.presenter.on = false;
    }

    const Phase phase = shown_phase(input);
    const float headline = theme.px(46);
    const std::string words =
        fitted(theme.figure, text::headline(phase), window.width - theme.px(40));
    draw_text(list, theme.figure,
              {window.x + theme.px(18),
               window.y + bar + (headline - theme.figure->FontSize) / 2 - theme.px(4)},
              palette.text, words);
    input.log.fact("headline", words);

    const float top = window.y + bar + headline;
    const float height = window.bottom() - top - gap;
    const float right = std::round(window.width * 0.38F);
    const float left = window.width - right - 3 * gap;
    parts.accuracy({window.x + gap, top, left, height});

    const float x = window.x + 2 * gap + left;
    const float figures = std::min(theme.px(98), height * 0.3F);
    const float half = std::floor((right - gap) / 2);
    const RunRecord* run = input.selected();
    const MetricSample* sample = run == nullptr ? nullptr : run->sample_at(input.cursor_epoch());
    draw_figure(input, {x, top, half, figures}, text::kPresentTrain,
                sample == nullptr ? 0 : sample->train_accuracy, sample != nullptr);
    draw_figure(input, {x + half + gap, top, right - half - gap, figures}, text::kPresentTest,
                sample == nullptr ? 0 : sample->test_accuracy, sample != nullptr);
    const float choice = theme.px(30);
    draw_picture_choice(input, {x, top + figures + gap, right, choice});
    const float picture = top + figures + choice + 2 * gap;
    parts.picture({x, picture, right, window.bottom() - gap - picture});
}

} // namespace grokscope::ui
