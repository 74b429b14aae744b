// Hands the newest value from one thread to another; older ones are overwritten.
// Threads: one producer calls publish, one consumer calls refresh and reads value().
#pragma once

#include "engine/protocol/cache_line.h"

#include <array>
#include <atomic>
#include <cstdint>
#include <utility>

namespace grokscope {

/// Triple buffer: the producer always has a buffer to write, the consumer always has a complete one
/// to read, and the third waits in the middle. Neither side ever blocks. For pictures only: values
/// that must not be lost go through SpscRing.
template <typename T>
class Latest {
public:
    Latest() = default;
    Latest(const Latest&) = delete; // both sides hold its address
    Latest& operator=(const Latest&) = delete;

    /// Makes `value` the newest one. The buffer's former content is swapped into `value`, so that a
    /// producer can reuse its memory. Producer thread only.
    void publish(T& value) {
        std::swap(buffers_[back_], value);
        // Release hands over the buffer just written, acquire takes the consumer's old one back.
        back_ = middle_.exchange(back_ | kFresh, std::memory_order_acq_rel) & kIndexMask;
    }

    /// Takes the newest value if there is one that was not yet seen. Consumer thread only.
    [[nodiscard]] bool refresh() {
        if ((middle_.load(std::memory_order_relaxed) & kFresh) == 0) {
            return false;
        }
        // Acquire takes over the producer's buffer, release hands the old one back.
        front_ = middle_.exchange(front_, std::memory_order_acq_rel) & kIndexMask;
        return true;
    }

    /// The value taken by the last successful refresh(). Consumer thread only.
    [[nodiscard]] const T& value() const { return buffers_[front_]; }

private:
    static constexpr std::uint32_t kIndexMask = 3;
    static constexpr std::uint32_t kFresh = 4;

    std::array<T, 3> buffers_{};
    alignas(kCacheLine) std::uint32_t back_{0};                // producer's
    alignas(kCacheLine) std::uint32_t front_{1};               // consumer's
    alignas(kCacheLine) std::atomic<std::uint32_t> middle_{2}; // index, plus kFresh when unseen
};

} // namespace grokscope
