#include "engine/store/database_copy.h"

#include "engine/store/file_identity.h"
#include "engine/store/notebook_impl.h"
#include "engine/store/raw_file.h"
#include "engine/store/temporary_folder.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <span>
#include <utility>
#include <vector>

namespace grokscope {

namespace fs = std::filesystem;

namespace {

void copy_file(const std::string& file, RawFile::Kind kind, const std::string& target) {
    constexpr std::int64_t kPiece = 1 << 20;
    RawFile source(file, kind);
    std::ofstream out(target, std::ios::binary);
    std::vector<char> piece(static_cast<std::size_t>(kPiece));
    const std::int64_t size = source.size();
    for (std::int64_t at = 0; out && at < size; at += kPiece) {
        const std::span<char> part(piece.data(),
                                   static_cast<std::size_t>(std::min(kPiece, size - at)));
        source.read(part, at);
        out.write(part.data(), static_cast<std::streamsize>(part.size()));
    }
    out.close();
    if (!out) {
        throw NotebookError(NotebookProblem::kDisk,
                            "the notebook \"" + file +
                                "\" cannot be read where it lies, and no copy of it could be made "
                                "in \"" +
                                fs::path(target).parent_path().string() +
                                "\"; set TMPDIR to a folder with room for it");
    }
}

/// How often a copy is begun anew because its source was written to meanwhile.
constexpr int kTries = 5;

/// Copies a database and its log as they stood at one moment. Throws NotebookError where the source
/// never keeps still for so long.
void copy_with_log(const std::string& file, const std::string& copy) {
    const auto versions = [&] { return std::pair(version_of(file), version_of(file + "-wal")); };
    for (int i = 0; i < kTries; ++i) {
        const auto before = versions();
        copy_file(file, RawFile::Kind::kDatabase, copy);
        copy_file(file + "-wal", RawFile::Kind::kLog, copy + "-wal");
        if (versions() == before) {
            return;
        }
    }
    throw NotebookError(NotebookProblem::kLocked,
                        "the notebook \"" + file +
                            "\" cannot be read where it lies, and is written to by another program "
                            "while it is copied; try again when that rests, or where this program "
                            "may write beside it");
}

} // namespace

std::unique_ptr<Database> open_copy_with_log(const std::string& file) {
    const fs::path folder = temporary_folder() / ("grokscope-reading-" + random_hex(16));
    std::error_code ignored;
    fs::create_directory(folder, ignored);
    fs::permissions(folder, fs::perms::owner_all, ignored);
    const std::string copy = (folder / "notebook.db").string();
    try {
        copy_with_log(file, copy);
        auto database = std::make_unique<Database>(copy, Database::Access::kReadWrite, file);
        database->execute("PRAGMA query_only = ON");
        (void)database->integer("SELECT count(*) FROM sqlite_schema"); // has all files open
        fs::remove_all(folder, ignored); // their content stays until they are closed
        return database;
    } catch (...) {
        fs::remove_all(folder, ignored);
        throw;
    }
}

} // namespace grokscope
