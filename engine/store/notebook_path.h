// Where the notebook lies when nobody says otherwise.
#pragma once

#include <string>

namespace grokscope {

/// What --notebook and GROKSCOPE_NOTEBOOK take for "keep nothing".
inline constexpr const char* kNoNotebook = "none";

/// The file to use when none is given: the environment variable GROKSCOPE_NOTEBOOK, else
/// "grokscope/notebook.db" in the user's data folder (XDG_DATA_HOME, else ~/.local/share; Windows:
/// LOCALAPPDATA; macOS: ~/Library/Application Support). kNoNotebook when there is no home folder.
[[nodiscard]] std::string default_notebook();

/// GROKSCOPE_NOTEBOOK names it: then it is to be there, as if it were named on the command line.
[[nodiscard]] bool is_notebook_named();
/// False only when `file` is known not to be there; one that cannot be looked at may be.
[[nodiscard]] bool is_notebook_begun(const std::string& file);

/// What a user who relies on it should know, one sentence: that there is none, or that it lies
/// elsewhere than XDG_DATA_HOME says. Empty as a rule.
[[nodiscard]] std::string note_on_default_notebook();

} // namespace grokscope
