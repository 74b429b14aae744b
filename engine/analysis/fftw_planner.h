// FFTW's planner, one for the whole process.
// Threads: whoever makes or destroys a plan holds the mutex.
#pragma once

#include <mutex>

namespace grokscope {

/// FFTW's planner keeps its tables in globals of its own, so what guards them must be as global.
inline std::mutex& fftw_planner_mutex() {
    static std::mutex mutex;
    return mutex;
}

} // namespace grokscope
