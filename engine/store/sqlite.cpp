#include "engine/store/sqlite.h"

#include "engine/protocol/shown_text.h"
#include "engine/store/temporary_file.h"

#include <fcntl.h>
#include <sqlite3.h>

#include <cerrno>
#include <cmath>
#include <filesystem>
#include <limits>
#include <new>
#include <system_error>
#include <utility>

namespace grokscope {

namespace {

/// "%", "?", "#" and two slashes at the beginning would be read as syntax of a file URI.
std::string uri_of(const std::string& file) {
    constexpr std::string_view kHex = "0123456789ABCDEF";
    std::string uri = "file:";
    std::error_code error;
    const std::filesystem::path whole = std::filesystem::absolute(file, error);
    for (const char c : (error ? std::filesystem::path(file) : whole).lexically_normal().string()) {
        if (c == '%' || c == '?' || c == '#') {
            const auto byte = static_cast<unsigned char>(c);
            uri += '%';
            uri += kHex[byte >> 4U];
            uri += kHex[byte & 15U];
        } else {
            uri += c;
        }
    }
    return uri + "?immutable=1";
}

/// Whether the file system that `file` is on refuses locks, which SQLite tells as "busy". Asked of
/// a file of our own beside it. False where nothing can be made there.
bool is_without_locks(const char* file) {
    if (file == nullptr || *file == '\0') {
        return false;
    }
    try {
        const TemporaryFile probe(file);
        struct flock lock = {};
        lock.l_type = F_WRLCK;
        return fcntl(probe.descriptor(), F_SETLK, &lock) != 0 && errno != EACCES && errno != EAGAIN;
    } catch (const std::system_error&) {
        return false;
    }
}

int flags_of(Database::Access access) {
    switch (access) {
    case Database::Access::kReadOnly:
        return SQLITE_OPEN_READONLY;
    case Database::Access::kImmutable:
        return SQLITE_OPEN_READONLY | SQLITE_OPEN_URI;
    case Database::Access::kReadWrite:
        return SQLITE_OPEN_READWRITE;
    case Database::Access::kCreate:
        break;
    }
    return SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
}

} // namespace

void Database::Close::operator()(sqlite3* handle) const {
    sqlite3_close_v2(handle);
}

Database::Database(const std::string& file, Access access, const std::string& shown)
    : file_(shown.empty() ? file : shown) {
    if (access == Access::kImmutable) {
        version_ = version_of(file);
    }
    const std::string name = access == Access::kImmutable ? uri_of(file) : file;
    sqlite3* handle = nullptr;
    const int code =
        sqlite3_open_v2(name.c_str(), &handle,
                        flags_of(access) | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
    handle_.reset(handle); // there is one even after most failures
    if (code != SQLITE_OK) {
        fail(code);
    }
    sqlite3_busy_timeout(handle, kBusyMilliseconds);
    sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, static_cast<int>(kLargestValue));
    // The file may come from a stranger: its schema may call no functions with side effects, and
    // damaged pages are noticed early.
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_VIEW, 0, nullptr);
    execute("PRAGMA cell_size_check = ON");
    execute("PRAGMA foreign_keys = ON");
}

void Database::stop_when(std::function<bool()> stop) {
    stop_ = std::make_unique<std::function<bool()>>(std::move(stop));
    // Called so often that a statement ends within a moment, and so seldom that it costs nothing.
    constexpr int kInstructions = 5000;
    sqlite3_progress_handler(
        handle_.get(), kInstructions,
        [](void* asked) { return (*static_cast<std::function<bool()>*>(asked))() ? 1 : 0; },
        stop_.get());
}

void Database::check_stop() const {
    if (stop_ && (*stop_)()) {
        fail(SQLITE_INTERRUPT);
    }
}

void Database::check_unchanged() const {
    if (version_ && version_of(file_) != version_) {
        throw NotebookError(
            NotebookProblem::kLocked,
            "the notebook \"" + file_ +
                "\" was written by another program while it was read; read it again");
    }
}

void Database::execute(const std::string& sql) {
    const int code = sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) {
        fail(code);
    }
}

std::int64_t Database::integer(const std::string& sql) {
    Statement statement(*this, sql);
    return statement.step() ? statement.integer(0) : 0;
}

std::int64_t Database::last_row_id() const {
    return sqlite3_last_insert_rowid(handle_.get());
}

