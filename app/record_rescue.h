// Where a record goes that the notebook does not take at the end of the program.
#pragma once

#include <string>

namespace grokscope {

class NotebookStore;

/// Writes what `store` still holds after finish() has returned `problem` into a new notebook in the
/// folder for temporary files. One sentence: the problem, and where the record is now.
[[nodiscard]] std::string rescue_record(NotebookStore& store, const std::string& problem);

} // namespace grokscope
