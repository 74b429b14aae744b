// Words of the plane of settings. Threads: any; constants and values only.
#pragma once

#include "ui/core/phase_plane.h"

#include <functional>
#include <string>
#include <vector>

namespace grokscope::ui {

namespace text {

inline constexpr const char* kPlaneAcross = "across";
inline constexpr const char* kPlaneUp = "up";
inline constexpr const char* kPlaneStable = "Lasting groks";
inline constexpr const char* kPlaneRegions = "Regions";
inline constexpr const char* kPlaneExport = "Picture";
inline constexpr const char* kPlaneEmpty =
    "No two runs here differ in one or two settings, their seed aside. A sweep makes such runs; "
    "while one goes on, its cells fill here:";
inline constexpr const char* kPlaneNoPicture = "No two runs here differ in one or two settings, "
                                               "their seed aside: `sweep --vary` makes such runs";
inline constexpr const char* kPlaneCommand =
    "grokscope sweep --vary frac=0.3:0.6:4 --vary weight_decay=0.3,1,3 --seeds 3";
inline constexpr const char* kPlaneReading = "Reading the notebook ...";
inline constexpr const char* kPlaneMedian = "MEDIAN GROK EPOCH";
inline constexpr const char* kPlaneStableMedian = "MEDIAN STABLE GROK";
inline constexpr const char* kPlaneRegionsTitle = "REGIONS, LIU ET AL.";
inline constexpr const char* kPlaneBound = "> N: not by epoch N";
inline constexpr const char* kPlaneUntrained = "not trained yet";
inline constexpr const char* kPlaneUntrainedShort = "none yet";
inline constexpr const char* kPlaneFailed = "failed";
inline constexpr const char* kPlaneUnderWay = "under way";
/// Of the picture, which has no mouse to tell more.
inline constexpr const char* kPlaneNote =
    "Median over the seeds (Kaplan-Meier); below it, how many of how many runs grokked. > N: half "
    "of "
    "them or more had not by epoch N, so there is no value. C comprehension: grokked within 1,000 "
    "epochs of memorising; G grokking: later; M memorisation: memorised, not grokked; X confusion: "
    "neither. Train accuracy 99 % is memorised, both 99 % grokked (Liu et al. 2022: 90 %).";
inline constexpr const char* kPlaneStableNote =
    "Stable grok: the epoch from which test accuracy stays at 95 % or more to the end of the run, "
    "490 "
    "epochs or longer. A run that ended at its grok epoch has none: train with --until-stable.";
inline constexpr const char* kPlaneHow =
    "Under the mouse: what each seed did. A click brings the runs of a cell in.";
inline constexpr const char* kPlaneClick = "A click brings its runs in.";
inline constexpr const char* kPlaneTooMany =
    "Not brought in: the window holds 64 runs at most. Remove some first.";

} // namespace text

/// "5,010", with a sign in front when it is only a bound.
[[nodiscard]] std::string epoch_in_words(const Bounded& epoch);
/// "weight decay", as the form calls it, else as files do.
[[nodiscard]] std::string axis_name(const Setting& setting);
/// The same, with how the values are spaced.
[[nodiscard]] std::string axis_title(const PlaneAxis& axis);
/// The settings that `told` names where they do not go without saying: ", p 59, d_model 64".
[[nodiscard]] std::string unusual_in_words(const RunConfig& config,
                                           const std::function<bool(const Setting&)>& told);
/// What its runs have in common and does not go without saying: "baseline, p 59, d_model 64".
[[nodiscard]] std::string plane_in_words(const PhasePlane& plane);
/// "1,230", "> 3,000", "none yet".
[[nodiscard]] std::string cell_epoch(const PlaneCell& cell);
/// What is known of a cell: where it lies, the median and the region, every seed. A line each.
[[nodiscard]] std::vector<std::string> cell_in_words(const PhasePlane& plane, const PlaneRuns& runs,
                                                     std::size_t column, std::size_t row,
                                                     bool stable);

} // namespace grokscope::ui
