// Ctrl-C and its relatives, turned from a sudden end into a request.
#pragma once

#include <optional>
#include <stdexcept>

namespace grokscope {

/// Exit code of a command that this signal has ended, as a shell tells it.
[[nodiscard]] constexpr int exit_code_of(int signal) {
    return 128 + signal;
}

/// A command gives up half-way because a signal asked for it; what was complete is kept.
class Stopped : public std::runtime_error {
public:
    explicit Stopped(int signal);
    [[nodiscard]] int signal() const { return signal_; }

private:
    int signal_;
};

/// Gives the signals that StopSignal watches back to whoever started the process: a library may
/// have taken one for itself before main(), as the UCX under Debian 13's libtorch takes SIGHUP for
/// its debugger, ignored or not. First of all in main(). Does nothing in a build with sanitizers,
/// whose own start comes first.
void undo_signals_of_libraries();

/// While this lives, the first interrupt, termination, hang-up or broken output of the process is
/// remembered instead of ending it. Another one that comes a second later or more ends it at once;
/// sooner it is the same wish said twice, as shells, `timeout` and closing terminals do. A signal
/// that was ignored before, as under nohup, stays ignored. One at a time, for the whole program:
/// between two parts of a command no signal may be lost.
class StopSignal {
public:
    StopSignal();
    /// What was there before is back, unless keep() was called.
    ~StopSignal();
    StopSignal(const StopSignal&) = delete; // the process has one set of handlers
    StopSignal& operator=(const StopSignal&) = delete;

    /// The number of the signal that came first, if one did. Any thread; never blocks.
    [[nodiscard]] std::optional<int> received() const;
    /// Throws Stopped when one came.
    void check() const;
    /// The exit code is settled: signals are remembered, and so without effect, until the process
    /// is gone.
    void keep() { kept_ = true; }

private:
    bool kept_ = false;
};

} // namespace grokscope
