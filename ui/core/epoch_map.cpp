#include "ui/core/epoch_map.h"

#include <algorithm>
#include <iterator>

namespace grokscope::ui {

EpochMap::EpochMap(XUnit unit, const RunRecord& run) {
    switch (unit) {
    case XUnit::kEpochs:
        return;
    case XUnit::kSeconds:
        samples_ = run.samples;
        usable_ = !samples_.empty() && samples_.back().wall_seconds > 0;
        if (!usable_) {
            samples_ = {};
        }
        return;
    case XUnit::kOperations:
        step_ = gflop_per_epoch(run.config);
        return;
    case XUnit::kSinceGrok:
        if (const auto grok = run.mark(MarkKind::kGrokked)) {
            offset_ = *grok;
        } else {
            usable_ = false;
        }
        return;
    }
}

namespace {

/// Seconds for an epoch, on average. The times of a fork begin where it does.
double pace_of(std::span<const MetricSample> samples) {
    const MetricSample& first = samples.front();
    const MetricSample& last = samples.back();
    return last.epoch > first.epoch
               ? (last.wall_seconds - first.wall_seconds) / (last.epoch - first.epoch)
               : last.wall_seconds / std::max(last.epoch + 1, 1);
}

} // namespace

double EpochMap::at_epoch(double epoch) const {
    if (samples_.empty()) {
        return (epoch - offset_) * step_;
    }
    // Between two samples time passes evenly; before the first and after the last as on average.
    const auto after =
        std::lower_bound(samples_.begin(), samples_.end(), epoch,
                         [](const MetricSample& sample, double at) { return sample.epoch < at; });
    if (after == samples_.begin() || after == samples_.end()) {
        const MetricSample& edge = after == samples_.end() ? samples_.back() : samples_.front();
        const double pace = pace_of(samples_);
        return edge.wall_seconds + (epoch - edge.epoch) * pace;
    }
    const MetricSample& before = *std::prev(after);
    const double share = (epoch - before.epoch) / (after->epoch - before.epoch);
    return before.wall_seconds + share * (after->wall_seconds - before.wall_seconds);
}

double EpochMap::epoch_at(double x) const {
    if (samples_.empty()) {
        return x / step_ + offset_;
    }
    const auto after = std::lower_bound(
        samples_.begin(), samples_.end(), x,
        [](const MetricSample& sample, double at) { return sample.wall_seconds < at; });
    if (after == samples_.begin() || after == samples_.end()) {
        const MetricSample& edge = after == samples_.end() ? samples_.back() : samples_.front();
        const double pace = pace_of(samples_);
        return edge.epoch + (x - edge.wall_seconds) / pace;
    }
    const MetricSample& before = *std::prev(after);
    const double span = after->wall_seconds - before.wall_seconds;
    const double share = span > 0 ? (x - before.wall_seconds) / span : 0;
    return before.epoch + share * (after->epoch - before.epoch);
}

} // namespace grokscope::ui
