// Operations that people write down as CSV files (docs/formats.md).
#pragma once

#include "engine/protocol/operation_table.h"

#include <stdexcept>
#include <string>

namespace grokscope {

/// A file is no table. what() is one sentence that names the file and, where there is one, line and
/// column.
class TableFileError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// The table of a file, as OperationTable::parse() reads it; without a name of its own it has that
/// of the file, without folders and ".csv". Throws TableFileError also when it cannot be read. Any
/// thread.
[[nodiscard]] OperationTable load_table(const std::string& file);

} // namespace grokscope
