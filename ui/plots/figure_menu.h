// The menu of all figures, by instrument.
// Threads: main thread only.
#pragma once

#include "ui/core/rect.h"
#include "ui/kit/panel_input.h"

namespace grokscope::ui {

/// Name of the menu, for ImGui::OpenPopup() in the same scope of ids.
inline constexpr const char* kFigureMenu = "figures";

/// The menu where it is open, above the header of the plot that its figures are drawn in; nothing
/// while closed.
void draw_figure_menu(const PanelInput& input, const Rect& header);

} // namespace grokscope::ui
