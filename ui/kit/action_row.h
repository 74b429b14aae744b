// One line of a list of actions: what it does, its key, and why it cannot be done now.
// Threads: main thread only.
#pragma once

#include "ui/core/possible.h"
#include "ui/core/shortcuts.h"
#include "ui/kit/panel_input.h"

#include <string>

namespace grokscope::ui {

/// Why this panel's program cannot do it now; empty when it can.
[[nodiscard]] std::string why_not(Action action, const PanelInput& input);

/// Draws it at ImGui's cursor, `width` pixels wide; marked where it is `chosen`. True when pressed
/// and possible.
[[nodiscard]] bool action_row(const PanelInput& input, const Shortcut& action, bool chosen,
                              float width);
[[nodiscard]] float action_row_height(const Theme& theme);

/// Has it done at the next frame, as its key would.
void ask_for(const PanelInput& input, Action action);

} // namespace grokscope::ui
