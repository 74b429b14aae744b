// Where the window remembers its theme and layout.
// Threads: none; read once at the start.
#pragma once

#include <string>

namespace grokscope {

/// window.json in the user's configuration folder: $XDG_CONFIG_HOME/grokscope, else
/// ~/.config/grokscope, or the system's place for it elsewhere. Empty when there is no home folder.
[[nodiscard]] std::string window_settings_path();

} // namespace grokscope
