// Inside of the notebook, shared by its sources only.
#pragma once

#include "engine/store/file_identity.h"
#include "engine/store/notebook.h"
#include "engine/store/rounded_weights.h"
#include "engine/store/sqlite.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
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
        : file(std::move(name)), database(std::move(opened)) {}

    /// The prepared statement for a text that lives for ever, ready to bind.
    Statement& statement(std::string_view sql) {
        auto found = statements_.find(sql);
        if (found == statements_.end()) {
            found = statements_.try_emplace(sql, *database, sql).first;
        }
        found->second.reset();
        return found->second;
    }

    /// How far the file reaches, as last looked at.
    struct Extent {
        std::uintmax_t bytes = 0;
        std::int64_t pages = 0;
    };

    std::string file; ///< as it was named; the database knows it with its links followed
    std::unique_ptr<Database> database;
    std::optional<FileIdentity> identity;
    /// SQLite's own files beside it, as they were when it was opened.
    std::vector<std::pair<std::string, std::optional<FileIdentity>>> companions;
    Extent extent;
    bool overwritten = false;
    std::optional<Transaction> transaction;
    /// The chain of rounded records that was read last; forgotten when anything is written.
    std::map<RecordKey, std::shared_ptr<const RoundedRecord>> decoded;

private:
    std::map<std::string_view, Statement> statements_; // before the database goes
};

/// Now, UTC, "2024-03-01T12:30:05Z".
[[nodiscard]] std::string now_utc();

/// As many digits of chance.
[[nodiscard]] std::string random_hex(std::size_t digits);

/// A measure row's lists as one JSON object, and back. Throws std::runtime_error on a wrong text.
[[nodiscard]] std::string progress_details(const ProgressRow& row);
void read_progress_details(const std::string& text, ProgressRow& row);

/// Records of an even p made before its alternating frequency k = p/2 was measured end one
/// frequency short: adds what is missing there as missing, so that all rows of a run have p/2
/// entries.
void complete_frequencies(ProgressRow& row);

} // namespace grokscope
