// The card of the guided tour, in a corner where it hides no control that it speaks of.
// Threads: main thread only.
#pragma once

#include "ui/core/rect.h"
#include "ui/kit/panel_input.h"

namespace grokscope::ui {

/// Draws the card over the lower edge of `plots`; nothing while no tour is under way.
void draw_tour_card(const PanelInput& input, const Rect& plots);

} // namespace grokscope::ui
