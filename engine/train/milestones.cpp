#include "engine/train/milestones.h"

#include <algorithm>
#include <cmath>

namespace grokscope {

std::vector<event::Mark> Milestones::observe(const MetricSample& sample) {
    std::vector<event::Mark> marks;
    const auto mark = [&](MarkKind kind, std::int32_t epoch) {
        marks.push_back({sample.run, kind, epoch});
    };
    const bool learned =
        sample.train_accuracy >= kLearnedAccuracy && sample.test_accuracy >= kLearnedAccuracy;

    if (!memorised_ && sample.train_accuracy >= kLearnedAccuracy) {
        memorised_ = true;
        mark(MarkKind::kMemorised, sample.epoch);
    }
    largest_test_loss_ = std::max(largest_test_loss_, sample.test_loss);
    if (memorised_ && !in_transition_ &&
        sample.test_loss <= kTransitionShare * largest_test_loss_) {
        in_transition_ = true;
        mark(MarkKind::kTransition, sample.epoch);
    }
    if (!grok_epoch_ && learned) {
        grok_epoch_ = sample.epoch;
        mark(MarkKind::kGrokked, sample.epoch);
    }
    if (!learned) {
        learned_since_.reset();
    } else if (!learned_since_) {
        learned_since_ = sample.epoch;
    }
    if (!stable_epoch_ && learned_since_ && sample.epoch - *learned_since_ >= kStableEpochs) {
        stable_epoch_ = learned_since_;
        mark(MarkKind::kStable, *stable_epoch_);
    }
    if (learned) {
        lost_ = false;
    } else if (grok_epoch_ && !lost_ && sample.test_accuracy < kLostAccuracy) {
        lost_ = true;
        mark(MarkKind::kLostAgain, sample.epoch);
    }
    const bool order_holds = knows_order_alone(sample);
    if (order_holds && !order_learned_ && !order_was_unknown_) {
        mark(MarkKind::kOrderLearned, sample.epoch);
    }
    order_learned_ = order_learned_ || order_holds;
    order_was_unknown_ = std::isnan(sample.mirrored_accuracy) || std::isnan(sample.new_accuracy);
    return marks;
}

} // namespace grokscope
