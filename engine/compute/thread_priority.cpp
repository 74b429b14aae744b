// The one file that knows how each system spells thread priority.
#include "engine/compute/thread_priority.h"

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
    constexpr int kNice = 5;
    const auto thread = static_cast<id_t>(gettid());
    if (getpriority(PRIO_PROCESS, thread) >= kNice) {
        return true; // started by `nice`; raising it back would be refused
    }
    return setpriority(PRIO_PROCESS, thread, kNice) == 0;
#elif defined(__APPLE__)
    return pthread_set_qos_class_self_np(QOS_CLASS_UTILITY, 0) == 0;
#elif defined(_WIN32)
    return SetThreadPriority(GetCurrentThread(), THREAD_PRIORITY_BELOW_NORMAL) != 0;
#else
    return false;
#endif
}

} // namespace grokscope
