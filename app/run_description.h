// A recorded run told in words, for those who read rather than look.
#pragma once

#include "engine/store/notebook.h"

#include <string>

namespace grokscope {

/// "finished", "paused", ...; "cut off" for a run whose process ended under it.
[[nodiscard]] std::string state_in_words(const RunSummary& run);

/// "nanda, seed 999, stencil [-1,0,+1]", and what differs from the preset.
[[nodiscard]] std::string configuration_in_words(const RunSummary& run);

/// Some lines of text: what was trained and how, what the curves did, what can be had of it.
[[nodiscard]] std::string describe_run(Notebook& notebook, StoredRunId run);

} // namespace grokscope
