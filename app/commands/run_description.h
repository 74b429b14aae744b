// A recorded run told in words, for those who read rather than look.
#pragma once

#include "engine/store/notebook.h"

#include <string>
#include <vector>

namespace grokscope {

/// "finished", "paused", ...; "cut off" for a run whose process ended under it.
[[nodiscard]] std::string state_in_words(const RunSummary& run);

/// "nanda, seed 999, stencil [-1,0,+1]", and what differs from the preset.
[[nodiscard]] std::string configuration_in_words(const RunSummary& run);

/// ", goes on from run 1 at epoch 340" and the like: the runs among `runs`, which are all of the
/// notebook, that the record of this one begins or goes on in; mostly empty. Throws NotebookError.
[[nodiscard]] std::string
relations_in_words(Notebook& notebook, const std::vector<RunSummary>& runs, const RunSummary& run);

/// Some lines of text: what was trained and how, what the curves did, what can be had of it.
[[nodiscard]] std::string describe_run(Notebook& notebook, StoredRunId run);

} // namespace grokscope
