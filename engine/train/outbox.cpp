#include "engine/train/outbox.h"

#include <utility>

namespace grokscope {

Outbox::Outbox(Channels& channels, std::function<void()> wake_front_end)
    : channels_(channels), wake_front_end_(std::move(wake_front_end)), events_(channels.events),
      metrics_(channels.metrics), snapshots_(channels.snapshots), progress_(channels.progress),
      readings_(channels.readings) {
}

void Outbox::send(Event event) {
    // An event may speak of the records before it, so it does not overtake them.
    flush_records();
    if (records_wait()) {
        events_.defer(std::move(event));
    } else {
        events_.send(std::move(event));
    }
    unannounced_ = true;
}

void Outbox::send(const MetricSample& sample) {
    metrics_.send(sample);
    unannounced_ = true;
}

void Outbox::send(Snapshot snapshot) {
    snapshots_.send(std::move(snapshot));
    unannounced_ = true;
}

void Outbox::send(ProgressRow row) {
    progress_.send(std::move(row));
    unannounced_ = true;
}

void Outbox::send(Reading reading) {
    readings_.send(std::move(reading));
    unannounced_ = true;
}

bool Outbox::records_wait() const {
    return metrics_.waiting() + snapshots_.waiting() + progress_.waiting() + readings_.waiting() >
           0;
}

void Outbox::flush_records() {
    metrics_.flush();
    snapshots_.flush();
    progress_.flush();
    readings_.flush();
}

void Outbox::flush(Clock::time_point now) {
    const std::size_t before = waiting();
    flush_records();
    if (!records_wait()) {
        events_.flush();
    }
    unannounced_ = unannounced_ || waiting() != before;
    channels_.deferred.store(events_.deferred() + metrics_.deferred() + snapshots_.deferred() +
                                 progress_.deferred() + readings_.deferred(),
                             std::memory_order_relaxed); // a statistic
    if (unannounced_ && now >= last_wake_ + kWakeInterval) {
        unannounced_ = false;
        last_wake_ = now;
        if (wake_front_end_) {
            wake_front_end_();
        }
    }
}

std::size_t Outbox::waiting() const {
    return events_.waiting() + metrics_.waiting() + snapshots_.waiting() + progress_.waiting() +
           readings_.waiting();
}

std::optional<Outbox::Clock::time_point> Outbox::next_flush(Clock::time_point now) const {
    if (unannounced_) {
        return last_wake_ + kWakeInterval;
    }
    if (waiting() > 0) {
        return now + kWakeInterval; // the reader tells nobody that it has made room
    }
    return std::nullopt;
}

} // namespace grokscope
