#include "ui/rerun_check.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace grokscope::ui {

namespace {

/// A figure that is missing or no finite number is kept as missing (notebook.h).
bool same_figure(double one, double other) {
    return one == other || (!std::isfinite(one) && !std::isfinite(other));
}

/// The same for a figure that records of older versions lack.
bool same_where_known(double one, double other) {
    return std::isnan(one) || std::isnan(other) || one == other;
}

bool same_figures(const MetricSample& one, const MetricSample& other) {
    return same_figure(one.train_loss, other.train_loss) &&
           same_figure(one.test_loss, other.test_loss) &&
           same_figure(one.train_accuracy, other.train_accuracy) &&
           same_figure(one.test_accuracy, other.test_accuracy) &&
           same_where_known(one.mirrored_loss, other.mirrored_loss) &&
           same_where_known(one.new_loss, other.new_loss) &&
           same_where_known(one.mirrored_accuracy, other.mirrored_accuracy) &&
           same_where_known(one.new_accuracy, other.new_accuracy) &&
           same_figure(one.weight_sum_squares, other.weight_sum_squares) &&
           std::ranges::equal(one.mismatch, other.mismatch, same_figure);
}

} // namespace

RerunCheck::RerunCheck(std::shared_ptr<const EarlierRun> earlier, Workplace here)
    : earlier_(std::move(earlier)), here_(std::move(here)) {
}

void RerunCheck::compare(std::span<const MetricSample> samples) {
    const std::vector<MetricSample>& record = earlier_->samples;
    for (; compared_ < samples.size() && !first_difference_; ++compared_) {
        const MetricSample& sample = samples[compared_];
        while (at_ < record.size() && record[at_].epoch < sample.epoch) {
            ++at_;
        }
        if (at_ == record.size()) {
            return; // the run has come farther than its record
        }
        if (record[at_].epoch != sample.epoch) {
            continue;
        }
        (same_figures(sample, record[at_]) ? same_until_ : first_difference_) = sample.epoch;
    }
}

} // namespace grokscope::ui
