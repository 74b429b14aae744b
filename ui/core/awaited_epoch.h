// Waits for the epoch of a run at which a picture is wanted.
// Threads: main thread only.
#pragma once

#include "ui/core/run_book.h"

#include <cstdint>

namespace grokscope::ui {

class AwaitedEpoch {
public:
    /// True once `run` has evaluated or trained `epoch`. Throws std::runtime_error with a sentence
    /// when it never will: the run was removed, failed, or ended before.
    [[nodiscard]] bool reached(const RunBook& book, RunId run, std::int32_t epoch);

private:
    bool seen_ = false;
};

} // namespace grokscope::ui
