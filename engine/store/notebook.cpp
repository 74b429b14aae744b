#include "engine/store/notebook.h"

#include "engine/protocol/store_status.h"
#include "engine/store/database_copy.h"
#include "engine/store/file_identity.h"
#include "engine/store/notebook_file.h"
#include "engine/store/notebook_impl.h"
#include "engine/store/notebook_schema.h"
#include "engine/store/sqlite.h"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>
#include <filesystem>
#include <functional>
#include <random>
#include <string_view>
#include <utility>

#ifdef _WIN32
#include <io.h>
#else
#include <fcntl.h>
#include <unistd.h>
#endif

namespace grokscope {

namespace fs = std::filesystem;

namespace {

/// How long to wait for another's transaction before a mark is given up, in milliseconds.
constexpr int kBusyWithMark = 500;

/// Making another file counts as writing, even where this one is only read.
class WritingAllowed {
public:
    explicit WritingAllowed(Database& database)
        : database_(&database), query_only_(database.integer("PRAGMA query_only")) {
        set(0);
    }
    ~WritingAllowed() { set(query_only_); }
    WritingAllowed(const WritingAllowed&) = delete;
    WritingAllowed& operator=(const WritingAllowed&) = delete;

private:
    void set(std::int64_t query_only) {
        // Cannot fail: it is a switch of the connection, and touches no file.
        sqlite3_exec(database_->handle(),
                     ("PRAGMA query_only = " + std::to_string(query_only)).c_str(), nullptr,
                     nullptr, nullptr);
    }

