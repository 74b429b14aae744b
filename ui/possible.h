// Which actions can be done now, and why the others cannot.
// Threads: main thread only.
#pragma once

#include "ui/desk.h"
#include "ui/shortcuts.h"

#include <string>

namespace grokscope::ui {

/// Whether the program can write and read files.
enum class FilesAt : bool { kNowhere, kHand };

/// One sentence; empty when the action can be done now and would do something.
[[nodiscard]] std::string why_not(Action action, const Desk& desk, FilesAt files);

} // namespace grokscope::ui