void Database::fail(int code) const {
    const std::string notebook = "the notebook \"" + file_ + "\" ";
    const auto refusal = [&](NotebookProblem problem, const std::string& rest) {
        return NotebookError(problem, notebook + rest);
    };
    switch (code & 0xff) { // the primary code
    case SQLITE_FULL:
        throw refusal(NotebookProblem::kFull,
                      "cannot grow: the disk is full; free some space, or save "
                      "to another place");
    case SQLITE_READONLY:
    case SQLITE_PERM:
        throw refusal(NotebookProblem::kReadOnly,
                      "may not be written; change its permissions, or save to another place");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        if (handle_ && is_without_locks(sqlite3_db_filename(handle_.get(), "main"))) {
            throw refusal(NotebookProblem::kCannotOpen,
                          "lies on a file system without locks, where two programs would spoil it; "
                          "copy it to a disk of this machine, or save to another place");
        }
        throw refusal(NotebookProblem::kLocked,
                      "is locked by another program; close that program, or save to another place");
    case SQLITE_CORRUPT:
        throw refusal(
            NotebookProblem::kCorrupt,
            "is damaged; copy what \"sqlite3 FILE .recover\" still finds, and use another file");
    case SQLITE_NOTADB:
        throw refusal(NotebookProblem::kForeign, "is a file of another kind; name another file");
    case SQLITE_CANTOPEN:
        throw refusal(NotebookProblem::kCannotOpen,
                      "cannot be opened; check that its folder exists and may be read and written");
    case SQLITE_IOERR:
        throw refusal(NotebookProblem::kDisk, std::string("could not be read or written (") +
                                                  sqlite3_errstr(code) +
                                                  "); check the disk, or save to another place");
    case SQLITE_NOMEM:
        throw std::bad_alloc();
    case SQLITE_INTERRUPT:
        throw refusal(NotebookProblem::kStopped, "was being read when that was stopped");
    default:
        break;
    }
    const char* detail = handle_ ? sqlite3_errmsg(handle_.get()) : sqlite3_errstr(code);
    throw NotebookError(NotebookProblem::kUnusable,
                        notebook +
                            "refused a request: " + shown_line(detail)); // it quotes the file
}

// -------------------------------------------------------------------------------- statements

void Statement::Finalize::operator()(sqlite3_stmt* statement) const {
    sqlite3_finalize(statement);
}

Statement::Statement(Database& database, std::string_view sql) : database_(&database) {
    sqlite3_stmt* statement = nullptr;
    const int code = sqlite3_prepare_v3(database.handle(), sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    statement_.reset(statement);
    if (code != SQLITE_OK) {
        database.fail(code);
    }
}

Statement& Statements::operator()(std::string_view sql) {
    database_->check_stop();
    auto found = prepared_.find(sql);
    if (found == prepared_.end()) {
        found = prepared_.try_emplace(sql, *database_, sql).first;
    }
    found->second.reset();
    return found->second;
}

void Statement::bind_integer(int index, std::int64_t value) {
    if (const int code = sqlite3_bind_int64(statement_.get(), index, value); code != SQLITE_OK) {
        database_->fail(code);
    }
}

void Statement::bind(int index, double value) {
    if (const int code = sqlite3_bind_double(statement_.get(), index, value); code != SQLITE_OK) {
        database_->fail(code);
    }
}

void Statement::bind(int index, std::string_view text) {
    const char* begin = text.data() == nullptr ? "" : text.data();
    if (const int code = sqlite3_bind_text64(statement_.get(), index, begin, text.size(),
                                             SQLITE_STATIC, SQLITE_UTF8);
        code != SQLITE_OK) {
        database_->fail(code);
    }
}

void Statement::bind(int index, std::span<const std::byte> blob) {
    const void* begin = blob.empty() ? static_cast<const void*>("") : blob.data();
    if (const int code =
            sqlite3_bind_blob64(statement_.get(), index, begin, blob.size(), SQLITE_STATIC);
        code != SQLITE_OK) {
        database_->fail(code);
    }
}

bool Statement::step() {
    const int code = sqlite3_step(statement_.get());
    database_->check_unchanged();
    if (code == SQLITE_ROW) {
        return true;
    }
    sqlite3_reset(statement_.get());
    if (code != SQLITE_DONE) {
        database_->fail(code);
    }
    return false;
}

void Statement::reset() {
    sqlite3_reset(statement_.get()); // its code is that of the last step, already reported
    sqlite3_clear_bindings(statement_.get());
}

std::int64_t Statement::integer(int column) const {
    return sqlite3_column_int64(statement_.get(), column);
}

double Statement::real(int column) const {
    return is_null(column) ? std::numeric_limits<double>::quiet_NaN()
                           : sqlite3_column_double(statement_.get(), column);
}

std::string Statement::text(int column) const {
    const auto* begin = sqlite3_column_text(statement_.get(), column);
    const int size = sqlite3_column_bytes(statement_.get(), column);
    return begin == nullptr
               ? std::string()
               : std::string(reinterpret_cast<const char*>(begin), static_cast<std::size_t>(size));
}

Bytes Statement::blob(int column) const {
    const auto* begin =
        static_cast<const std::byte*>(sqlite3_column_blob(statement_.get(), column));
    const int size = sqlite3_column_bytes(statement_.get(), column);
    return begin == nullptr ? Bytes() : Bytes(begin, begin + size);
}

bool Statement::is_null(int column) const {
    return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

// ------------------------------------------------------------------------------- transactions

Transaction::Transaction(Database& database, Kind kind) : database_(&database) {
    database.execute(kind == Kind::kWrite ? "BEGIN IMMEDIATE" : "BEGIN");
}

Transaction::~Transaction() {
    if (database_ != nullptr) {
        // A failure here means that SQLite has rolled back already.
        sqlite3_exec(database_->handle(), "ROLLBACK", nullptr, nullptr, nullptr);
    }
}

void Transaction::commit() {
    database_->execute("COMMIT"); // when it fails, the destructor rolls back
    database_ = nullptr;
}

} // namespace grokscope
