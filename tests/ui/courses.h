// Runs from their first epoch to their last, made up and recorded, for what is said of them.
#pragma once

#include "engine/train/milestones.h"
#include "ui/core/run_book.h"
#include "ui/core/view_state.h"

#include <cstdint>
#include <string>
#include <vector>

namespace grokscope::ui::testing {

/// Figures of a run at some epochs, straight lines between them.
struct Key {
    std::int32_t epoch = 0;
    double train = 0;
    double test = 0;
    double test_loss = 5;
};

struct Course {
    std::string name;
    RunConfig config;
    std::vector<MetricSample> samples;
    RunState end = RunState::kPaused;
    bool branch = false;
    bool fork = false;     ///< a branch with the other's whole state
    bool retraced = false; ///< that is being computed again
};

/// A run without anything else out of the ordinary.
[[nodiscard]] RunConfig settings(int p, double fraction, const Stencil& stencil = {});
/// Every tenth epoch of it.
[[nodiscard]] std::vector<MetricSample> lines(const std::vector<Key>& keys);
/// The quick preset with [-1,0,+1]: grokked, lost at 1,250 for a few evaluations, and all right
/// again from 1,280 on.
[[nodiscard]] std::vector<MetricSample> lost_and_regained();
/// All of them: dips, losses, quick and slow runs, controls, failures, branches, few numbers.
[[nodiscard]] std::vector<Course> courses();

/// A book with the run of a course, filled figure by figure, with the marks that the engine gives.
class Stage {
public:
    /// Adds the run, selected; `course` outlives this.
    explicit Stage(const Course& course);
    void set(RunState state);
    void add(const MetricSample& sample);
    /// The whole course, then its end.
    void add_all();
    void push(Event event);

    static constexpr RunId kRun{1};
    RunBook book;
    ViewState view;

private:
    const Course& course_;
    Channels channels_;
    Milestones milestones_;
};

} // namespace grokscope::ui::testing
