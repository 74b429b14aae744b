#include "engine/train/early_warnings.h"

#include "engine/train/milestones.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace grokscope {

namespace {

constexpr std::size_t kSeparationBaseline = 10; // figures after memorised
constexpr double kSeparationRise = 2.5;
constexpr int kSeparationRows = 3;
constexpr std::size_t kDefectBaseline = 3; // figures from the start
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
    memorised_ = memorised_ || sample.train_accuracy >= kLearnedAccuracy;
}

std::vector<event::Mark> EarlyWarnings::observe(const ProgressRow& row) {
    std::vector<event::Mark> marks;
    if (!std::isnan(row.ildr) && separation_alarm(row.ildr)) {
        marks.push_back({row.run, MarkKind::kSeparationAlarm, row.epoch});
    }
    if (!std::isnan(row.commutator_defect) && commutator_alarm(row.commutator_defect)) {
        marks.push_back({row.run, MarkKind::kCommutatorAlarm, row.epoch});
    }
    return marks;
}

bool EarlyWarnings::separation_alarm(double ildr) {
    if (!memorised_ || separated_) {
        return false;
    }
    if (separations_.size() < kSeparationBaseline) {
        separations_.push_back(ildr);
        return false;
    }
    in_a_row_ = ildr > kSeparationRise * median(separations_) ? in_a_row_ + 1 : 0;
    separated_ = in_a_row_ == kSeparationRows;
    return separated_;
}

bool EarlyWarnings::commutator_alarm(double defect) {
    if (defective_) {
        return false;
    }
    if (defects_.size() < kDefectBaseline) {
        defects_.push_back(defect);
        return false;
    }
    defective_ = defect > kLeastDefect && defect > kDefectRise * median(defects_);
    return defective_;
}

} // namespace grokscope
