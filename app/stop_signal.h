// Ctrl-C and its relatives, turned from a sudden end into a request.
#pragma once

#include <optional>

namespace grokscope {

/// While this lives, the first interrupt, termination, hang-up or broken output of the process is
/// remembered instead of ending it; a second one of the same kind ends it at once. One at a time.
class StopSignal {
public:
    StopSignal();
    /// The system's own handling is back.
    ~StopSignal();
    StopSignal(const StopSignal&) = delete; // the process has one set of handlers
    StopSignal& operator=(const StopSignal&) = delete;

    /// The number of the signal that came, if one did. Any thread; never blocks.
    [[nodiscard]] std::optional<int> received() const;
};

} // namespace grokscope
