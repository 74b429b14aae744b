// What the trainer publishes, and when it wakes the front end for it.
// Threads: the trainer's only; the rings behind it are read by the front end.
#pragma once

#include "engine/protocol/channels.h"
#include "engine/protocol/lossless_sender.h"

#include <chrono>
#include <functional>
#include <optional>

namespace grokscope {

/// Sends to the front end without blocking or losing anything, and wakes it at most once per
/// kWakeInterval, the last time after the last value. An event is put into its ring only when every
/// record sent before it is in its own: who takes events first and records after has them all.
class Outbox {
public:
    using Clock = std::chrono::steady_clock;
    static constexpr std::chrono::milliseconds kWakeInterval{16};

    /// `channels` outlives this. `wake_front_end` may be empty.
    Outbox(Channels& channels, std::function<void()> wake_front_end);

    void send(Event event);
    void send(const MetricSample& sample);
    void send(Snapshot snapshot);
    void send(ProgressRow row);
    void send(Reading reading);

    /// Moves on what found a ring full, and wakes the front end when something is new and the
    /// interval is over. To be called between epochs.
    void flush(Clock::time_point now);

    /// When flush() must be called again though nothing new was sent; empty when all is out.
    [[nodiscard]] std::optional<Clock::time_point> next_flush(Clock::time_point now) const;

private:
    [[nodiscard]] bool records_wait() const;
    void flush_records();
    [[nodiscard]] std::size_t waiting() const;

    Channels& channels_;
    std::function<void()> wake_front_end_;
    LosslessSender<Event> events_;
    LosslessSender<MetricSample> metrics_;
    LosslessSender<Snapshot> snapshots_;
    LosslessSender<ProgressRow> progress_;
    LosslessSender<Reading> readings_;
    bool unannounced_ = false; ///< something is in a ring for which nobody was woken
    Clock::time_point last_wake_{};
};

} // namespace grokscope
