// The one file that knows how each system spells thread priority.
#include "engine/compute/thread_priority.h"

#include <algorithm>
#include <cstdint>

#if defined(__linux__)
#include <sys/resource.h>
#include <unistd.h>
#elif defined(__APPLE__)
#include <pthread.h>
#include <sys/qos.h>
#elif defined(_WIN32)
#include <windows.h>
#endif

namespace grokscope {

namespace {

enum class Below : std::uint8_t { kWindow, kTraining };

bool lower_priority(Below below) {
#if defined(__linux__)
    // On Linux "process" here means the thread of that id, against POSIX.
    const int lower = below == Below::kWindow ? 5 : 10; // than the process was started with
    constexpr int kLowest = 19;
    const int usual = getpriority(PRIO_PROCESS, static_cast<id_t>(getpid())); // the main thread's
    return setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()),
                       std::min(usual + lower, kLowest)) == 0;
#elif defined(__APPLE__)
    return pthread_set_qos_class_self_np(
               below == Below::kWindow ? QOS_CLASS_UTILITY : QOS_CLASS_BACKGROUND, 0) == 0;
#elif defined(_WIN32)
    return SetThreadPriority(GetCurrentThread(), below == Below::kWindow
                                                     ? THREAD_PRIORITY_BELOW_NORMAL
                                                     : THREAD_PRIORITY_LOWEST) != 0;
#else
    return false;
#endif
}

} // namespace

bool lower_thread_priority() {
    return lower_priority(Below::kWindow);
}

bool lower_thread_priority_most() {
    return lower_priority(Below::kTraining);
}

} // namespace grokscope
