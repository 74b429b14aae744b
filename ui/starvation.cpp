#include "ui/starvation.h"

#include <algorithm>
#include <numeric>

namespace grokscope::ui {

namespace {

/// A single stall counts for no more, so that a laptop's sleep is not taken for starvation.
constexpr double kLongestCost = 1;
/// Share of the span in which a frame must have been wanted or under way.
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
        frames_.push_back({turn.now, std::min(turn.overslept + turn.frame, kLongestCost)});
    }
    while (!frames_.empty() && frames_.front().end < turn.now - kSpan) {
        frames_.pop_front();
    }
    const double wanted =
        std::accumulate(frames_.begin(), frames_.end(), 0.0,
                        [](double sum, const Frame& frame) { return sum + frame.cost; });
    told_ = turn.now - since_ >= kSpan && wanted >= kWantedShare * kSpan &&
            static_cast<double>(frames_.size()) < kFramesPerSecond * wanted;
    return told_;
}

} // namespace grokscope::ui
