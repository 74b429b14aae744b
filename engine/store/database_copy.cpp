#include "engine/store/database_copy.h"

#include "engine/store/notebook_file.h"
#include "engine/store/notebook_impl.h"

#include <sqlite3.h>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <new>
#include <vector>

namespace grokscope {

namespace fs = std::filesystem;

namespace {

/// A file opened by SQLite's own means, which know what else of it this process has open: closing
/// it costs nobody a lock.
class SourceFile {
public:
    SourceFile(const std::string& file, int kind)
        : name_(sqlite3_create_filename(file.c_str(), "", "", 0, nullptr)),
          storage_(static_cast<std::size_t>(sqlite3_vfs_find(nullptr)->szOsFile)) {
        sqlite3_vfs* system = sqlite3_vfs_find(nullptr);
        if (name_ == nullptr) {
            throw std::bad_alloc();
        }
        if (system->xOpen(system, name_, handle(), SQLITE_OPEN_READONLY | kind, nullptr) !=
            SQLITE_OK) {
            sqlite3_free_filename(const_cast<char*>(name_));
            throw NotebookError(NotebookProblem::kCannotOpen,
                                "the notebook \"" + file +
                                    "\" cannot be opened; check that it may be read");
        }
    }
    ~SourceFile() {
        handle()->pMethods->xClose(handle());
        sqlite3_free_filename(const_cast<char*>(name_));
    }
    SourceFile(const SourceFile&) = delete;
    SourceFile& operator=(const SourceFile&) = delete;

    void copy_to(const std::string& target) {
        constexpr sqlite3_int64 kPiece = 1 << 20;
        sqlite3_int64 size = 0;
        bool well = handle()->pMethods->xFileSize(handle(), &size) == SQLITE_OK;
        std::ofstream out(target, std::ios::binary);
        std::vector<char> piece(static_cast<std::size_t>(kPiece));
        for (sqlite3_int64 at = 0; well && out && at < size; at += kPiece) {
            const auto bytes = static_cast<int>(std::min(kPiece, size - at));
            well = handle()->pMethods->xRead(handle(), piece.data(), bytes, at) == SQLITE_OK;
            out.write(piece.data(), bytes);
        }
        out.close();
        if (!well || !out) {
            throw NotebookError(NotebookProblem::kDisk,
                                "the notebook \"" + std::string(name_) +
                                    "\" cannot be read where it lies, and no copy of it could be "
                                    "made in \"" +
                                    fs::path(target).parent_path().string() +
                                    "\"; set TMPDIR to a folder with room for it");
        }
    }

private:
    [[nodiscard]] sqlite3_file* handle() {
        return reinterpret_cast<sqlite3_file*>(storage_.data());
    }

    sqlite3_filename name_;
    std::vector<std::max_align_t> storage_; // more than it needs
};

fs::path folder_for_copies() {
    std::error_code error;
    fs::path folder = fs::temp_directory_path(error);
    return error ? fs::path("/tmp") : folder;
}

} // namespace

std::unique_ptr<Database> open_copy_with_log(const std::string& file) {
    const fs::path folder = folder_for_copies() / ("grokscope-reading-" + random_hex(16));
    std::error_code ignored;
    fs::create_directory(folder, ignored);
    fs::permissions(folder, fs::perms::owner_all, ignored);
    const std::string copy = (folder / "notebook.db").string();
    try {
        SourceFile(file, SQLITE_OPEN_MAIN_DB).copy_to(copy);
        SourceFile(file + "-wal", SQLITE_OPEN_WAL).copy_to(copy + "-wal");
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
