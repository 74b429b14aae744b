// An X window manager that was killed leaves a property on the root window that points nowhere.
// GLFW 3.3 ends the program with an assertion over it.
// Threads: main thread only. Elsewhere than on X it does nothing.
#pragma once

namespace grokscope::ui {

/// Before GLFW is started: takes that property away when the window it names is gone or is no
/// window manager's. True when it did.
bool clear_dead_manager();

} // namespace grokscope::ui
