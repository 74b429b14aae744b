// Does a run repeat an earlier one? Its figures against those of the record, bit for bit, as they
// come. Threads: belongs to one thread.
#pragma once

#include "engine/protocol/known_runs.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>

namespace grokscope {

namespace rerun_detail {

/// A figure that is missing or no finite number is kept as missing (notebook.h).
inline bool same_figure(double one, double other) {
    return one == other || (!std::isfinite(one) && !std::isfinite(other));
}

/// The same for a figure that records of older versions lack.
inline bool same_where_known(double one, double other) {
    return std::isnan(one) || std::isnan(other) || one == other;
}

inline bool same_figures(const MetricSample& one, const MetricSample& other) {
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

} // namespace rerun_detail

class RerunCheck {
public:
    /// `here` is what computes the run that is compared, its step included.
    RerunCheck(std::shared_ptr<const EarlierRun> earlier, Workplace here);

    /// Compares what came since the last call; `samples` are all of the run, in order. Times are
    /// left out: they are never the same.
    void compare(std::span<const MetricSample> samples);

    /// Up to this epoch, evaluated in both, all figures are the same; empty until there is one.
    [[nodiscard]] std::optional<std::int32_t> same_until() const { return same_until_; }
    /// The first epoch with another figure; nothing after it is looked at.
    [[nodiscard]] std::optional<std::int32_t> first_difference() const { return first_difference_; }

    [[nodiscard]] const EarlierRun& earlier() const { return *earlier_; }
    [[nodiscard]] const Workplace& here() const { return here_; }

private:
    std::shared_ptr<const EarlierRun> earlier_;
    Workplace here_;
    std::size_t compared_ = 0; ///< samples of the run
    std::size_t at_ = 0;       ///< sample of the record
    std::optional<std::int32_t> same_until_;
    std::optional<std::int32_t> first_difference_;
};

// ------------------------------------------------------------------------------- definitions

inline RerunCheck::RerunCheck(std::shared_ptr<const EarlierRun> earlier, Workplace here)
    : earlier_(std::move(earlier)), here_(std::move(here)) {
}

inline void RerunCheck::compare(std::span<const MetricSample> samples) {
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
        (rerun_detail::same_figures(sample, record[at_]) ? same_until_ : first_difference_) =
            sample.epoch;
    }
}

} // namespace grokscope
