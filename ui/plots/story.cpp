#include "ui/plots/story.h"

#include "ui/core/actions.h"
#include "ui/core/text.h"
#include "ui/core/tour.h"
#include "ui/kit/widgets.h"

namespace grokscope::ui {

const Claim& shown_claim(const PanelInput& input, Place place) {
    return claim(place, facts_of(input.book, input.view));
}

void draw_story(const PanelInput& input, const Rect& rect) {
    const Theme& theme = input.theme;
    const Palette& palette = *theme.palette;
    const Facts facts = facts_of(input.book, input.view);
    const Claim& said = claim(Place::kHeadline, facts);
    const char* const story = claim(Place::kStory, facts).words;
    begin_card(input, "story", rect, 0);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float middle = rect.y + rect.height / 2;
    list.AddRectFilled({rect.x + theme.px(10), rect.y + theme.px(9)},
                       {rect.x + theme.px(13), rect.bottom() - theme.px(9)},
                       u32(said.warns ? palette.warning : palette.accent), theme.px(2));
    const float close = theme.px(24);
    const float tour = button_width(theme, text::kTourStart, Icon::kNone);
    const float guess = button_width(theme, text::kGuess, Icon::kNone);
    const float buttons = close + guess + tour + theme.px(4);
    const float right = rect.right() - buttons - theme.px(12);
    float x = rect.x + theme.px(22);
    const std::string headline = fitted(theme.strong, said.words, right - x);
    x += draw_text(list, theme.strong, {x, middle - theme.strong->FontSize / 2}, palette.text,
                   headline) +
         theme.px(12);
    if (text_size(theme.small, story).x < right - x) {
        draw_text(list, theme.small, {x, middle - theme.small->FontSize / 2 + theme.px(1)},
                  palette.muted, story);
    }
    Row end(rect.right() - buttons - theme.px(8), middle);
    end.place(guess + theme.px(4), close);
    if (button(input, {.control = "guess",
                       .label = text::kGuess,
                       .look = input.view.guessing ? Look::kSelected : Look::kQuiet,
                       .size = {guess, close},
                       .enabled = input.selected() != nullptr})) {
        toggle_guessing({input.book, input.view, input.commands});
    }
    end.place(tour + theme.px(4), close);
    if (button(input, {.control = "tour",
                       .label = text::kTourStart,
                       .look = input.view.tour ? Look::kSelected : Look::kQuiet,
                       .size = {tour, close}})) {
        toggle_tour(input.view, input.book);
    }
    end.place(close, close);
    if (button(input, {.control = "close_story",
                       .icon = Icon::kClose,
                       .look = Look::kQuiet,
                       .size = {close, close}})) {
        input.view.arrangement.story = false;
    }
    end_card();
    if (input.log.on()) {
        input.log.fact("phase", said.words);
    }
}

} // namespace grokscope::ui
