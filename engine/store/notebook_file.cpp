#include "engine/store/notebook_file.h"

#include "engine/store/file_identity.h"
#include "engine/store/notebook_error.h"
#include "engine/store/notebook_impl.h"
#include "engine/store/notebook_schema.h"
#include "engine/store/output_file.h"
#include "engine/store/sqlite.h"

#include <array>
#include <filesystem>

namespace grokscope {

namespace fs = std::filesystem;

namespace {

/// What SQLite keeps beside a database.
constexpr std::array kCompanions = {"-wal", "-shm", "-journal"};
/// More links than any system follows.
constexpr int kMostLinks = 40;

NotebookError foreign(const std::string& file) {
    return {NotebookProblem::kForeign, "\"" + file +
                                           "\" is not a notebook of ours, so it was left alone; "
                                           "name another file"};
}

/// The application id in the header. Throws NotebookError when it cannot be read or is no database.
std::int64_t application_id(const std::string& file) {
    // Immutable: neither a log nor a journal beside it is looked at, and no lock is taken.
    return Database(file, Database::Access::kImmutable).integer("PRAGMA application_id");
}

/// Renames what lies beside a database's name and belongs to none.
void move_companions_aside(const std::string& file) {
    for (const char* companion : kCompanions) {
        std::error_code error;
        if (fs::exists(fs::symlink_status(file + companion, error))) {
            fs::rename(file + companion, file + companion + ".left-" + random_hex(8), error);
        }
        if (error && error != std::errc::no_such_file_or_directory) {
            throw fs::filesystem_error("companion", error);
        }
    }
}

} // namespace

std::string followed_links(const std::string& file) {
    fs::path path(file);
    std::error_code error;
    for (int i = 0; fs::is_symlink(fs::symlink_status(path, error)); ++i) {
        if (i == kMostLinks) {
            throw NotebookError(NotebookProblem::kCannotOpen,
                                "the notebook \"" + file +
                                    "\" cannot be opened: its symbolic links lead in a circle; "
                                    "name the file itself");
        }
        path = path.parent_path() / fs::read_symlink(path, error); // an absolute one stands alone
    }
    return path.string();
}

bool is_notebook(const std::string& file) {
    std::error_code error;
    try {
        return fs::is_regular_file(file, error) && application_id(file) == kNotebookApplicationId;
    } catch (const NotebookError&) {
        return false;
    }
}

void require_notebook(const std::string& file) {
    std::error_code error;
    const fs::file_status status = fs::status(file, error);
    if (fs::is_directory(status)) {
        throw NotebookError(NotebookProblem::kForeign,
                            "\"" + file + "\" is a folder; name a file in it as the notebook");
    }
    if (fs::exists(status) && !fs::is_regular_file(status)) {
        throw foreign(file); // opening a pipe would wait for its other end
    }
    if (!fs::exists(status)) {
        throw NotebookError(NotebookProblem::kCannotOpen,
                            "the notebook \"" + file +
                                "\" cannot be opened; check that it exists and may be read");
    }
    std::int64_t id = 0;
    try {
        id = application_id(file);
    } catch (const NotebookError& failure) {
        if (failure.may_pass()) {
            throw;
        } // else it is none
    }
    if (id != kNotebookApplicationId) {
        throw foreign(file);
    }
}

void name_notebook(const std::string& partial, const std::string& target) {
    // Locked until its name is its own: whoever opens it there waits for us, and finds no log of
    // another. Only whoever has got the name touches what lies beside it.
    Database locked(partial, Database::Access::kReadWrite);
    locked.execute("PRAGMA locking_mode = EXCLUSIVE");
    locked.execute("PRAGMA journal_mode = WAL");
    (void)locked.integer("SELECT count(*) FROM sqlite_schema");
    (void)locked.integer("PRAGMA wal_checkpoint(TRUNCATE)");
    const auto ours = identity_of(partial);
    try {
        give_name(partial, target);
        if (identity_of(target) != ours) {
            throw NotebookError(NotebookProblem::kUnusable,
                                "\"" + target + "\" exists already; name a file that does not");
        }
        move_companions_aside(target);
    } catch (const fs::filesystem_error& failure) {
        throw NotebookError(NotebookProblem::kCannotOpen,
                            "the notebook \"" + target +
                                "\" cannot be made: " + failure.code().message() +
                                "; check that its folder may be written, or name another");
    }
    std::error_code ignored; // the lock's own log, empty
    fs::remove(partial + "-wal", ignored);
}

std::string rescue_name(const std::string& file) {
    const fs::path path(file);
    for (int i = 1;; ++i) {
        const fs::path name = path.parent_path() / (path.stem().string() + "-rescued-" +
                                                    std::to_string(i) + path.extension().string());
        std::error_code ignored;
        if (!fs::exists(fs::symlink_status(name, ignored))) {
            return name.string();
        }
    }
}

void remove_notebook(const std::string& file) noexcept {
    std::error_code ignored;
    fs::remove(file, ignored);
    for (const char* companion : kCompanions) {
        fs::remove(file + companion, ignored);
    }
}

} // namespace grokscope
