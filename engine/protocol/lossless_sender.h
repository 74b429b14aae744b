// The producer's end of a ring that must not lose anything and must not block.
// Threads: producer only, except the counters, which any thread may read.
#pragma once

#include "engine/protocol/spsc_ring.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <utility>

namespace grokscope {

/// Puts values into a ring; what finds it full waits in a local list and goes first, in order, at
/// the next send() or flush().
template <typename T>
class LosslessSender {
public:
    /// `ring` outlives this.
    explicit LosslessSender(SpscRing<T>& ring) : ring_(ring) {}

    /// Never blocks, never drops; allocates only while the ring is full.
    void send(T value) {
        flush();
        if (!waiting_.empty() || !ring_.try_push(value)) {
            defer(std::move(value));
        }
    }

    /// Puts the value behind those that wait, whether or not the ring has room.
    void defer(T value) {
        waiting_.push_back(std::move(value));
        deferred_.fetch_add(1, std::memory_order_relaxed); // a statistic, publishes nothing
    }

    /// Moves as many waiting values into the ring as fit. True when none is left waiting.
    bool flush() {
        while (!waiting_.empty() && ring_.try_push(waiting_.front())) {
            waiting_.pop_front();
        }
        return waiting_.empty();
    }

    [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }
    /// How many values have ever had to wait. Any thread.
    [[nodiscard]] std::uint64_t deferred() const {
        return deferred_.load(std::memory_order_relaxed); // a statistic, publishes nothing
    }

private:
    SpscRing<T>& ring_;
    std::deque<T> waiting_;
    std::atomic<std::uint64_t> deferred_{0};
};

} // namespace grokscope
