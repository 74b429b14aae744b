#include "engine/train/early_warnings.h"

#include "engine/train/milestones.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace grokscope {

namespace {

constexpr std::int32_t kBaseline = 500; // epochs after memorised
constexpr std::int32_t kLasts = 100;    // epochs

/// Of an even number the mean of the two in the middle.
double median(std::vector<double> values) {
    std::ranges::sort(values);
    const std::size_t middle = values.size() / 2;
    return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

} // namespace

void EarlyWarnings::observe(const MetricSample& sample) {
    if (!memorised_ && sample.train_accuracy >= kLearnedAccuracy) {
        memorised_ = sample.epoch;
    }
}

std::vector<event::Mark> EarlyWarnings::observe(const ProgressRow& row) {
    std::vector<event::Mark> marks;
    const auto watch = [&](Rise& rise, double figure, MarkKind kind) {
        if (memorised_ && !std::isnan(figure) && rise.observe(row.epoch, figure, *memorised_)) {
            marks.push_back({row.run, kind, row.epoch});
        }
    };
    watch(separation_, row.ildr, MarkKind::kSeparationAlarm);
    watch(commutator_, row.commutator_defect, MarkKind::kCommutatorAlarm);
    return marks;
}

bool EarlyWarnings::Rise::observe(std::int32_t epoch, double figure, std::int32_t memorised) {
    if (raised_) {
        return false;
    }
    const bool early = epoch <= memorised + kBaseline || figures_.empty();
    if (baseline_ == Baseline::kFirst && early) {
        figures_.push_back(figure);
    } else if (baseline_ == Baseline::kLowest && (figures_.empty() || figure < figures_[0])) {
        figures_ = {figure};
    }
    if (early) {
        return false;
    }
    if (figure <= times_ * median(figures_)) {
        above_since_.reset();
        return false;
    }
    raised_ = above_since_ && epoch - *above_since_ >= kLasts;
    above_since_ = above_since_.value_or(epoch);
    return raised_;
}

} // namespace grokscope
