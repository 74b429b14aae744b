// The tables of a notebook and how older versions become the present one.
#pragma once

#include "engine/store/sqlite.h"

#include <cstdint>
#include <string>

namespace grokscope {

/// "Grok" in the file's header: tells a notebook from any other SQLite file.
inline constexpr std::uint32_t kNotebookApplicationId = 0x47726F6B;
/// Version of the tables that this program writes, in the file's header as user_version.
inline constexpr int kNotebookVersion = 8;

/// Makes the tables in an empty database, with application id and version; leaves one that has a
/// version as it is.
void create_schema(Database& database);

/// Brings a notebook of an older version up to date, in one transaction. Nothing to do for the
/// present one.
void migrate_schema(Database& database);

/// Throws NotebookError unless the tables are exactly those of this version: kForeign for other
/// tables, kNewer for a later version, kCorrupt for damage. Triggers and views of a stranger are no
/// matter: Database runs none.
void check_schema(Database& database, int version);

} // namespace grokscope
