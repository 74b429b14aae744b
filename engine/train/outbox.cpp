#include "engine/train/outbox.h"

#include <utility>

namespace grokscope {

Outbox::Outbox(Channels& channels, std::function<void()> wake_front_end)
    : channels_(channels), wake_front_end_(std::move(wake_front_end)), events_(channels.events),
      metrics_(channels.metrics), snapshots_(channels.snapshots), progress_(channels.progress) {
}

void Outbox::send(Event event) {
    put(events_, std::move(event));
}

void Outbox::send(const MetricSample& sample) {
    put(metrics_, MetricSample(sample));
}

void Outbox::send(Snapshot snapshot) {
    put(snapshots_, std::move(snapshot));
}

void Outbox::send(ProgressRow row) {
    put(progress_, std::move(row));
}

template <typename Value>
void Outbox::put(LosslessSender<Value>& sender, Value value) {
    const std::uint64_t before = sender.deferred();
    sender.send(std::move(value));
    if (sender.deferred() != before) {
        channels_.deferred.fetch_add(1, std::memory_order_relaxed); // a statistic
    }
    unannounced_ = true;
}

template <typename Value>
void Outbox::move_on(LosslessSender<Value>& sender) {
    const std::size_t before = sender.waiting();
    sender.flush();
    unannounced_ = unannounced_ || sender.waiting() != before;
}

void Outbox::flush(Clock::time_point now) {
    move_on(events_);
    move_on(metrics_);
    move_on(snapshots_);
    move_on(progress_);
    if (unannounced_ && now >= last_wake_ + kWakeInterval) {
        unannounced_ = false;
        last_wake_ = now;
        if (wake_front_end_) {
            wake_front_end_();
        }
    }
}

std::optional<Outbox::Clock::time_point> Outbox::next_flush(Clock::time_point now) const {
    if (unannounced_) {
        return last_wake_ + kWakeInterval;
    }
    if (events_.waiting() + metrics_.waiting() + snapshots_.waiting() + progress_.waiting() > 0) {
        return now + kWakeInterval; // the reader tells nobody that it has made room
    }
    return std::nullopt;
}

} // namespace grokscope
