// The runs of a notebook as a plane of settings takes them.
// Threads: as the notebook's.
#pragma once

#include "engine/protocol/phase_plane.h"
#include "engine/store/notebook.h"

namespace grokscope {

/// Of each configuration the run that has come furthest, oldest first; branches are left out. Reads
/// no curves. Throws NotebookError.
[[nodiscard]] PlaneRuns plane_runs(Notebook& notebook);

} // namespace grokscope
