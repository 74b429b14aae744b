// A bounded queue between one producer thread and one consumer thread.
// Threads: exactly one may call try_push, exactly one may call try_pop; size() any.
#pragma once

#include "engine/protocol/cache_line.h"

#include <atomic>
#include <cstddef>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

namespace grokscope {

/// Wait-free ring for one producer and one consumer. It refuses when full and never overwrites.
/// Values are moved in and moved out, so an element may own memory.
///
/// Each side keeps a private copy of the other side's index and reads the shared one only when the
/// copy says "full" or "empty", so that in steady state the two cores do not exchange lines.
template <typename T>
class SpscRing {
public:
    /// Room for `capacity` elements; allocates once. Throws std::invalid_argument when it is 0.
    explicit SpscRing(std::size_t capacity)
        : slot_count_(capacity + 1), slots_(std::make_unique<std::optional<T>[]>(slot_count_)) {
        if (capacity == 0) {
            throw std::invalid_argument(
                "a ring needs room for at least one element, got capacity 0");
        }
    }

    SpscRing(const SpscRing&) = delete; // both sides hold its address
    SpscRing& operator=(const SpscRing&) = delete;

    /// Moves `value` in and returns true, or leaves it untouched and returns false when full.
    /// Producer thread only; never blocks, never allocates.
    [[nodiscard]] bool try_push(T& value) {
        const std::size_t write = write_index_.load(std::memory_order_relaxed);
        const std::size_t next = following(write);
        if (next == read_index_copy_) {
            // Takes back the slots that the consumer has emptied.
            read_index_copy_ = read_index_.load(std::memory_order_acquire);
            if (next == read_index_copy_) {
                return false;
            }
        }
        slots_[write].emplace(std::move(value));
        // Publishes the element just written.
        write_index_.store(next, std::memory_order_release);
        return true;
    }

    /// As above, for a temporary; the value is lost when the ring is full.
    [[nodiscard]] bool try_push(T&& value) { return try_push(value); }

    /// The oldest element, or nothing when empty. Consumer thread only; never blocks.
    [[nodiscard]] std::optional<T> try_pop() {
        const std::size_t read = read_index_.load(std::memory_order_relaxed);
        if (read == write_index_copy_) {
            // Takes over the elements that the producer has published.
            write_index_copy_ = write_index_.load(std::memory_order_acquire);
            if (read == write_index_copy_) {
                return std::nullopt;
            }
        }
        std::optional<T> value = std::move(slots_[read]);
        slots_[read].reset();
        // Hands the emptied slot back to the producer.
        read_index_.store(following(read), std::memory_order_release);
        return value;
    }

    /// Elements inside, as a moment's estimate when the other side is active. Any thread.
    [[nodiscard]] std::size_t size() const {
        const std::size_t write = write_index_.load(std::memory_order_relaxed); // a statistic,
        const std::size_t read = read_index_.load(std::memory_order_relaxed); // takes nothing over
        return write >= read ? write - read : write + slot_count_ - read;
    }

    [[nodiscard]] std::size_t capacity() const { return slot_count_ - 1; }

private:
    [[nodiscard]] std::size_t following(std::size_t index) const {
        return index + 1 == slot_count_ ? 0 : index + 1;
    }

    const std::size_t slot_count_; // one more than the capacity: full and empty must differ
    const std::unique_ptr<std::optional<T>[]> slots_;
    alignas(kCacheLine) std::atomic<std::size_t> write_index_{0};
    alignas(kCacheLine) std::size_t read_index_copy_{0}; // producer's
    alignas(kCacheLine) std::atomic<std::size_t> read_index_{0};
    alignas(kCacheLine) std::size_t write_index_copy_{0}; // consumer's
};

} // namespace grokscope
