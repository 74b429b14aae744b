// The (i) beside a picture's title: a sentence on what it shows and one on what to look for.
// Threads: main thread only.
#pragma once

#include "ui/kit/panel_input.h"

#include <imgui.h>

#include <string_view>

namespace grokscope::ui {

/// Side of the button at 100 %.
inline constexpr float kAboutSize = 24;
/// Draws the button with its middle at `center` of the current window, and what it opens. `topic`
/// is a name of panel_topics().
void about_button(const PanelInput& input, std::string_view topic, ImVec2 center);
/// The same beside the cross of the sheet that is being drawn.
void about_sheet_button(const PanelInput& input, std::string_view topic);

} // namespace grokscope::ui
