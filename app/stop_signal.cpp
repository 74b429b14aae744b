#include "app/stop_signal.h"

#include <signal.h> // sigaction
#include <time.h>   // a handler may call clock_gettime, but nothing of <chrono>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>

namespace grokscope {

namespace {

constexpr std::array kSignals = {
    SIGINT, SIGTERM, SIGHUP,
    SIGPIPE, // `grokscope train | head`: still write the files that were asked for
};

/// How long one wish to stop may take to be said.
constexpr std::int64_t kOneWish = 1'000'000'000; // nanoseconds

// A handler can reach nothing but what is global, so these are: what came first and when, and what
// the process did about each signal before.
std::atomic<int> received_signal{0};
std::atomic<std::int64_t> received_at{0};
std::array<struct sigaction, kSignals.size()> before;
static_assert(std::atomic<int>::is_always_lock_free &&
                  std::atomic<std::int64_t>::is_always_lock_free,
              "a handler may use lock-free atomics only");

#if defined(__linux__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define GROKSCOPE_SEES_INHERITED_SIGNALS
std::array<struct sigaction, kSignals.size()> inherited;

extern "C" void look_at_inherited_signals(int /*count*/, char** /*values*/,
                                          char** /*environment*/) {
    for (std::size_t i = 0; i < kSignals.size(); ++i) {
        sigaction(kSignals[i], nullptr, &inherited[i]);
    }
}

// The loader calls what stands here before the constructors of the libraries.
[[gnu::section(".preinit_array"),
  gnu::used]] void (*const kBeforeLibraries)(int, char**, char**) = look_at_inherited_signals;
#endif

std::int64_t now() {
    timespec time{};
    clock_gettime(CLOCK_MONOTONIC, &time);
    return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

std::size_t place_of(int number) {
    return static_cast<std::size_t>(std::find(kSignals.begin(), kSignals.end(), number) -
                                    kSignals.begin());
}

extern "C" void remember_signal(int number) {
    // The time first: whoever finds a signal remembered finds its time, too.
    std::int64_t none = 0;
    if (received_at.compare_exchange_strong(none, now())) {
        received_signal.store(number);
        return;
    }
    // `none` has become the time of the first one. A closed pipe breaks at every write to it.
    if (number != SIGPIPE && now() - none >= kOneWish) {
        sigaction(number, &before.at(place_of(number)), nullptr);
        raise(number); // comes when this handler has returned
    }
}

} // namespace

void undo_signals_of_libraries() {
#ifdef GROKSCOPE_SEES_INHERITED_SIGNALS
    for (std::size_t i = 0; i < kSignals.size(); ++i) {
        sigaction(kSignals.at(i), &inherited.at(i), nullptr);
    }
#endif
}

Stopped::Stopped(int signal)
    : std::runtime_error("stopped by signal " + std::to_string(signal)), signal_(signal) {
}

StopSignal::StopSignal() {
    received_signal.store(0);
    received_at.store(0);
    struct sigaction action {};
    action.sa_handler = remember_signal;
    action.sa_flags = SA_RESTART; // no read or write fails on account of it
    sigemptyset(&action.sa_mask);
    for (std::size_t i = 0; i < kSignals.size(); ++i) {
        sigaction(kSignals.at(i), nullptr, &before.at(i));
        if (before.at(i).sa_handler != SIG_IGN) {
            sigaction(kSignals.at(i), &action, nullptr);
        }
    }
}

StopSignal::~StopSignal() {
    for (std::size_t i = 0; i < kSignals.size() && !kept_; ++i) {
        sigaction(kSignals.at(i), &before.at(i), nullptr);
    }
}

std::optional<int> StopSignal::received() const {
    const int number = received_signal.load();
    return number == 0 ? std::nullopt : std::optional(number);
}

void StopSignal::check() const {
    if (const std::optional<int> number = received()) {
        throw Stopped(*number);
    }
}

} // namespace grokscope
