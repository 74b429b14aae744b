// What the user arranged and may take back: names and colours of runs, notes, removed runs, layout.
// Plain values, compared and copied as a whole by the history of undo.
// Threads: main thread only.
#pragma once

#include "engine/protocol/metrics.h"
#include "engine/protocol/theory.h"
#include "ui/core/layout.h"
#include "ui/core/shared_text.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace grokscope::ui {

/// What the user changed of a run's looks.
struct RunLook {
    /// Shown in place of the stencil; empty: the stencil.
    std::string name;
    /// Index into user_colors(); nothing: the stencil's own.
    std::optional<int> color;
    friend bool operator==(const RunLook&, const RunLook&) = default;
};

/// A sentence pinned at an epoch of a run.
struct Note {
    RunId run{};
    std::int32_t epoch = 0;
    SharedText text;
    friend bool operator==(const Note&, const Note&) = default;
};

/// What the runs are listed by.
enum class RunOrder : std::uint8_t { kMade, kName, kSeed, kEpoch, kTest, kGrok, kSpeedUp };
inline constexpr std::size_t kRunOrders = 7;

struct RunSorting {
    RunOrder by = RunOrder::kMade;
    bool reversed = false;
    friend bool operator==(const RunSorting&, const RunSorting&) = default;
};

/// What the third plot shows: the two fixed ones, or figures of the user's choice.
enum class ThirdPlot : std::uint8_t { kMismatch, kProgress, kFigures };

/// One of the three layouts on F6 to F8.
struct NamedLayout {
    LayoutShares shares;
    bool side_columns = true;
    /// The caption over the plots.
    bool story = true;
    ThirdPlot third = ThirdPlot::kMismatch;
    friend bool operator==(const NamedLayout&, const NamedLayout&) = default;
};
inline constexpr std::size_t kLayouts = 3;
/// Lesson, compare and inside as delivered.
[[nodiscard]] std::array<NamedLayout, kLayouts> factory_layouts();

struct Arrangement {
    /// Names and colours that the user gave, by run.
    std::map<RunId, RunLook> looks;
    std::vector<Note> notes;
    /// Removed runs: paused and out of sight. They are freed once no step back leads to them.
    std::vector<RunId> removed;
    std::size_t layout = 0; ///< index of the named one that is shown
    LayoutShares shares;
    bool side_columns = true;
    /// The caption over the plots that tells the phase in words.
    bool story = true;
    RunSorting sorting;
    SfmSettings theory;
    friend bool operator==(const Arrangement&, const Arrangement&) = default;

    /// The look of a run; the plain one when the user changed nothing.
    [[nodiscard]] RunLook look(RunId run) const {
        const auto found = looks.find(run);
        return found == looks.end() ? RunLook{} : found->second;
    }
    [[nodiscard]] bool is_removed(RunId run) const {
        return std::find(removed.begin(), removed.end(), run) != removed.end();
    }
};

/// Undo and redo over whole arrangements.
class History {
public:
    static constexpr std::size_t kDepth = 20;

    /// `now` is settled: when it differs from the last one, that becomes a step back, and what was
    /// undone can no longer be redone. Call between gestures, not in the middle of a drag.
    void observe(const Arrangement& now);
    /// The run came with this name (empty: none) and these notes: no step back or forth is without
    /// them.
    void add_recorded(RunId run, const std::string& name, const std::vector<Note>& notes);
    /// The arrangement before; nothing at the end of the line.
    [[nodiscard]] std::optional<Arrangement> undo();
    [[nodiscard]] std::optional<Arrangement> redo();
    [[nodiscard]] std::size_t steps_back() const { return back_.size(); }
    [[nodiscard]] std::size_t steps_forth() const { return forth_.size(); }
    /// Acts, undos and redos so far.
    [[nodiscard]] std::uint64_t turns() const { return turns_; }
    struct Act {
        const Arrangement* before;
        const Arrangement* after;
    };
    /// The last turn, unless it was an undo: then there is nothing that it did. Valid until the
    /// next turn.
    [[nodiscard]] std::optional<Act> newest_act() const;
    /// Whether some step back or forth shows this run, which is removed now.
    [[nodiscard]] bool can_return(RunId run) const;

private:
    std::optional<Arrangement> last_;
    std::vector<Arrangement> back_;
    std::vector<Arrangement> forth_;
    std::uint64_t turns_ = 0;
    bool undone_ = false; ///< by the last turn
};

} // namespace grokscope::ui
