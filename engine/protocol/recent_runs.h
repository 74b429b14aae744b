// What a notebook holds, in short: for a window that offers it.
// Threads: made by who reads the notebook, immutable then.
#pragma once

#include "engine/protocol/config.h"
#include "engine/protocol/event.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace grokscope {

/// Points of a run's curve in small.
inline constexpr std::size_t kRecentPoints = 48;

struct RecentRun {
    std::int64_t number = 0; ///< in the notebook
    std::string name;        ///< the user's, may be empty
    std::string begun;       ///< UTC, ISO 8601
    RunConfig config;
    RunState state = RunState::kIdle;
    std::int32_t epoch = 0; ///< trained
    std::optional<std::int32_t> grok_epoch;
    /// Test accuracy at kRecentPoints epochs evenly from 0 to `epoch`; NaN where there is none.
    /// Empty without figures, and for runs of a sweep beyond its first few.
    std::vector<float> test_accuracy;
    /// A process trains it at the moment.
    bool held = false;
    /// It has epochs left and nobody holds it.
    bool can_go_on = false;
};

/// One run; or the runs of a sweep, which differ by seed, stencil and control alone.
struct RecentRuns {
    std::vector<RecentRun> runs; ///< newest first, never empty in a list
};

struct RecentList {
    std::string file;
    std::vector<RecentRuns> entries; ///< newest first
    std::size_t all_runs = 0;        ///< in the notebook, listed or not
    std::string race_file;
    /// The race that comes with the program, first run first; none: empty.
    RecentRuns race;
};

} // namespace grokscope
