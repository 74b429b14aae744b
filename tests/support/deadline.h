// Ends the waiting loops of thread tests, so that a broken build fails instead of hanging.
#pragma once

#include <chrono>
#include <thread>

namespace grokscope::test {

/// A point in time after which a test gives up.
class Deadline {
public:
    explicit Deadline(std::chrono::seconds from_now = std::chrono::seconds(100))
        : end_(std::chrono::steady_clock::now() + from_now) {}

    [[nodiscard]] bool passed() const { return std::chrono::steady_clock::now() >= end_; }

    /// Calls `condition` until it holds, yielding in between. False when time ran out.
    template <typename Condition>
    [[nodiscard]] bool wait_for(Condition condition) const {
        while (!condition()) {
            if (passed()) {
                return false;
            }
            std::this_thread::yield();
        }
        return true;
    }

private:
    std::chrono::steady_clock::time_point end_;
};

} // namespace grokscope::test
