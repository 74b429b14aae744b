// Events per second over about the last second, from a counter read now and then; and epochs per
// second of training.
#pragma once

#include "ui/core/run_book.h"

#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <utility>

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

/// Epochs per second that all runs together train. What arrives from a record, by thousands at
/// once, is not trained; and what happened before a pause says nothing of the pace after it.
class TrainingRate {
public:
    /// `now` in seconds, not going back.
    void add(double now, const RunBook& book) {
        std::map<RunId, std::int32_t> trained_to;
        double trained = 0;
        for (const auto& run : book.runs()) {
            if (run->state != RunState::kRunning) {
                continue;
            }
            const auto before = trained_to_.find(run->id);
            trained += before == trained_to_.end() ? 0 : std::max(run->epoch - before->second, 0);
            trained_to[run->id] = run->epoch;
        }
        if (trained_to.empty() || trained_to_.empty()) {
            meter_ = {};
        }
        trained_to_ = std::move(trained_to);
        total_ += trained;
        if (!trained_to_.empty()) {
            meter_.add(now, total_);
        }
    }
    [[nodiscard]] double rate() const { return meter_.rate(); }

private:
    std::map<RunId, std::int32_t> trained_to_; ///< of the runs that trained at the last reading
    double total_ = 0;
    RateMeter meter_;
};

} // namespace grokscope::ui
