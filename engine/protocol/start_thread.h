// Threads, where the system may refuse one.
#pragma once

#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

namespace grokscope {

/// A thread that does `work`, which may take a std::stop_token. `whose` is for the sentence, such
/// as "the trainer". Throws std::runtime_error when the system gives no thread. Any thread.
template <typename Work>
[[nodiscard]] std::jthread start_thread(const std::string& whose, Work&& work) {
    try {
        return std::jthread(std::forward<Work>(work));
    } catch (const std::system_error& error) {
        throw std::runtime_error("cannot start the thread of " + whose + ": " +
                                 error.code().message() +
                                 "; end other programs, or raise the limits on processes and "
                                 "memory (ulimit -u, ulimit -v)");
    }
}

} // namespace grokscope
