// SQLite's handles with owners: a connection, a prepared statement, a transaction. Every failure
// becomes a NotebookError.
// Threads: a connection and its statements belong to one thread at a time.
#pragma once

#include "engine/store/bytes.h"
#include "engine/store/file_identity.h"
#include "engine/store/notebook_error.h"

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace grokscope {

/// Largest text or blob, SQLite's own limit. The weights of the largest model are 605 MB.
inline constexpr std::size_t kLargestValue = 1'000'000'000;

/// A connection to one file.
class Database {
public:
    enum class Access : std::uint8_t {
        kReadOnly,
        /// Read only, without locks, and nothing is created beside the file: for what may not be
        /// written. Once somebody else changes it, reading fails with kLocked.
        kImmutable,
        kReadWrite,
        kCreate
    };

    /// How long a statement waits for another program's transaction.
    static constexpr int kBusyMilliseconds = 2000;

    /// Opens `file` (":memory:" is allowed), which sentences call `shown` where that is given.
    /// Throws NotebookError.
    Database(const std::string& file, Access access, const std::string& shown = {});

    /// Runs statements that give no rows.
    void execute(const std::string& sql);
    /// First column of the first row of a query.
    [[nodiscard]] std::int64_t integer(const std::string& sql);

    /// Asked between statements and during long ones, on this thread: true makes them fail with
    /// NotebookError kStopped. Must not throw.
    void stop_when(std::function<bool()> stop);
    /// Throws that when it is time.
    void check_stop() const;
    /// Throws kLocked when what was just read may be half of one moment and half of another.
    void check_unchanged() const;

    /// As sentences call it.
    [[nodiscard]] const std::string& file() const { return file_; }
    [[nodiscard]] std::int64_t last_row_id() const;
    /// Throws what the result code of a failed call means.
    [[noreturn]] void fail(int code) const;
    [[nodiscard]] sqlite3* handle() const { return handle_.get(); }

private:
    struct Close {
        void operator()(sqlite3* handle) const;
    };

    std::string file_;
    std::optional<FileVersion> version_;          ///< of a file that is read without locks
    std::unique_ptr<std::function<bool()>> stop_; // SQLite has its address
    std::unique_ptr<sqlite3, Close> handle_;
};

/// One prepared statement, used again and again: bind, step, and it resets itself.
class Statement {
public:
    /// `database` outlives this. Throws NotebookError on a mistake in `sql`.
    Statement(Database& database, std::string_view sql);

    /// Sets parameter `index` (from 1). NaN becomes NULL.
    void bind(int index, std::integral auto value) {
        bind_integer(index, static_cast<std::int64_t>(value));
    }
    void bind(int index, double value);
    /// Text and blob stay alive until the next step() has returned.
    void bind(int index, std::string_view text);
    void bind(int index, std::span<const std::byte> blob);

    /// Sets all parameters in order.
    template <typename... Values>
    Statement& with(const Values&... values) {
        reset();
        int index = 0;
        (bind(++index, values), ...);
        return *this;
    }

    /// True when there is a row to read; when there is none, the statement is reset.
    bool step();
    /// Executes a statement that gives no rows.
    void run() {
        while (step()) {
        }
    }
    void reset();

    /// Columns of the current row, from 0. A NULL is 0, NaN, or empty.
    [[nodiscard]] std::int64_t integer(int column) const;
    [[nodiscard]] double real(int column) const;
    [[nodiscard]] std::string text(int column) const;
    [[nodiscard]] Bytes blob(int column) const;
    [[nodiscard]] bool is_null(int column) const;

private:
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const;
    };

    void bind_integer(int index, std::int64_t value);

    Database* database_;
    std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

/// Resets a statement that may be left before its last row: until then it would hold its reading of
/// the file open.
class ResetAtEnd {
public:
    explicit ResetAtEnd(Statement& statement) : statement_(&statement) {}
    ~ResetAtEnd() { statement_->reset(); }
    ResetAtEnd(const ResetAtEnd&) = delete;
    ResetAtEnd& operator=(const ResetAtEnd&) = delete;

private:
    Statement* statement_;
};

/// Statements that are prepared once.
class Statements {
public:
    /// `database` outlives this.
    explicit Statements(Database& database) : database_(&database) {}

    /// The statement for a text that lives for ever, ready to bind.
    Statement& operator()(std::string_view sql);

private:
    Database* database_;
    std::map<std::string_view, Statement> prepared_;
};

/// Everything between construction and commit() happens, or nothing does.
class Transaction {
public:
    enum class Kind : std::uint8_t {
        kWrite, ///< takes the write lock at once, so that a later statement meets no other writer
        kRead   ///< takes no lock: all that is read is as it was at the first reading
    };
    explicit Transaction(Database& database, Kind kind = Kind::kWrite);
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;

    void commit();

private:
    Database* database_;
};

} // namespace grokscope
