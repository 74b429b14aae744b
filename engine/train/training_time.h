// What a run has cost so far, in time.
#pragma once

#include <limits>

namespace grokscope {

/// Seconds of training so far: epochs and their evaluations, no pauses.
struct TrainingTime {
    TrainingTime() = default;
    /// A number alone is a wall clock's, as records of older versions have it.
    TrainingTime(double wall_seconds) // NOLINT(google-explicit-constructor)
        : wall(wall_seconds), cpu(std::numeric_limits<double>::quiet_NaN()) {}
    TrainingTime(double wall_seconds, double cpu_seconds) : wall(wall_seconds), cpu(cpu_seconds) {}

    double wall = 0; ///< by the wall clock
    /// By the CPU clocks of all threads that train; NaN when part of it was not measured.
    double cpu = 0;
};

} // namespace grokscope
