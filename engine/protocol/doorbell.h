// Wakes one sleeping thread. Rings while it is awake are remembered as one.
// Threads: ring() any thread; the waits one thread only.
#pragma once

#include <atomic>
#include <chrono>
#include <semaphore>

namespace grokscope {

/// A bell that one thread sleeps by. Neither side takes a lock, so that a sleeper of low priority
/// never holds up the one who rings. Not std::atomic::wait, which knows no deadline: the trainer
/// needs one for its speed limit.
class Doorbell {
public:
    Doorbell() = default;
    Doorbell(const Doorbell&) = delete; // both sides hold its address
    Doorbell& operator=(const Doorbell&) = delete;

    /// Whatever was written before is visible to the waiter when its wait returns. Never blocks.
    void ring() {
        // Released only by the ring that found the bell silent: the count never exceeds one.
        if (!rung_.exchange(true, std::memory_order_release)) { // publishes what came before
            sleeper_.release();
        }
    }

    /// Sleeps until the bell rings; returns at once if it has rung since the last wait.
    void wait() {
        sleeper_.acquire();
        rung_.exchange(false, std::memory_order_acquire); // takes over what every ringer wrote
    }

    /// As wait(), but no longer than the deadline. True when the bell rang.
    bool wait_until(std::chrono::steady_clock::time_point deadline) {
        if (!sleeper_.try_acquire_until(deadline)) {
            return false;
        }
        rung_.exchange(false, std::memory_order_acquire); // as above
        return true;
    }

private:
    std::atomic<bool> rung_{false};
    std::binary_semaphore sleeper_{0};
};

} // namespace grokscope
