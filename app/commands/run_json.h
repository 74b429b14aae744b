// Recorded runs as JSON, for programs: what `list --json` and `show --json` print.
// docs/formats.md has the schemas.
#pragma once

#include "engine/store/notebook.h"

#include <string>

namespace grokscope {

/// Every run that can be read, in short, and the numbers of those that cannot. `name` is that of
/// the notebook. Throws NotebookError.
[[nodiscard]] std::string list_json(Notebook& notebook, const std::string& name);

/// All that is known of one run but its series: the same and its marks, notes, weights, state, key
/// frequencies and where it was computed. Throws NotebookError.
[[nodiscard]] std::string show_json(Notebook& notebook, StoredRunId run);

} // namespace grokscope
