#include "ui/core/study_controller.h"

#include <algorithm>
#include <utility>

namespace grokscope::ui {

void StudyController::want(StudyKind kind, std::vector<StudySubject> subjects,
                           std::vector<std::uint32_t> lives) {
    wanted_ = Wanted{kind, std::move(subjects), std::move(lives)};
}

const StudyController::Kept* StudyController::find(StudyKind kind, const StudySubject& subject,
                                                   std::uint32_t life) const {
    const auto found = std::ranges::find_if(kept_, [&](const Kept& one) {
        return one.kind == kind && one.answer->subject == subject &&
               (one.answer->life == life || !one.answer->problem.empty());
    });
    return found == kept_.end() ? nullptr : &*found;
}

bool StudyController::ask(InspectChannels& channels, double now, bool live) {
    next_ = kNever;
    const std::optional<Wanted> wanted = std::exchange(wanted_, std::nullopt);
    if (!wanted) {
        return false;
    }
    StudyQuery query;
    query.kind = wanted->kind;
    for (std::size_t i = 0; i < wanted->subjects.size(); ++i) {
        const StudySubject& subject = wanted->subjects[i];
        const Kept* kept = find(wanted->kind, subject, wanted->lives[i]);
        if (kept != nullptr && !kept->answer->problem.empty()) {
            next_ = std::min(next_, kept->at + kRetry);
            kept = now < kept->at + kRetry ? kept : nullptr;
        }
        const bool twice = std::ranges::find(query.subjects, subject) != query.subjects.end();
        if (kept == nullptr && !twice) {
            query.subjects.push_back(subject);
        }
    }
    if (query.subjects.empty()) {
        return false;
    }
    if (waiting() && query.kind == asked_->kind &&
        std::ranges::all_of(query.subjects, [&](const StudySubject& subject) {
            return std::ranges::find(asked_->subjects, subject) != asked_->subjects.end();
        })) {
        return false; // they are on their way
    }
    const bool same_kind = asked_ && asked_->kind == query.kind;
    if (live && same_kind && (waiting() || now < answered_at_ + kLiveInterval)) {
        next_ = waiting() ? kNever : answered_at_ + kLiveInterval;
        return false; // else the work would never come to its end
    }
    query.number = (asked_ ? asked_->number : 0) + 1;
    asked_ = query;
    taken_ = 0;
    channels.ask(std::move(query));
    return true;
}

bool StudyController::take(InspectChannels& channels, double now) {
    if (!channels.study_reply.refresh()) {
        return false;
    }
    const StudyReply& reply = channels.study_reply.value();
    if (!asked_ || reply.query.number != asked_->number) {
        return false; // of a question that another has taken the place of
    }
    for (; taken_ < reply.answers.size(); ++taken_) {
        kept_.push_front({reply.query.kind, now, reply.answers[taken_]});
    }
    kept_.resize(std::min(kept_.size(), kKept));
    answered_at_ = now;
    return true;
}

std::shared_ptr<const StudyAnswer>
StudyController::answer(StudyKind kind, const StudySubject& subject, std::uint32_t life) const {
    const Kept* kept = find(kind, subject, life);
    return kept == nullptr ? nullptr : kept->answer;
}

std::shared_ptr<const StudyAnswer>
StudyController::newest(StudyKind kind, RunId run, std::int32_t epoch, std::uint32_t life) const {
    std::shared_ptr<const StudyAnswer> best;
    for (const Kept& one : kept_) {
        const StudyAnswer& answer = *one.answer;
        const bool fits = one.kind == kind && answer.subject.run == run && answer.life == life &&
                          answer.problem.empty() && answer.subject.epoch <= epoch;
        if (fits && (best == nullptr || answer.subject.epoch > best->subject.epoch)) {
            best = one.answer;
        }
    }
    return best;
}

bool StudyController::waiting() const {
    return asked_ && taken_ < asked_->subjects.size();
}

} // namespace grokscope::ui
