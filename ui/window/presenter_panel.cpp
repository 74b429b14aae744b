#include "ui/window/presenter_panel.h"

#include "ui/core/actions.h"
#include "ui/core/operation_text.h"
#include "ui/core/text.h"
#include "ui/kit/widgets.h"
#include "ui/plots/story.h"
#include "ui/runs/run_chips.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string>

namespace grokscope::ui {

namespace {

/// Heights at 100 %: of the figures' cards, at their best and at their lowest, and of a picture
/// with controls of its own that can still be read. For that, the cards give way.
constexpr float kFigures = 98;
constexpr float kLowFigures = 50;
constexpr float kReadablePicture = 260;
/// Below this height at 100 % the accuracy has no transport bar under it.
constexpr float kLowestWithTransport = 200;

/// Train and test accuracy at the cursor, as the room talks of them.
struct Figure {
    std::string name;
    const char* brief;
    std::string words;
};

std::array<Figure, 2> figures_of(const PanelInput& input) {
    const RunRecord* run = input.selected();
    const MetricSample* sample = run == nullptr ? nullptr : run->sample_at(input.cursor_epoch());
    const auto words = [sample](double share) {
        // Whole per cents, but never 100 for what is not quite all.
        const double percent = share >= 1 ? 100 : std::clamp(std::round(share * 100), 0.0, 99.0);
        return sample == nullptr || !std::isfinite(share)
                   ? std::string(text::kNoValue)
                   : text::grouped(static_cast<std::int64_t>(percent)) + " %";
    };
    std::array figures{
        Figure{in_operation(text::kPresentTrain, input.operation()), text::kPresentTrainBrief,
               words(sample == nullptr ? 0 : sample->train_accuracy)},
        Figure{in_operation(text::kPresentTest, input.operation()), text::kPresentTestBrief,
               words(sample == nullptr ? 0 : sample->test_accuracy)}};
    for (const Figure& figure : figures) {
        input.log.fact(figure.name, figure.words);
    }
    return figures;
}

/// One of them as large as its card allows.
void draw_figure(const PanelInput& input, const Rect& rect, const Figure& figure) {
    const Theme& theme = input.theme;
    const Palette& palette = *theme.palette;
    begin_card(input, figure.name.c_str(), rect, 0);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float gap = theme.px(2);
    const float left = rect.x + theme.px(16);
    const float room = rect.width - theme.px(24);
    const std::string name =
        text_size(theme.text, figure.name).x <= room ? figure.name : figure.brief;
    const bool huge = theme.huge->FontSize + gap + theme.text->FontSize <= rect.height - 2 * gap &&
                      text_size(theme.huge, "100 %").x <= room;
    ImFont* const font = huge ? theme.huge : theme.figure;
    const float height = font->FontSize + gap + theme.text->FontSize;
    const float top = rect.y + (rect.height - height) / 2;
    draw_text(list, theme.text, {left, top}, palette.muted, name);
    draw_text(list, font, {left, top + theme.text->FontSize + gap}, palette.text, figure.words);
    end_card();
}

/// Both at the right end of the headline, each only where it fits right of `left`. Returns where
/// they begin.
float draw_figures_in_line(const PanelInput& input, const std::array<Figure, 2>& figures,
                           float left, float right, float middle) {
    const Theme& theme = input.theme;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    float x = right;
    for (auto figure = figures.rbegin(); figure != figures.rend(); ++figure) {
        const float words = text_size(theme.figure, figure->words).x;
        const float name = text_size(theme.text, figure->brief).x + theme.px(8);
        if (x - words - name < left) {
            break;
        }
        draw_text(list, theme.figure, {x - words, middle - theme.figure->FontSize / 2},
                  theme.palette->text, figure->words);
        draw_text(list, theme.text, {x - words - name, middle - theme.text->FontSize / 2},
                  theme.palette->muted, figure->brief);
        x -= words + name + theme.px(24);
    }
    return x;
}

void draw_picture_choice(const PanelInput& input, const Rect& rect) {
    const Theme& theme = input.theme;
    struct Choice {
        const char* control;
        const char* label;
        PresenterPicture picture;
        const char* brief = label;
    };
    static constexpr std::array kChoices{
        Choice{"present_circle", text::kPresentCircle, PresenterPicture::kCircle},
        Choice{"present_before_after", text::kPresentBeforeAfter, PresenterPicture::kBeforeAfter,
               text::kPresentBeforeAfterBrief},
        Choice{"present_wavetable", text::kPresentWavetable, PresenterPicture::kWavetable},
        Choice{"present_loss", text::kPresentLoss, PresenterPicture::kLoss}};
    const float gap = theme.px(4);
    // Each as wide as its words, and the rest shared.
    const float room = rect.width - gap * (kChoices.size() - 1);
    const auto needed = [&](bool brief) {
        float width = 0;
        for (const Choice& choice : kChoices) {
            width += button_width(theme, brief ? choice.brief : choice.label, Icon::kNone);
        }
        return width;
    };
    const bool brief = needed(false) > room;
    const float rest = (room - needed(brief)) / kChoices.size();
    Row row(rect.x, rect.y + rect.height / 2);
    for (const Choice& choice : kChoices) {
        const char* const label = brief ? choice.brief : choice.label;
        const float width = std::floor(button_width(theme, label, Icon::kNone) + rest);
        row.place(width + gap, rect.height);
        const bool chosen = input.view.settings.presenter.picture == choice.picture;
        if (button(input, {.control = choice.control,
                           .label = label,
                           .look = chosen ? Look::kSelected : Look::kPlain,
                           .size = {width, rect.height}})) {
            input.view.settings.presenter.picture = choice.picture;
        }
    }
}

/// Where what stands below the headline has its place.
struct Plan {
    Rect accuracy;
    Rect transport; ///< none where the accuracy is low
    Rect figures;   ///< none where the picture needs the room
    Rect choice;
    Rect picture;
};

/// The accuracy on the left and the picture on the right; on an upright window, one over the other.
Plan plan_of(const PanelInput& input, const Rect& area) {
    const Theme& theme = input.theme;
    const float gap = theme.px(8);
    const bool upright = area.height > area.width;
    Rect curves = area;
    Rect beside = area;
    if (upright) {
        curves.height = std::round((area.height - gap) * 0.42F);
        beside.y += curves.height + gap;
        beside.height -= curves.height + gap;
    } else {
        beside.width = std::round((area.width + 2 * gap) * 0.38F);
        curves.width -= beside.width + gap;
        beside.x = curves.right() + gap;
    }
    Plan plan;
    plan.accuracy = curves;
    if (curves.height >= theme.px(kLowestWithTransport)) {
        const float bar = theme.px(46);
        plan.transport = {curves.x, curves.bottom() - bar, curves.width, bar};
        plan.accuracy.height -= bar + gap;
    }
    const float choice = theme.px(30);
    const bool needy = input.view.settings.presenter.picture != PresenterPicture::kLoss;
    const float spare = beside.height - choice - 2 * gap - theme.px(needy ? kReadablePicture : 0);
    float y = beside.y;
    if (spare >= theme.px(kLowFigures)) {
        plan.figures = {beside.x, y, beside.width, std::min(spare, theme.px(kFigures))};
        y += plan.figures.height + gap;
    }
    plan.choice = {beside.x, y, beside.width, choice};
    y += choice + gap;
    plan.picture = {beside.x, y, beside.width, beside.bottom() - y};
    return plan;
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
        input.view.settings.presenter.on = false;
    }

