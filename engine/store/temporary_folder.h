// Where files go that nobody keeps.
#pragma once

#include <filesystem>

namespace grokscope {

/// TMPDIR when it is a folder that may be written; else /tmp, /var/tmp or the present folder,
/// whichever is first: what is left in the environment by a session that has ended is no reason to
/// fail. Any thread.
[[nodiscard]] std::filesystem::path temporary_folder();

} // namespace grokscope
