// Inside of the notebook, shared by its sources only.
#pragma once

#include "engine/store/bytes.h"
#include "engine/store/file_identity.h"
#include "engine/store/left_out.h"
#include "engine/store/notebook.h"
#include "engine/store/put_back_marks.h"
#include "engine/store/rounded_weights.h"
#include "engine/store/sqlite.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace grokscope {

/// A decoded record and the one it was predicted from, which the next one needs as well.
struct Notebook::RoundedRecord {
    RoundedRecord(RoundedWeights decoded, std::shared_ptr<const RoundedRecord> predecessor)
        : weights(std::move(decoded)), before(std::move(predecessor)) {}

    RoundedWeights weights;
    std::shared_ptr<const RoundedRecord> before;
};

class Notebook::Impl {
public:
    using RecordKey = std::pair<StoredRunId, std::int32_t>;

    Impl(std::string name, std::unique_ptr<Database> opened)
        : file(std::move(name)), database(std::move(opened)), statements(*database) {}

    Statement& statement(std::string_view sql) { return statements(sql); }

    /// Of its tables: an older notebook that is only read stays as it is.
    [[nodiscard]] std::int64_t version() { return database->integer("PRAGMA user_version"); }

    /// What `read()` gives; nothing when the record is damaged, which is then noted.
    template <typename Read>
    auto readable(std::int64_t run, RecordKind kind, Read read) -> std::optional<decltype(read())> {
        try {
            return read();
        } catch (const DamagedRecord& error) {
            left_out.add(run, kind, error.what());
        } catch (const NotebookError& error) {
            if (error.may_pass()) { // says nothing about the record
                throw;
            }
            left_out.add(run, kind, error.what());
        }
        return std::nullopt;
    }

    /// What `read` makes of each row that is not damaged.
    template <typename Read>
    auto rows(std::int64_t run, RecordKind kind, Statement& rows, Read read) {
        left_out.forget(run, kind);
        const ResetAtEnd reset(rows);
        std::vector<decltype(read(rows))> all;
        while (rows.step()) {
            if (auto one = readable(run, kind, [&] { return read(rows); })) {
                all.push_back(std::move(*one));
            }
        }
        return all;
    }

    /// The same of rows with large values: `keys` gives their numbers, `one_row` takes the run and
    /// a number. Each is read by itself, so that one that SQLite cannot give costs no other. At
    /// most `most`.
    template <typename Read>
    auto rows_by_key(std::int64_t run, RecordKind kind, std::string_view keys,
                     std::string_view one_row, std::size_t most, Read read) {
        left_out.forget(run, kind);
        std::vector<decltype(read(std::declval<const Statement&>()))> all;
        std::vector<std::int64_t> numbers = integers(statement(keys).with(run));
        if (numbers.size() > most) {
            left_out.add(run, kind, "a run has at most " + std::to_string(most),
                         static_cast<std::int64_t>(numbers.size() - most));
            numbers.resize(most);
        }
        for (const std::int64_t key : numbers) {
            Statement& row = statement(one_row).with(run, key);
            const ResetAtEnd reset(row);
            auto one = readable(run, kind, [&] {
                if (!row.step()) {
                    throw DamagedRecord("it was removed meanwhile");
                }
                return read(std::as_const(row));
            });
            if (one) {
                all.push_back(std::move(*one));
            }
        }
        return all;
    }

    /// To be told of figures that are out of range.
    [[nodiscard]] auto noting_figures(std::int64_t run, RecordKind kind) {
        left_out.forget(run, kind);
        return [this, run, kind](const std::string& why) { left_out.add(run, kind, why); };
    }

    /// A state with the parts that follow the first. That one is missing is found by its checksum.
    [[nodiscard]] Bytes whole_state(std::int64_t run, Bytes first);

    /// The first column of all rows.
    static std::vector<std::int64_t> integers(Statement& rows) {
        const ResetAtEnd reset(rows);
        std::vector<std::int64_t> all;
        while (rows.step()) {
            all.push_back(rows.integer(0));
        }
        return all;
    }

    /// How far the notebook reached when last looked at.
    struct Extent {
        std::int64_t pages = 0;   ///< its log included
        std::int64_t schema = 0;  ///< counted up by every VACUUM
        std::uintmax_t least = 0; ///< bytes of the file, unless SQLite makes it smaller once more
    };

    std::string file; ///< as it was named; the database knows it with its links followed
    std::unique_ptr<Database> database;
    Statements statements;
    std::optional<FileIdentity> identity;
    std::optional<FileRights> rights; ///< while it still has its name
    /// SQLite's own files beside it, as they were when it was opened.
    std::vector<std::pair<std::string, std::optional<FileIdentity>>> companions;
    Extent extent;
    PutBackMarks old_marks; ///< those that it had when it was opened
    bool overwritten = false;
    bool left = false; ///< by leave_place()
    LeftOut left_out;
    /// Those that left_out counts.
    std::set<RecordKey> unusable_weights;
    std::optional<Transaction> transaction;
    /// The chain of rounded records that was read last; forgotten when anything is written.
    std::map<RecordKey, std::shared_ptr<const RoundedRecord>> decoded;
};

/// The version of the tables from which on they have CPU seconds.
inline constexpr std::int64_t kCpuSecondsSince = 4;
/// The one from which on a state may have several parts.
inline constexpr std::int64_t kPartsSince = 8;

/// Now, UTC, "2024-03-01T12:30:05Z".
[[nodiscard]] std::string now_utc();

/// As many digits of chance.
[[nodiscard]] std::string random_hex(std::size_t digits);

/// A measure row's lists as one JSON object, and back. Throws DamagedRecord on a wrong text.
[[nodiscard]] std::string progress_details(const ProgressRow& row);
void read_progress_details(const std::string& text, ProgressRow& row);

/// Records of an even p made before its alternating frequency k = p/2 was measured end one
/// frequency short: adds what is missing there as missing, so that all rows of a run have p/2
/// entries.
void complete_frequencies(ProgressRow& row);

} // namespace grokscope
