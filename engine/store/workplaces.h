// Where a run was computed, epoch by epoch, as its record has it.
// Threads: those of the notebook.
#pragma once

#include "engine/protocol/event.h"
#include "engine/store/notebook.h"

#include <vector>

namespace grokscope {

/// Keeps, among the run's events, that it goes on elsewhere. Throws NotebookError.
void add_workplace(Notebook& notebook, StoredRunId run, const event::WorkplaceChanged& changed);

/// At least one: the first is where it began, at epoch 0; epochs increase. Throws NotebookError.
[[nodiscard]] std::vector<WorkplaceSince> workplaces_of(Notebook& notebook, StoredRunId run);

} // namespace grokscope
