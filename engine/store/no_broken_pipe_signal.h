// Writing to a pipe whose reader is gone, as an error instead of the end of the program.
#pragma once

#include <signal.h> // sigtimedwait

#include <ctime>

namespace grokscope {

/// A pipe whose reader is gone raises SIGPIPE, which would end the program: while this lives it is
/// held back on this thread, and taken away afterwards, so that write() reports EPIPE instead.
class NoBrokenPipeSignal {
public:
    NoBrokenPipeSignal() {
        sigemptyset(&pipe_);
        sigaddset(&pipe_, SIGPIPE);
        pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
    }
    ~NoBrokenPipeSignal() {
        const timespec none{};
        while (sigtimedwait(&pipe_, nullptr, &none) == SIGPIPE) {
        }
        pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    }
    NoBrokenPipeSignal(const NoBrokenPipeSignal&) = delete; // restores what it found
    NoBrokenPipeSignal& operator=(const NoBrokenPipeSignal&) = delete;

private:
    sigset_t pipe_{};
    sigset_t before_{};
};

} // namespace grokscope
