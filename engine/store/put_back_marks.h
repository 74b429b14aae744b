// How a notebook tells, to all that have it open, that it was written anew elsewhere.
//
// Whoever puts a notebook back that was deleted while in use draws a mark and writes it first, into
// the file that has no name any more. Others that have that file open find it there, and write
// nothing after it: so a copy with that mark has all that they ever wrote, and they may go on in
// it.
#pragma once

#include "engine/store/sqlite.h"

#include <set>
#include <string>

namespace grokscope {

using PutBackMarks = std::set<std::string>;

/// All that were ever written into the notebook or into one that it is a copy of. Throws
/// NotebookError.
[[nodiscard]] PutBackMarks put_back_marks(Database& database);

/// Throws NotebookError.
void add_put_back_mark(Database& database);

} // namespace grokscope
