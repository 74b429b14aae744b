// The window's end of the questions about recorded weights: asks what the panels of this frame
// want, keeps the newest answer, and tells whether a newer one is awaited.
// Threads: main thread only; the inspector's end of InspectChannels is elsewhere.
#pragma once

#include "engine/protocol/inspect.h"
#include "ui/core/frame_wish.h"

#include <cstdint>
#include <deque>
#include <optional>
#include <utility>

namespace grokscope::ui {

class InspectionController {
public:
    /// While a run trains the cursor moves with every evaluation: seconds between two questions
    /// that differ in their epoch only.
    static constexpr double kLiveInterval = 0.5;
    /// Seconds an answer may take before the old picture turns grey; what is quicker would flicker.
    static constexpr double kPatience = 0.12;
    /// Seconds after which a question that found no answer is asked again, e.g. since nothing was
    /// recorded yet.
    static constexpr double kRetry = 1.0;
    /// Seconds until it is as grey as it gets.
    static constexpr double kFading = 0.18;

    /// A panel that is being drawn needs this answered, of the given life of the run; the query's
    /// number is ours to choose. The last one of a frame counts. Nothing wanted, nothing asked.
    void want(InspectQuery query, std::uint32_t life) {
        wanted_ = std::move(query);
        wanted_life_ = life;
    }

    /// Ends a frame: asks what was wanted in it unless that was asked last time already. At most
    /// one question per call. `live`: the epoch moves by itself. True when it asked.
    bool ask(InspectChannels& channels, double now, bool live);

    /// Takes the newest answer, which arrives `now`. True when there was one.
    bool take(InspectChannels& channels, double now);

    /// The newest answer about this life of the run, whatever its epoch, or why there is none; null
    /// before that. Valid until the next take().
    [[nodiscard]] const InspectReply* reply(RunId run, std::uint32_t life) const;

    /// What was last asked, with its number; nothing before the first question.
    [[nodiscard]] const std::optional<InspectQuery>& asked() const { return asked_; }

    /// Seconds from asking the question that reply() answers to its arrival: as long as one waited,
    /// which is longer than it took to compute.
    [[nodiscard]] double answered_after() const { return answered_after_; }

    /// Whether the newest question is unanswered.
    [[nodiscard]] bool waiting() const;
    /// Answered, but with a sentence why not.
    [[nodiscard]] bool failed() const;
    /// 0 while what is shown is current, or its successor not late yet; then up to 1.
    [[nodiscard]] double greyness(double now) const;
    /// When the next frame differs though nothing new arrives, since it turns grey or a question
    /// waits for its time; kNever when it does not.
    [[nodiscard]] double next_change(double now) const;

private:
    std::optional<InspectQuery> wanted_;
    std::uint32_t wanted_life_ = 0;
    std::uint32_t asked_life_ = 0;
    std::optional<InspectQuery> asked_;
    double asked_at_ = 0;
    /// When the oldest question since the last answer was asked.
    double waiting_since_ = 0;
    bool put_off_ = false;
    struct Asked {
        std::uint64_t number = 0;
        double at = 0;
    };
    std::deque<Asked> unanswered_;
    double answered_after_ = 0;
    std::uint64_t last_number_ = 0;
    const InspectReply* reply_ = nullptr; ///< in the channels
};

} // namespace grokscope::ui
