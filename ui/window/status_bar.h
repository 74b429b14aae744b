// The line at the bottom: phase in words, cursor, speeds, what is held.
#pragma once

#include "ui/core/rect.h"
#include "ui/kit/panel_input.h"

namespace grokscope::ui {

/// Draws into `rect` of the current ImGui window.
void draw_status_bar(const PanelInput& input, const Rect& rect);

/// The banner over the window for a failure; nothing while `view.banner` is empty.
void draw_banner(const PanelInput& input, const Rect& window);

/// The F1 sheet; nothing while it is closed.
void draw_help_sheet(const PanelInput& input, const Rect& window);

} // namespace grokscope::ui
