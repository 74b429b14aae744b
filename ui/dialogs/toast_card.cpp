#include "ui/dialogs/toast_card.h"

#include "ui/core/actions.h"
#include "ui/core/arrange.h"
#include "ui/core/claims.h"
#include "ui/core/news.h"
#include "ui/core/run_looks.h"
#include "ui/core/text.h"
#include "ui/kit/over.h"
#include "ui/kit/widgets.h"
#include "ui/plots/plot_marks.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <deque>
#include <string>

namespace grokscope::ui {

namespace {

constexpr float kAboveFoot = 96; ///< of the window, at 100 %

/// A child of the main window, so that Tab goes on into it from the panels. ImGui would draw its
/// ground under them.
void begin_toast(const PanelInput& input, const Rect& rect) {
    const Theme& theme = input.theme;
    const float round = theme.px(8);
    ImGui::SetCursorScreenPos({rect.x, rect.y});
    ImGui::BeginChild("toast", {rect.width, rect.height}, ImGuiChildFlags_None,
                      ImGuiWindowFlags_NavFlattened | ImGuiWindowFlags_NoBackground |
                          ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse);
    draw_shadow(theme, round);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const ImVec2 end{rect.right(), rect.bottom()};
    list.AddRectFilled({rect.x, rect.y}, end, ImGui::GetColorU32(ImGuiCol_PopupBg), round);
    list.AddRect({rect.x, rect.y}, end, u32(theme.palette->accent), round, 0, theme.px(1.5F));
}

void end_toast() {
    ImGui::Dummy({0, 0}); // ImGui asserts that something stands where the cursor was put last
    ImGui::EndChild();
}

/// Whether the mouse or the focus ring is on it.
bool is_attended() {
    return ImGui::IsWindowHovered(ImGuiHoveredFlags_ChildWindows |
                                  ImGuiHoveredFlags_AllowWhenBlockedByActiveItem) ||
           (ImGui::GetIO().NavVisible && ImGui::IsWindowFocused());
}

enum class Answer : std::uint8_t { kNone, kTaken, kPutAway };

struct Card {
    const RunRecord* run = nullptr; ///< whose chip stands in front
    std::string words;
    const char* control = "";
    const char* label = "";
};

/// Draws it; `until` is put off while it is attended, and is when it goes.
Answer draw_card(const PanelInput& input, const Rect& window, const Card& card, double& until) {
    const Theme& theme = input.theme;
    const float height = theme.px(46);
    const float square = theme.px(30);
    const float chip = card.run == nullptr ? 0 : theme.px(40);
    const float left = theme.px(16) + chip;
    const float pressed_width = button_width(theme, card.label, Icon::kNone);
    const float buttons = theme.px(12) + pressed_width + theme.px(4) + square + theme.px(8);
    const float room = window.width - theme.px(24) - left - buttons;
    const float words = std::min(std::ceil(text_size(theme.text, card.words).x) + 1, room);
    const float width = left + words + buttons;
    const float x = std::round(window.x + (window.width - width) / 2);
    // Above the timeline, as notices are, and above what lies there.
    const float foot =
        foot_above_overs(theme, x, x + width, window.bottom() - theme.px(kAboveFoot));
    const Rect rect{x, std::round(foot - height), width, height};
    input.view.toast_top = rect.y;
    begin_toast(input, rect);
    const float middle = rect.y + height / 2;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    if (card.run != nullptr) {
        draw_chip(list, run_style(input.view, *card.run, theme.kind),
                  {rect.x + theme.px(14), middle - theme.px(9)}, {theme.px(30), theme.px(18)},
                  theme.scale, theme.palette->panel, false);
    }
    draw_text(list, theme.text, {rect.x + left, middle - theme.text->FontSize / 2},
              theme.palette->text, fitted(theme.text, card.words, words));
    Row row(rect.x + left + words + theme.px(12), middle);
    row.place(pressed_width + theme.px(4), square);
    const bool taken = button(input, {.control = card.control,
                                      .label = card.label,
                                      .look = Look::kPrimary,
                                      .size = {pressed_width, square}});
    row.place(square, square);
    const bool put_away = button(input, {.control = "toast_close",
                                         .icon = Icon::kClose,
                                         .look = Look::kQuiet,
                                         .size = {square, square}});
    if (until == 0 || is_attended()) {
        until = input.facts.seconds + kToastSeconds;
    }
    end_toast();
    const bool gone = taken || put_away || input.facts.seconds >= until;
    input.draw_again(gone ? input.facts.seconds : until);
    return taken ? Answer::kTaken : gone ? Answer::kPutAway : Answer::kNone;
}

void draw_act(const PanelInput& input, const Rect& window) {
    ViewState& view = input.view;
    const Answer answer = draw_card(
        input, window, {.words = view.toast->words, .control = "toast_undo", .label = text::kUndo},
        view.toast->until);
    if (answer == Answer::kTaken) {
        undo(view);
    }
    if (answer != Answer::kNone) {
        view.toast.reset();
    }
}

std::string words_of(const PanelInput& input, const News& news) {
    const char* const said = claim(Place::kNews, facts_of(input.book, news)).words;
    return *said == '\0'
               ? std::string()
               : run_label(input.view, *input.book.find(news.run), several_seeds(input.book)) +
                     said + text::grouped(news.epoch);
}

void draw_news(const PanelInput& input, const Rect& window, const std::string& words) {
    std::deque<News>& news = input.view.news;
    Card card{input.book.find(news.front().run), words, "look_inside", text::kLookInside};
    if (news.size() > 1) {
        card.words += " +" + text::grouped(static_cast<std::int64_t>(news.size()) - 1);
    }
    const Answer answer = draw_card(input, window, card, news.front().until);
    if (answer == Answer::kTaken) {
        look_inside({input.book, input.view, input.commands}, news.front().run);
    }
    if (answer != Answer::kNone) {
        news.pop_front();
    }
}

} // namespace

void draw_toast(const PanelInput& input, const Rect& window) {
    ViewState& view = input.view;
    if (input.picture != nullptr) {
        return;
    }
    view.toast_top = 0;
    drop_stale_news(input.book, view.news);
    const std::string news = view.news.empty() ? "" : words_of(input, view.news.front());
    input.log.fact("toast", view.toast ? view.toast->words : news);
    if (view.toast) {
        draw_act(input, window);
    } else if (!news.empty()) {
        draw_news(input, window, news);
    }
}

} // namespace grokscope::ui
