// Collects what the user asks for and hands it to the trainer, oldest first, as room allows.
// Threads: main thread only.
#pragma once

#include "engine/protocol/channels.h"

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <variant>
#include <vector>

namespace grokscope::ui {

/// Front end's end of the command ring, with the list of what is not yet acknowledged.
class CommandSink {
public:
    /// Queues a command; never blocks. The number under which its acknowledgement comes back.
    std::uint64_t send(CommandBody body);
    /// A run number that was never used.
    [[nodiscard]] RunId new_run_id() { return RunId{next_run_++}; }

    /// Moves what fits into the ring and rings the doorbell. True when something was moved.
    bool flush(Channels& channels);
    /// Crosses the command off.
    void acknowledged(const Acknowledgement& acknowledgement);

    /// Whether a command of this kind still waits for its acknowledgement.
    template <typename Kind>
    [[nodiscard]] bool pending() const {
        for (const auto& [number, body] : pending_) {
            if (std::holds_alternative<Kind>(body)) {
                return true;
            }
        }
        return false;
    }
    [[nodiscard]] bool idle() const { return pending_.empty(); }

    /// Commands sent since the last call, oldest first: for the log.
    [[nodiscard]] std::vector<Command> take_sent();

private:
    std::uint64_t next_number_ = 1;
    std::uint32_t next_run_ = 1;
    std::deque<Command> waiting_;
    std::map<std::uint64_t, CommandBody> pending_;
    std::vector<Command> sent_;
};

/// The command in one word, e.g. "add_run".
[[nodiscard]] const char* name_of(const CommandBody& body);

} // namespace grokscope::ui
