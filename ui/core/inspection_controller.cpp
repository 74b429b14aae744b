#include "ui/core/inspection_controller.h"

#include <algorithm>
#include <utility>

namespace grokscope::ui {

namespace {

/// Whether two questions are the same but for their epochs.
bool differ_in_epoch_only(const InspectQuery& one, InspectQuery other) {
    other.epoch = one.epoch;
    return one.asks_the_same(other);
}

} // namespace

bool InspectionController::ask(InspectChannels& channels, double now, bool live) {
    std::optional<InspectQuery> wanted = std::exchange(wanted_, std::nullopt);
    put_off_ = false;
    if (!wanted) {
        return false;
    }
    const bool same_life = asked_ && asked_life_ == wanted_life_;
    const bool again = failed() && now - asked_at_ >= kRetry;
    if (same_life && asked_->asks_the_same(*wanted) && !again) {
        return false;
    }
    if (live && same_life && differ_in_epoch_only(*asked_, *wanted) &&
        now - asked_at_ < kLiveInterval) {
        put_off_ = true;
        return false;
    }
    if (!waiting()) {
        waiting_since_ = now;
    }
    wanted->number = ++last_number_;
    asked_ = std::move(wanted);
    asked_life_ = wanted_life_;
    asked_at_ = now;
    unanswered_.push_back({last_number_, now});
    channels.ask(*asked_);
    return true;
}

bool InspectionController::take(InspectChannels& channels, double now) {
    if (!channels.reply.refresh()) {
        return false;
    }
    reply_ = &channels.reply.value();
    // Those before it stay unanswered: the newest question wins.
    while (!unanswered_.empty() && unanswered_.front().number <= reply_->query.number) {
        answered_after_ = now - unanswered_.front().at;
        unanswered_.pop_front();
    }
    return true;
}

const InspectReply* InspectionController::reply(RunId run, std::uint32_t life) const {
    const bool fits = reply_ != nullptr && reply_->query.run == run &&
                      (reply_->life == life || !reply_->problem.empty());
    return fits ? reply_ : nullptr;
}

bool InspectionController::waiting() const {
    return asked_ && (reply_ == nullptr || reply_->query.number != asked_->number);
}

bool InspectionController::failed() const {
    return asked_ && !waiting() && !reply_->problem.empty();
}

double InspectionController::greyness(double now) const {
    return waiting() ? std::clamp((now - waiting_since_ - kPatience) / kFading, 0.0, 1.0) : 0;
}

double InspectionController::next_change(double now) const {
    const double asking = put_off_ ? asked_at_ + kLiveInterval : kNever;
    const double fading =
        waiting() && greyness(now) < 1 ? std::max(waiting_since_ + kPatience, now) : kNever;
    return std::min(asking, fading);
}

} // namespace grokscope::ui