    Database* database_;
    std::int64_t query_only_;
};

/// A complete notebook of no runs.
void make_notebook(const std::string& file) {
    std::error_code error;
    const fs::path folder = fs::path(file).parent_path();
    if (!folder.empty() && !fs::create_directories(folder, error) && error) {
        throw NotebookError(NotebookProblem::kCannotOpen,
                            "the notebook \"" + file + "\" cannot be opened: its folder \"" +
                                folder.string() + "\" cannot be made: " + error.message());
    }
    try {
        make_notebook_file(file, file, [](const std::string& temporary) {
            Database database(temporary, Database::Access::kCreate);
            create_schema(database);
        });
    } catch (...) {
        if (!is_notebook(file)) { // else somebody else was quicker: as good as ours
            throw;
        }
    }
}

/// An empty file is what others leave for us to fill, mktemp for one.
void fill_empty_file(const std::string& file) {
    Database database(file, Database::Access::kReadWrite);
    create_schema(database);
}

bool may_be_written(const std::string& file) {
    std::string folder = fs::path(file).parent_path().string();
    if (folder.empty()) {
        folder = ".";
    }
#ifdef _WIN32
    return _access(file.c_str(), 2) == 0 && _access(folder.c_str(), 2) == 0;
#else
    return faccessat(AT_FDCWD, file.c_str(), W_OK, AT_EACCESS) == 0 &&
           faccessat(AT_FDCWD, folder.c_str(), W_OK, AT_EACCESS) == 0;
#endif
}

/// A connection that has read something, so that what is wrong is known.
std::unique_ptr<Database> connected(const std::string& file, Database::Access access) {
    auto database = std::make_unique<Database>(file, access);
    database->execute("PRAGMA query_only = ON");
    (void)database->integer("PRAGMA user_version");
    return database;
}

/// Where another way of reading may help: not when the file is busy or damaged.
bool other_way_may_help(const NotebookError& error) {
    return error.problem() != NotebookProblem::kLocked &&
           error.problem() != NotebookProblem::kCorrupt;
}

std::unique_ptr<Database> open_for_reading(const std::string& file) {
    if (may_be_written(file)) {
        // As those do that write: SQLite takes what it keeps beside the file away again, which a
        // connection that may not write leaves there.
        try {
            return connected(file, Database::Access::kReadWrite);
        } catch (const NotebookError& error) {
            if (!other_way_may_help(error)) {
                throw;
            }
        }
    }
    std::error_code ignored;
    const auto is_complete = [&] { return !fs::exists(file + "-wal", ignored); };
    if (is_complete()) { // the file alone, as long as nobody writes it
        auto alone = connected(file, Database::Access::kImmutable);
        if (is_complete()) {
            return alone;
        }
    }
    try {
        return connected(file, Database::Access::kReadOnly);
    } catch (const NotebookError& error) {
        if (!other_way_may_help(error)) {
            throw;
        }
    }
    // There is no room for the log's index beside the file.
    return fs::file_size(file + "-wal", ignored) == 0
               ? connected(file, Database::Access::kImmutable)
               : open_copy_with_log(file);
}

std::unique_ptr<Database> open_for_writing(const std::string& file) {
    require_room_beside(file, "-wal", file);
    auto database = std::make_unique<Database>(file, Database::Access::kReadWrite);
    check_schema(*database, static_cast<int>(database->integer("PRAGMA user_version")));
    database->execute("PRAGMA journal_mode = WAL");
    database->execute("PRAGMA synchronous = NORMAL");
    // Keeps the log from staying as large as its largest moment.
    database->execute("PRAGMA journal_size_limit = 16777216");
    migrate_schema(*database);
    return database;
}

/// Throws when what was opened to be written has lost its name by now.
void require_its_place(Database& database) {
    int has_moved = 0;
    sqlite3_file_control(database.handle(), "main", SQLITE_FCNTL_HAS_MOVED, &has_moved);
    if (has_moved != 0) {
        throw is_being_replaced(database.file());
    }
}

std::unique_ptr<Database> open_database(const std::string& file, Notebook::Access access) {
    if (file == kInMemory) {
        auto database = std::make_unique<Database>(file, Database::Access::kCreate);
        create_schema(*database);
        return database;
    }
    const std::string place = followed_links(file);
    std::error_code error;
    if (access == Notebook::Access::kReadWrite) {
        const fs::file_status status = fs::status(place, error);
        if (!fs::exists(status)) {
            make_notebook(place);
        } else if (fs::is_regular_file(status) && fs::file_size(place, error) == 0) {
            fill_empty_file(place);
        }
    }
    require_notebook(place);
    if (access != Notebook::Access::kReadOnly) {
        return open_for_writing(place);
    }
    auto database = open_for_reading(place);
    check_schema(*database, static_cast<int>(database->integer("PRAGMA user_version")));
    return database;
}

} // namespace

std::string random_hex(std::size_t digits) {
    constexpr std::string_view kHex = "0123456789abcdef";
    std::random_device device;
    std::string text;
    while (text.size() < digits) {
        for (unsigned bits = device(), i = 0; i < 8 && text.size() < digits; ++i, bits >>= 4U) {
            text += kHex[bits & 15U];
        }
    }
    return text;
}

std::string now_utc() {
    const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    std::tm parts{};
#ifdef _WIN32
    gmtime_s(&parts, &now);
#else
    gmtime_r(&now, &parts);
#endif
    std::array<char, 32> text{};
    const std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
    return {text.data(), size};
}

Notebook::Notebook(const std::string& file, Access access)
    : impl_(std::make_unique<Impl>(file, open_database(file, access))) {
    const std::string& place = impl_->database->file();
    impl_->identity = identity_of(place);
    impl_->rights = rights_of(place);
    for (const char* companion : {"-wal", "-shm"}) {
        impl_->companions.emplace_back(place + companion, identity_of(place + companion));
    }
    impl_->old_marks = put_back_marks(*impl_->database);
    if (access != Access::kReadOnly) {
        require_its_place(*impl_->database);
    }
}

Notebook::~Notebook() = default;
Notebook::Notebook(Notebook&&) noexcept = default;
Notebook& Notebook::operator=(Notebook&&) noexcept = default;

const std::string& Notebook::file() const {
    return impl_->file;
}

const std::optional<FileIdentity>& Notebook::identity() const {
    return impl_->identity;
}

void Notebook::stop_when(std::function<bool()> stop) {
    impl_->database->stop_when(std::move(stop));
}

void Notebook::begin() {
    impl_->transaction.emplace(*impl_->database);
    if (was_put_back()) { // within the transaction: nobody can do it from now on
        roll_back();
        throw is_being_replaced(impl_->database->file());
    }
}

void Notebook::commit() {
    impl_->transaction.value().commit();
    impl_->transaction.reset();
}

void Notebook::roll_back() noexcept {
    impl_->transaction.reset();
}

void Notebook::all_or_nothing(const std::function<void()>& write) {
    begin();
    try {
        write();
        commit();
    } catch (...) {
        roll_back();
        throw;
    }
}

Notebook::OneMoment::OneMoment(Notebook& notebook)
    : notebook_(notebook.impl_->transaction ? nullptr : &notebook) {
    if (notebook_ != nullptr) {
        notebook.impl_->transaction.emplace(*notebook.impl_->database, Transaction::Kind::kRead);
    }
}

Notebook::OneMoment::~OneMoment() {
    if (notebook_ != nullptr) {
        notebook_->roll_back();
    }
}

void Notebook::check_integrity() {
    Statement check(*impl_->database, "PRAGMA integrity_check(1)");
    if (!check.step() || check.text(0) != "ok") {
        impl_->database->fail(SQLITE_CORRUPT);
    }
}

bool Notebook::was_put_back() {
    impl_->left = impl_->left || put_back_marks(*impl_->database) != impl_->old_marks;
    return impl_->left;
}

bool Notebook::was_put_back_in(Notebook& other) {
    PutBackMarks since = put_back_marks(*impl_->database);
    std::erase_if(since, [&](const std::string& mark) { return impl_->old_marks.contains(mark); });
    const PutBackMarks there = put_back_marks(*other.impl_->database);
    // Any: whatever was written here, was so before the first.
    return std::ranges::any_of(since,
                               [&](const std::string& mark) { return there.contains(mark); });
}

Notebook::Place Notebook::place() {
    const std::string& file = impl_->database->file();
    if (file == kInMemory) {
        return Place::kKept;
    }
    const auto present = identity_of(file);
    if (!present) {
        return Place::kGone;
    }
    if (present != impl_->identity) {
        return Place::kReplaced;
    }
    impl_->rights = rights_of(file);
    // Never again, whatever is written there next.
    impl_->overwritten = impl_->overwritten || has_shrunk();
    if (impl_->overwritten) {
        return Place::kOverwritten;
    }
    try {
        return was_put_back() ? Place::kReplaced // it has come back, but its log is gone
                              : Place::kKept;
    } catch (const NotebookError&) { // what comes next will say why
        return Place::kKept;
    }
}

bool Notebook::has_shrunk() {
    // With a log the file never shrinks, unless SQLite itself has made it smaller: then it counted
    // fewer pages or a newer schema before.
    Database& database = *impl_->database;
    const auto counted = [&] {
        return std::pair(database.integer("PRAGMA page_count"),
                         database.integer("PRAGMA schema_version"));
    };
    try {
        // In this order: while the log is empty, all pages counted before are in the file.
        const auto [pages, schema] = counted();
        std::error_code error;
        const std::uintmax_t log_bytes = fs::file_size(database.file() + "-wal", error);
        const bool log_is_empty = !error && log_bytes == 0;
        const std::uintmax_t bytes = fs::file_size(database.file(), error);
        if (error || counted() != std::pair(pages, schema)) {
            return false; // not known of this moment; it is looked at again soon
        }
        const auto all_bytes =
            static_cast<std::uintmax_t>(pages * database.integer("PRAGMA page_size"));
        const Impl::Extent before =
            std::exchange(impl_->extent, {pages, schema, std::min(bytes, all_bytes)});
        const bool made_smaller = pages < before.pages || schema > before.schema;
        return (bytes < before.least && !made_smaller) || (log_is_empty && bytes < all_bytes);
    } catch (const NotebookError&) { // what comes next will say why
        return false;
    }
}

void Notebook::leave_place(Place place) {
    sqlite3* handle = impl_->database->handle();
    if (place == Place::kGone && !impl_->left) {
        sqlite3_busy_timeout(handle, kBusyWithMark);
        try {
            add_put_back_mark(*impl_->database);
        } catch (const NotebookError&) { // others do without: they go on beside it
        }
        sqlite3_busy_timeout(handle, Database::kBusyMilliseconds);
    }
    impl_->left = true;
    sqlite3_db_config(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    if (place != Place::kOverwritten) {
        // What the file lacks under its new name, if it has one. Busy is no failure: whoever reads
        // it does the same.
        sqlite3_wal_checkpoint_v2(handle, "main", SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
    }
    for (const auto& [companion, identity] : impl_->companions) {
        std::error_code ignored;
        if (identity && identity_of(companion) == identity) {
            fs::remove(companion, ignored);
        }
    }
}

bool Notebook::fold_log() {
    sqlite3* handle = impl_->database->handle();
    sqlite3_busy_timeout(handle, 0);
    const int code =
        sqlite3_wal_checkpoint_v2(handle, "main", SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
    sqlite3_busy_timeout(handle, Database::kBusyMilliseconds);
    return code == SQLITE_OK;
}

void Notebook::copy_to(const std::string& file, Copy copy) {
    make_notebook_file(followed_links(file), file, [&](const std::string& temporary) {
        {
            const WritingAllowed allowed(*impl_->database);
            impl_->statement("VACUUM INTO ?1").with(temporary).run();
        }
        if (copy == Copy::kSound) {
            Notebook(temporary, Access::kReadOnly).check_integrity();
        }
        if (impl_->rights) {
            give_rights(temporary, *impl_->rights);
        }
    });
}

} // namespace grokscope
