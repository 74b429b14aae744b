// How the window looks, as text that another window takes: layout, axes, pictures, what is taken
// apart. Not theme and scale, which belong to a screen.
// Threads: main thread only.
#pragma once

#include "ui/core/view_state.h"

#include <string>

namespace grokscope::ui {

/// A JSON object on one line.
[[nodiscard]] std::string look_text(const ViewState& view);
/// Takes what is sound; anything else, and whatever lies out of range, stays as it is. Never throws
/// for the content.
void take_look(const std::string& text, ViewState& view);

} // namespace grokscope::ui
