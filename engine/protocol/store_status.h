// What the notebook's writer tells the front end, and what it can be asked.
#pragma once

#include "engine/protocol/metrics.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace grokscope {

/// The name of a notebook in memory, that vanishes with who opened it and that no other thread
/// reads.
inline constexpr std::string_view kInMemory = ":memory:";

/// Under which number a run of the trainer is recorded.
struct StoredNumber {
    RunId run{};
    std::int64_t number = 0;
    friend bool operator==(const StoredNumber&, const StoredNumber&) = default;
};

/// State of the notebook; newest wins.
struct StoreStatus {
    /// The notebook in use.
    std::string file;
    /// Why nothing can be saved at the moment, one sentence; empty while all is well.
    std::string problem;
    /// Records in memory only, waiting to be written.
    std::uint64_t waiting = 0;
    /// Transactions since the start.
    std::uint64_t commits = 0;
    /// The runs in it that this program trains.
    std::vector<StoredNumber> runs;
    /// What the user must know although all is well, one sentence: that the record goes on in
    /// another file than the one named, or as another run, or was put back into its place. Stays
    /// once it is said.
    std::string notice;
    /// A command that puts that right, for a shell; may be empty.
    std::string remedy;
    /// The record is not in the file it was to be in, or not as the run it was to be.
    bool elsewhere = false;
};

namespace store_request {

/// Goes on in another notebook, which must not exist; what is readable of the present one is
/// copied.
struct SaveAs {
    std::string file; ///< "~" is the home folder
};
/// Tries again at once to write what waits.
struct RetryNow {};

/// What the user wrote about a run. Notes that others wrote stay as they are. Kept at once of a
/// recorded run, else once it has trained.
struct Words {
    RunId run{};
    /// Its name, empty for none; nothing: the name that stands there stays.
    std::optional<std::string> name;
    struct Note {
        std::int32_t epoch = 0;
        std::string text;
        friend bool operator==(const Note&, const Note&) = default;
    };
    /// All that the run is to have; those that stand there already are left alone.
    std::vector<Note> notes;
    /// Those that were taken away.
    std::vector<Note> gone;
    friend bool operator==(const Words&, const Words&) = default;
};

} // namespace store_request

using StoreRequest =
    std::variant<store_request::SaveAs, store_request::RetryNow, store_request::Words>;

} // namespace grokscope
