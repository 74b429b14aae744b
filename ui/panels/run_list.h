// The left column: runs, the buttons that add one, and the sentence for the picture under the
// mouse.
#pragma once

#include "ui/panels/panel_input.h"
#include "ui/rect.h"

#include <optional>

namespace grokscope::ui {

/// The buttons that add a run, without the list: for a tall window too narrow for that.
void draw_adding_bar(const PanelInput& input, const Rect& rect);

/// Room for the words that say what a run does, on a card so wide.
[[nodiscard]] float state_room(const Theme& theme, float card);
/// The narrowest card, at 100 %: in the narrowest list, which scrolls.
inline constexpr float kNarrowestCard = 196;

class RunList {
public:
    /// Draws into `rect` of the current ImGui window.
    void draw(const PanelInput& input, const Rect& rect);

private:
    /// Scrolled into view last: a key may select a run that is out of sight.
    std::optional<RunId> shown_selected_;
};

} // namespace grokscope::ui
