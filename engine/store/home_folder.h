// The user's home folder. The one place that knows how this system tells it.
#pragma once

#include <filesystem>

namespace grokscope {

/// HOME when it is an absolute path; else what the password database says, as for services, cron
/// and containers that set no environment, if that is a folder; else empty. Any thread.
[[nodiscard]] std::filesystem::path home_folder();

} // namespace grokscope
