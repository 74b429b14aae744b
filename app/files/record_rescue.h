// Where a record goes that the notebook does not take at the end of the program.
#pragma once

#include <string>

namespace grokscope {

class NotebookStore;

struct RescuedRecord {
    std::string file;     ///< where it is now; empty: nowhere
    std::string sentence; ///< the problem, and where the record is now
};

/// Writes what `store` still holds after finish() has returned `problem` into a new notebook in the
/// folder for temporary files.
[[nodiscard]] RescuedRecord rescue_record(NotebookStore& store, const std::string& problem);

} // namespace grokscope
