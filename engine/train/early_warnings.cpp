#include "engine/train/early_warnings.h"

#include "engine/train/milestones.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace grokscope {

namespace {

constexpr std::int32_t kSeparationBaseline = 500; // epochs after memorised
constexpr double kSeparationRise = 2.5;
constexpr std::int32_t kSeparationLasts = 100; // epochs
constexpr std::int32_t kDefectBaseline = 1000; // epochs from the start
constexpr double kDefectRise = 10;
constexpr double kLeastDefect = 20;

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
    if (!std::isnan(row.ildr) && separation_alarm(row.epoch, row.ildr)) {
        marks.push_back({row.run, MarkKind::kSeparationAlarm, row.epoch});
    }
    if (!std::isnan(row.commutator_defect) && commutator_alarm(row.epoch, row.commutator_defect)) {
        marks.push_back({row.run, MarkKind::kCommutatorAlarm, row.epoch});
    }
    return marks;
}

bool EarlyWarnings::separation_alarm(std::int32_t epoch, double ildr) {
    if (!memorised_ || separated_) {
        return false;
    }
    if (epoch <= *memorised_ + kSeparationBaseline || separations_.empty()) {
        separations_.push_back(ildr);
        return false;
    }
    if (ildr <= kSeparationRise * median(separations_)) {
        above_since_.reset();
        return false;
    }
    separated_ = above_since_ && epoch - *above_since_ >= kSeparationLasts;
    above_since_ = above_since_.value_or(epoch);
    return separated_;
}

bool EarlyWarnings::commutator_alarm(std::int32_t epoch, double defect) {
    if (defective_) {
        return false;
    }
    if (epoch <= kDefectBaseline || defects_.empty()) {
        defects_.push_back(defect);
        return false;
    }
    defective_ = defect > kLeastDefect && defect > kDefectRise * median(defects_);
    return defective_;
}

} // namespace grokscope
