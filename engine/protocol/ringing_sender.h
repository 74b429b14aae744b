// A lossless sender whose receiver sleeps until a bell rings.
// Threads: the producer's only; the ring's other end and the bell's waiter are the consumer's.
#pragma once

#include "engine/protocol/doorbell.h"
#include "engine/protocol/lossless_sender.h"
#include "engine/protocol/spsc_ring.h"

#include <cstddef>
#include <utility>

namespace grokscope {

/// Sends as LosslessSender does, and rings whenever something new is in the ring.
template <typename T>
class RingingSender {
public:
    /// Both outlive this.
    RingingSender(SpscRing<T>& ring, Doorbell& doorbell) : values_(ring), doorbell_(doorbell) {}

    /// Never blocks, never drops.
    void send(T value) {
        values_.send(std::move(value));
        doorbell_.ring();
    }

    /// Moves on what waits, as far as it fits. True when nothing waits any more.
    bool flush() {
        const std::size_t before = values_.waiting();
        const bool empty = values_.flush();
        if (values_.waiting() != before) {
            doorbell_.ring();
        }
        return empty;
    }

private:
    LosslessSender<T> values_;
    Doorbell& doorbell_;
};

} // namespace grokscope
