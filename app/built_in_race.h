// Recorded runs that come with the program, for a lesson without waiting.
// Threads: any.
#pragma once

#include <string>

namespace grokscope {

/// The notebook that assets/race.cmake has this program train when it is built: below the folder of
/// the installation, or of the build. Empty where there is none.
[[nodiscard]] std::string built_in_race();

} // namespace grokscope
