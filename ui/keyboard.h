// Turns keys into actions by the one table of shortcuts.
// Threads: main thread only.
#pragma once

#include "ui/actions.h"
#include "ui/shortcuts.h"

#include <vector>

namespace grokscope::ui {

/// What an action asks of the window itself.
enum class WindowRequest : std::uint8_t { kNone, kQuit, kToggleFullScreen };

/// Once per frame, after ImGui's NewFrame and before the panels: the actions whose keys were
/// pressed. Space is claimed from ImGui, which would activate the focused control; while a text
/// field is active only chords with Ctrl and function keys count.
[[nodiscard]] std::vector<Action> pressed_actions();

/// Does it.
WindowRequest perform(Action action, Desk desk);

} // namespace grokscope::ui
