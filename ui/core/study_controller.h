// The window's end of the questions about recorded weights that take seconds: asks for what the
// sheets of this frame lack, and keeps what was answered, so that a cursor that comes back finds
// it. Threads: main thread only; the inspector's end of InspectChannels is elsewhere.
#pragma once

#include "engine/protocol/inspect.h"
#include "ui/core/frame_wish.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace grokscope::ui {

class StudyController {
public:
    /// Answers that are kept.
    static constexpr std::size_t kKept = 64;
    /// While a run trains its newest epoch is asked about no sooner than so many seconds after the
    /// last answer.
    static constexpr double kLiveInterval = 4;
    /// Seconds after which what found no answer is asked again.
    static constexpr double kRetry = 2;

    /// A sheet that is being drawn needs these. The last call of a frame counts. `life`: of the run
    /// of each subject.
    void want(StudyKind kind, std::vector<StudySubject> subjects, std::vector<std::uint32_t> lives);
    /// Ends a frame: asks for those wanted in it that are not answered and not on their way.
    /// `live`: epochs move by themselves. True when it asked.
    bool ask(InspectChannels& channels, double now, bool live);
    /// Takes what is answered by `now`. True when there is something new.
    bool take(InspectChannels& channels, double now);

    /// The answer about this subject in this life of its run, or why there is none; null before it.
    [[nodiscard]] std::shared_ptr<const StudyAnswer>
    answer(StudyKind kind, const StudySubject& subject, std::uint32_t life) const;
    /// The newest answer about the run at that epoch or before, without a problem; null without
    /// one.
    [[nodiscard]] std::shared_ptr<const StudyAnswer>
    newest(StudyKind kind, RunId run, std::int32_t epoch, std::uint32_t life) const;
    /// Whether something is on its way.
    [[nodiscard]] bool waiting() const;
    /// When a question that waits for its time is asked; kNever without one.
    [[nodiscard]] double next_change() const { return next_; }

private:
    struct Kept {
        StudyKind kind{};
        double at = 0; ///< when it came
        std::shared_ptr<const StudyAnswer> answer;
    };
    struct Wanted {
        StudyKind kind{};
        std::vector<StudySubject> subjects;
        std::vector<std::uint32_t> lives;
    };
    [[nodiscard]] const Kept* find(StudyKind kind, const StudySubject& subject,
                                   std::uint32_t life) const;

    std::optional<Wanted> wanted_;
    std::optional<StudyQuery> asked_;
    std::size_t taken_ = 0; ///< answers to it
    double answered_at_ = 0;
    double next_ = kNever;
    std::deque<Kept> kept_; ///< the newest in front
};

} // namespace grokscope::ui
