// Events per second over about the last second, from a counter read now and then.
#pragma once

#include <deque>

namespace grokscope::ui {

class RateMeter {
public:
    /// `now` in seconds, not going back; `count` the counter's value then.
    void add(double now, double count) {
        if (!readings_.empty() && count < readings_.back().count) {
            readings_.clear(); // the counter began anew
        }
        readings_.push_back({now, count});
        while (readings_.size() > 2 && now - readings_[1].time > kWindow) {
            readings_.pop_front();
        }
    }
    /// Per second; 0 until two readings are far enough apart.
    [[nodiscard]] double rate() const {
        if (readings_.size() < 2) {
            return 0;
        }
        const double span = readings_.back().time - readings_.front().time;
        return span < 0.05 ? 0 : (readings_.back().count - readings_.front().count) / span;
    }

private:
    static constexpr double kWindow = 1.0;
    struct Reading {
        double time;
        double count;
    };
    std::deque<Reading> readings_;
};

} // namespace grokscope::ui
