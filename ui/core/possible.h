// Which actions can be done now, and why the others cannot.
// Threads: main thread only.
#pragma once

#include "ui/core/action_context.h"
#include "ui/core/shortcuts.h"

#include <string>

namespace grokscope::ui {

/// Whether the program can write and read files.
enum class FilesAt : bool { kNowhere, kHand };

/// One sentence; empty when the action can be done now and would do something.
[[nodiscard]] std::string why_not(Action action, const ActionContext& context, FilesAt files);

} // namespace grokscope::ui
