#include "app/stop_signal.h"

#include <array>
#include <atomic>
#include <csignal>

namespace grokscope {

namespace {

// A handler can reach nothing but what is global; this is the one variable of the program that is.
std::atomic<int> received_signal{0};
static_assert(std::atomic<int>::is_always_lock_free, "a handler may use lock-free atomics only");

// Not all systems know all of them.
constexpr std::array kSignals = {
    SIGINT, SIGTERM,
#ifdef SIGHUP
    SIGHUP,
#endif
#ifdef SIGPIPE
    SIGPIPE, // `grokscope train | head`: still write the files that were asked for
#endif
};

extern "C" void remember_signal(int number) {
    received_signal.store(number);
    std::signal(number, SIG_DFL); // an impatient second one ends the program
}

} // namespace

StopSignal::StopSignal() {
    received_signal.store(0);
    for (const int number : kSignals) {
        std::signal(number, remember_signal);
    }
}

StopSignal::~StopSignal() {
    for (const int number : kSignals) {
        std::signal(number, SIG_DFL);
    }
}

std::optional<int> StopSignal::received() const {
    const int number = received_signal.load();
    return number == 0 ? std::nullopt : std::optional(number);
}

} // namespace grokscope
