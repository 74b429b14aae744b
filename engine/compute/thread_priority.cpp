// The one file that knows how each system spells thread priority.
#include "engine/compute/thread_priority.h"

#include <algorithm>

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

bool lower_thread_priority() {
#if defined(__linux__)
    // On Linux "process" here means the thread of that id, against POSIX.
    constexpr int kLower = 5; // than the process was started with, also by `nice`
    constexpr int kLowest = 19;
    const int usual = getpriority(PRIO_PROCESS, static_cast<id_t>(getpid())); // the main thread's
    return setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()),
                       std::min(usual + kLower, kLowest)) == 0;
#elif defined(__APPLE__)
    return pthread_set_qos_class_self_np(QOS_CLASS_UTILITY, 0) == 0;
#elif defined(_WIN32)
    return SetThreadPriority(GetCurrentThread(), THREAD_PRIORITY_BELOW_NORMAL) != 0;
#else
    return false;
#endif
}

} // namespace grokscope
