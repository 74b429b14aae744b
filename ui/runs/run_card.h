// A run in the list: its figures, its state, and the buttons that pin, hide and remove it.
// Threads: main thread only.
#pragma once

#include "ui/kit/panel_input.h"

namespace grokscope::ui {

/// Of a card without further lines, at 100 %.
inline constexpr float kCardHeight = 84;
/// The narrowest card, at 100 %: in the narrowest list, which scrolls.
inline constexpr float kNarrowestCard = 196;

/// Draws it where ImGui's cursor stands, as wide as there is room, and moves the cursor below it.
void draw_run_card(const PanelInput& input, const RunRecord& run);

/// Room for the words that say what a run does, on a card so wide.
[[nodiscard]] float state_room(const Theme& theme, float card);

} // namespace grokscope::ui
