// Runs of one variant over several seeds, taken together: the band between the lowest and the
// highest of them, and their mean. No ImGui: arithmetic on the run book.
// Threads: main thread only.
#pragma once

#include "engine/protocol/sweep_result.h"
#include "ui/core/actions.h"
#include "ui/core/series.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace grokscope::ui {

/// Of one curve over the seeds, at each epoch that one of the runs has evaluated: lowest, highest
/// and mean of those runs that have come so far. Never smoothed.
struct Band {
    Series low;
    Series high;
    Series mean;
};

/// All shown runs that are equal but for their seed.
struct SeedGroup {
    /// Of its first run: look and label.
    RunConfig config;
    std::vector<RunId> runs;
    Band accuracy; ///< test
    Band loss;     ///< test
};

/// Keeps the groups in step with the book.
class SeedBands {
public:
    /// Brings the groups up to date. A band grows as far as all of its runs that still train have
    /// come; it is made anew when the group gains or loses a run.
    void update(const RunBook& book, const ViewState& view);
    [[nodiscard]] std::span<const SeedGroup> groups() const { return groups_; }
    /// Whether the run is drawn as part of a band.
    [[nodiscard]] bool banded(RunId run) const;

private:
    std::vector<SeedGroup> groups_; ///< of two runs or more
};

/// What the statistics take of a run: those that have grokked, or ended without it. Branches and
/// hidden runs are left out.
[[nodiscard]] std::vector<SweepRun> sweep_runs(const RunBook& book, const ViewState& view);

/// Adds `count` more seeds of every variant shown with the selected run's settings, the baseline
/// among them, and starts them. Seeds follow the largest one shown.
void add_seeds(ActionContext context, int count);

} // namespace grokscope::ui
