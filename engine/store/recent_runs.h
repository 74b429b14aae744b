// The newest runs and sweeps of a notebook, in short.
#pragma once

#include "engine/protocol/recent_runs.h"
#include "engine/store/notebook.h"

#include <cstddef>

namespace grokscope {

/// At most so many entries, newest first. Runs that end at their grok epoch and differ by seed,
/// stencil and control alone are one sweep, when they are at least four of at least two seeds. A
/// run whose figures cannot be read has no curve. The thread of the notebook. Throws NotebookError.
[[nodiscard]] RecentList recent_runs(Notebook& notebook, std::size_t most);
/// All runs of a notebook as one entry, in the order in which they were made. As above.
[[nodiscard]] RecentRuns race_in(Notebook& notebook);

} // namespace grokscope
