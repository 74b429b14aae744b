// Reading a database whose log has no room for its index.
#pragma once

#include "engine/store/sqlite.h"

#include <memory>
#include <string>

namespace grokscope {

/// Opens a private copy of a database and of the write-ahead log beside it, in the folder for
/// temporary files: what a killed program left in a folder that may not be written, all of it. The
/// copy is gone with the connection. To read only. Throws NotebookError, kDisk when there is no
/// room, kLocked when the source is written to again and again while it is copied.
[[nodiscard]] std::unique_ptr<Database> open_copy_with_log(const std::string& file);

} // namespace grokscope
