#include "engine/train/phase_estimator.h"

#include "engine/train/milestones.h"

#include <algorithm>
#include <cmath>

namespace grokscope {

namespace {

constexpr double kTestLossShare = 0.99;    // of its running maximum
constexpr std::int32_t kFallLasts = 100;   // epochs: the end of memorisation makes a dip of fewer
constexpr double kExcludedRise = 1.1;      // over its minimum since memorised
constexpr double kCleanTestLoss = 1e-2;    // nats
constexpr double kSettledShare = 0.01;     // of the sum of squares
constexpr std::int32_t kSettledOver = 500; // epochs

} // namespace

std::vector<event::Mark> PhaseEstimator::observe(const MetricSample& sample) {
    std::vector<event::Mark> marks;
    memorised_ = memorised_ || sample.train_accuracy >= kLearnedAccuracy;
    grokked_ = grokked_ || (sample.train_accuracy >= kLearnedAccuracy &&
                            sample.test_accuracy >= kLearnedAccuracy);
    largest_test_loss_ = std::max(largest_test_loss_, sample.test_loss);
    if (!memorised_ || sample.test_loss > kTestLossShare * largest_test_loss_) {
        falling_since_.reset();
    } else if (!falling_since_) {
        falling_since_ = sample.epoch;
    }
    if (!forming_ && falling_since_ && sample.epoch >= *falling_since_ + kFallLasts) {
        forming_ = true;
        marks.push_back({sample.run, MarkKind::kCircuitFormation, *falling_since_});
    }
    const bool settled = weights_have_settled(sample);
    if (grokked_ && !clean_ && settled && sample.test_loss < kCleanTestLoss) {
        clean_ = true;
        marks.push_back({sample.run, MarkKind::kCleanupDone, sample.epoch});
    }
    return marks;
}

std::vector<event::Mark> PhaseEstimator::observe(const ProgressRow& row) {
    if (!memorised_ || forming_ || std::isnan(row.excluded_loss)) {
        return {};
    }
    smallest_excluded_loss_ = std::min(smallest_excluded_loss_, row.excluded_loss);
    if (row.excluded_loss < kExcludedRise * smallest_excluded_loss_) {
        return {};
    }
    forming_ = true;
    return {{row.run, MarkKind::kCircuitFormation, row.epoch}};
}

bool PhaseEstimator::weights_have_settled(const MetricSample& sample) {
    weights_.push_back({sample.epoch, sample.weight_sum_squares});
    while (weights_.size() > 1 && weights_[1].epoch <= sample.epoch - kSettledOver) {
        weights_.pop_front();
    }
    // Against the largest of them: weights that rose and fell within the window have not settled.
    const double largest = std::ranges::max(weights_, {}, &Weight::sum_squares).sum_squares;
    return weights_.front().epoch <= sample.epoch - kSettledOver &&
           largest - sample.weight_sum_squares < kSettledShare * largest;
}

} // namespace grokscope
