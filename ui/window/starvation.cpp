#include "ui/window/starvation.h"

#include <algorithm>
#include <cstddef>
#include <numeric>

namespace grokscope::ui {

namespace {

/// Frames that are looked at, however long they took.
constexpr std::size_t kLeastFrames = 5;
/// Share of them that must have been slow: one stall, or a laptop's sleep, is no starvation.
constexpr double kSlowShare = 0.8;
/// Share of the time in which a frame must have been wanted or under way.
constexpr double kWantedShare = 0.6;

} // namespace

bool StarvationWatch::add(const LoopTurn& turn) {
    if (!turn.counts || told_) {
        counting_ = false;
        frames_.clear();
        return false;
    }
    if (!counting_) {
        counting_ = true;
        since_ = turn.now;
        return false;
    }
    if (turn.drawn) {
        frames_.push_back({turn.now, turn.overslept + turn.frame});
    }
    while (frames_.size() > kLeastFrames && frames_.front().end < turn.now - kSpan) {
        frames_.pop_front();
    }
    if (turn.now - since_ < kSpan || frames_.size() < kLeastFrames) {
        return false;
    }
    const auto count = static_cast<double>(frames_.size());
    const auto slow = std::ranges::count_if(
        frames_, [](const Frame& frame) { return frame.cost > 1 / kFramesPerSecond; });
    const double wanted =
        std::accumulate(frames_.begin(), frames_.end(), 0.0,
                        [](double sum, const Frame& frame) { return sum + frame.cost; });
    const double passed = turn.now - (frames_.front().end - frames_.front().cost);
    told_ = static_cast<double>(slow) >= kSlowShare * count && wanted >= kWantedShare * passed &&
            count < kFramesPerSecond * wanted;
    return told_;
}

} // namespace grokscope::ui
