// The window's end of the questions about the singular feature machine: asks what the theory view
// wants, keeps the newest answer, and tells whether a better one is on its way.
// Threads: main thread only; the theorist's end of TheoryChannels is elsewhere.
#pragma once

#include "engine/protocol/theory.h"

#include <cstdint>
#include <optional>

namespace grokscope::ui {

class TheoryController {
public:
    /// Seconds an answer may take before it is said that one is awaited; what is quicker would
    /// flicker.
    static constexpr double kPatience = 0.12;
    /// Seconds after which it is said that nobody has ever answered.
    static constexpr double kSilence = 3;

    /// The view is drawn with these settings, in which there are no mistakes.
    void want(const SfmSettings& settings) { wanted_ = settings; }
    /// Ends a frame: asks what was wanted in it unless that was asked last time already. True when
    /// it asked.
    bool ask(TheoryChannels& channels, double now);
    /// Takes the newest answer, which arrives `now`. True when there was one.
    bool take(TheoryChannels& channels, double now);

    /// The newest answer, complete or not, to whatever question; null before the first. Valid until
    /// the next take().
    [[nodiscard]] const SfmAnswer* answer() const { return answer_; }
    /// Whether answer() is to the newest question, if only in part.
    [[nodiscard]] bool current() const;
    /// Whether the newest question is not yet answered completely.
    [[nodiscard]] bool waiting() const;
    /// The same, but only after kPatience.
    [[nodiscard]] bool late(double now) const {
        return waiting() && now - waiting_since_ >= kPatience;
    }
    /// No answer has ever come, and one had time to.
    [[nodiscard]] bool silent(double now) const {
        return asked_ && answer_ == nullptr && now - waiting_since_ >= kSilence;
    }
    /// When late() or silent() becomes true though nothing new arrives; kNever when it does not.
    [[nodiscard]] double next_change(double now) const;
    /// Seconds from the newest question to its complete answer.
    [[nodiscard]] double answered_after() const { return answered_after_; }

private:
    std::optional<SfmSettings> wanted_;
    std::optional<SfmQuestion> asked_;
    double asked_at_ = 0;
    /// When the first of the questions since the last complete answer was asked.
    double waiting_since_ = 0;
    double answered_after_ = 0;
    const SfmAnswer* answer_ = nullptr; ///< in the channels
};

} // namespace grokscope::ui
