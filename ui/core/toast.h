// A small card at the foot of the window that tells what was just done and offers to take it back,
// or that a run has grokked. It goes by itself: later while somebody reads it.
// Threads: main thread only.
#pragma once

#include "engine/protocol/metrics.h"
#include "ui/core/arrangement.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace grokscope::ui {

/// Enough to read a line twice and to reach its button.
inline constexpr double kToastSeconds = 10;

struct Toast {
    std::string words;
    /// When it goes, of FrameFacts::seconds; 0: its time begins when it is drawn.
    double until = 0;
};

/// A run has grokked.
struct News {
    RunId run{};
    std::int32_t epoch = 0; ///< its grok epoch
    double until = 0;       ///< as a toast's
    friend bool operator==(const News&, const News&) = default;
};

/// Names a run, also one that was removed.
using NameOfRun = std::function<std::string(RunId)>;

/// What was done between these two, as a sentence: "Removed [-1,+1]."; they differ in one act of
/// the user.
[[nodiscard]] std::string act_in_words(const Arrangement& before, const Arrangement& after,
                                       const NameOfRun& name);

/// Tells of each act as it becomes a step that can be undone.
class ActTeller {
public:
    /// After History::observe(): a new act, also one that was redone, replaces the toast; one that
    /// was undone takes it away.
    void tell(const History& history, const NameOfRun& name, std::optional<Toast>& toast);

private:
    std::uint64_t told_ = 0; ///< History::turns() of then
};

} // namespace grokscope::ui
