// What the commands do that change what a notebook says of a run: rename, tag, delete.
#pragma once

#include "app/options/options.h"
#include "app/stop_signal.h"

namespace grokscope {

/// Each says what it did on standard output and returns an exit code. Throw NotebookError,
/// UsageError, and Stopped.
[[nodiscard]] int run_rename(const RenameOptions& options, const StopSignal& stop);
[[nodiscard]] int run_tag(const TagOptions& options, const StopSignal& stop);
/// Asks on standard error first, unless told not to.
[[nodiscard]] int run_delete(const DeleteOptions& options, const StopSignal& stop);

} // namespace grokscope
