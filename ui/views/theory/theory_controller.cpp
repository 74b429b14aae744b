#include "ui/views/theory/theory_controller.h"

#include "ui/core/frame_wish.h"

#include <algorithm>
#include <utility>

namespace grokscope::ui {

bool TheoryController::ask(TheoryChannels& channels, double now) {
    const std::optional<SfmSettings> wanted = std::exchange(wanted_, std::nullopt);
    if (!wanted || (asked_ && asked_->settings == *wanted)) {
        return false;
    }
    if (!waiting()) {
        waiting_since_ = now;
    }
    asked_ = SfmQuestion{(asked_ ? asked_->number : 0) + 1, *wanted};
    asked_at_ = now;
    channels.ask(*asked_);
    return true;
}

bool TheoryController::take(TheoryChannels& channels, double now) {
    if (!channels.answer.refresh()) {
        return false;
    }
    answer_ = &channels.answer.value();
    if (!waiting()) {
        answered_after_ = now - asked_at_;
    }
    return true;
}

bool TheoryController::current() const {
    return asked_ && answer_ != nullptr && answer_->question.number == asked_->number;
}

bool TheoryController::waiting() const {
    return asked_ && !(current() && (answer_->complete() || !answer_->problem.empty()));
}

double TheoryController::next_change(double now) const {
    if (!waiting() || silent(now) || (late(now) && answer_ != nullptr)) {
        return kNever;
    }
    return std::max(waiting_since_ + (late(now) ? kSilence : kPatience), now);
}

} // namespace grokscope::ui
