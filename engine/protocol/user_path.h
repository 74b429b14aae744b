// A path as a person writes it.
// Threads: none.
#pragma once

#include <cstdlib>
#include <string>

namespace grokscope {

/// `path` with the home folder for a leading "~", which a shell leaves alone in `--csv=~/x` and
/// which no shell ever sees in a field of the window. As it is without a home folder.
[[nodiscard]] inline std::string with_home(const std::string& path) {
    const char* home = std::getenv("HOME");
    const bool in_home = path == "~" || path.starts_with("~/");
    return in_home && home != nullptr && *home != '\0' ? home + path.substr(1) : path;
}

} // namespace grokscope
