#include "engine/store/notebook_file.h"

#include "engine/store/file_identity.h"
#include "engine/store/notebook_error.h"
#include "engine/store/notebook_impl.h"
#include "engine/store/notebook_schema.h"
#include "engine/store/partial_file.h"
#include "engine/store/raw_file.h"
#include "engine/store/sqlite.h"
#include "engine/store/temporary_file.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>

namespace grokscope {

namespace fs = std::filesystem;

namespace {

/// What SQLite keeps beside a database.
constexpr std::array kCompanions = {"-wal", "-shm", "-journal"};

/// Whether SQLite keeps `file` beside a database that is there. It guards no locks of it.
bool is_companion(const std::string& file) {
    const std::string database = database_beside(file);
    std::error_code ignored;
    return !database.empty() && fs::exists(database, ignored);
}

/// Whether a regular file begins as a notebook does (SQLite file format, section 1.3). Not asked as
/// a database, which a file is not that a killed program left half-written, but for its log. Throws
/// NotebookError when it cannot be read.
bool has_our_header(const std::string& file) {
    constexpr std::string_view kSqliteMagic{"SQLite format 3\0", 16};
    constexpr std::size_t kIdAt = 68; // big-endian
    if (is_companion(file)) {
        return false;
    }
    std::array<char, 100> header{};
    RawFile(file, RawFile::Kind::kDatabase).read(header, 0);
    std::uint32_t id = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        id = id << 8U | static_cast<unsigned char>(header.at(kIdAt + i));
    }
    return std::string_view(header.data(), kSqliteMagic.size()) == kSqliteMagic && id == kNotebookApplicationId;
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

std::string database_beside(const std::string& file) {
    const auto* const end = std::ranges::find_if(
        kCompanions, [&](std::string_view companion) { return file.ends_with(companion); });
    return end == kCompanions.end() ? std::string()
                                    : file.substr(0, file.size() - std::string_view(*end).size());
}

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
        return fs::is_regular_file(file, error) && has_our_header(followed_links(file));
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
    // Opening a pipe would wait for its other end.
    if ((fs::exists(status) && !fs::is_regular_file(status)) ||
        !has_our_header(followed_links(file))) {
        throw NotebookError(NotebookProblem::kForeign,
                            "\"" + file +
                                "\" is not a notebook of ours, so it was left alone; name another "
                                "file");
    }
}

void require_room_beside(const std::string& file, std::string_view ending,
                         const std::string& named) {
    const fs::path path(file);
    const std::size_t bytes = path.filename().string().size();
    const std::size_t longest = longest_name(path.parent_path());
    if (bytes + ending.size() > longest) {
        throw NotebookError(NotebookProblem::kCannotOpen,
                            "the notebook \"" + named + "\" cannot be written: its name has " +
                                std::to_string(bytes) + " bytes, and its folder takes " +
                                std::to_string(longest) + " at most, \"" + std::string(ending) +
                                "\" of SQLite's own file beside it included; choose a shorter one");
    }
}

void make_notebook_file(const std::string& file, const std::string& named,
                        const std::function<void(const std::string& temporary)>& fill) {
    require_room_beside(file, "-journal", named);
    std::error_code error;
    const fs::path whole = fs::absolute(file, error);
    const fs::path& target = error ? fs::path(file) : whole;
    remove_stale_temporaries(target);
    // In a folder of its own, which says whose it is: to lock or to mark the file itself, it would
    // have to be opened outside SQLite.
    std::optional<TemporaryFolder> folder;
    try {
        folder.emplace(target);
    } catch (const std::system_error& failure) {
        throw NotebookError(NotebookProblem::kCannotOpen,
                            "the notebook \"" + named +
                                "\" cannot be opened: " + failure.code().message() +
                                "; check that its folder exists and may be written");
    }
    const std::string temporary = (folder->path() / "db").string();
    with_target_named(temporary, named, [&] {
        fill(temporary);
        name_notebook(temporary, file);
    });
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
            throw name_is_taken(target);
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

NotebookError name_is_taken(const std::string& file) {
    return {NotebookProblem::kExists, "\"" + file + "\" exists already; name a file that does not"};
}

NotebookError is_being_replaced(const std::string& file) {
    return {NotebookProblem::kCannotOpen,
            "the notebook \"" + file + "\" is being replaced by another file; try again"};
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

} // namespace grokscope