    const std::array<Figure, 2> figures = figures_of(input);
    const float headline = theme.px(46);
    const float top = window.y + bar + headline;
    const Rect below{window.x + gap, top, window.width - 2 * gap, window.bottom() - top - gap};
    const Plan plan = plan_of(input, below);

    const char* const said = shown_claim(input, Place::kHeadline).words;
    const float line = window.y + bar + headline / 2 - theme.px(4);
    const float left_of_line = window.x + theme.px(18);
    const float right_of_line = window.right() - theme.px(22);
    float end_of_words = right_of_line;
    if (plan.figures.height <= 0) {
        const float whole = text_size(theme.figure, said).x;
        end_of_words = draw_figures_in_line(input, figures, left_of_line + whole + theme.px(24),
                                            right_of_line, line);
    }
    const std::string words = fitted(theme.figure, said, end_of_words - left_of_line);
    draw_text(list, theme.figure, {left_of_line, line - theme.figure->FontSize / 2}, palette.text,
              words);
    input.log.fact("headline", words);

    parts.accuracy(plan.accuracy);
    if (plan.transport.height > 0) {
        parts.transport(plan.transport);
    }
    if (const Rect& cards = plan.figures; cards.height > 0) {
        const float half = std::floor((cards.width - gap) / 2);
        draw_figure(input, {cards.x, cards.y, half, cards.height}, figures[0]);
        draw_figure(input, {cards.x + half + gap, cards.y, cards.width - half - gap, cards.height},
                    figures[1]);
    }
    draw_picture_choice(input, plan.choice);
    parts.picture(plan.picture);
}

} // namespace grokscope::ui
