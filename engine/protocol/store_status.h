// What the notebook's writer tells the front end, and what it can be asked.
#pragma once

#include "engine/protocol/metrics.h"

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace grokscope {

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
};

namespace store_request {

/// Goes on in another notebook, which must not exist; what is readable of the present one is
/// copied.
struct SaveAs {
    std::string file;
};
/// Tries again at once to write what waits.
struct RetryNow {};

/// What the user wrote about a run takes the place of what stands there: its name, empty for none,
/// and its notes. Kept once the run has trained.
struct Words {
    RunId run{};
    std::string name;
    struct Note {
        std::int32_t epoch = 0;
        std::string text;
        friend bool operator==(const Note&, const Note&) = default;
    };
    std::vector<Note> notes;
    friend bool operator==(const Words&, const Words&) = default;
};

} // namespace store_request

using StoreRequest =
    std::variant<store_request::SaveAs, store_request::RetryNow, store_request::Words>;

} // namespace grokscope
