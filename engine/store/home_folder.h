// The user's home folder, and paths that name it. The one place that knows how this system tells
// it.
#pragma once

#include <filesystem>
#include <string>

namespace grokscope {

/// HOME when it is an absolute path; else what the password database says, as for services, cron
/// and containers that set no environment, if that is a folder; else empty. Any thread.
[[nodiscard]] std::filesystem::path home_folder();

/// `path` with the home folder for a leading "~", which a shell leaves alone in `--csv=~/x` and
/// which no shell ever sees in a field of the window. As it is without a home folder. Any thread.
[[nodiscard]] std::string with_home(const std::string& path);

} // namespace grokscope
