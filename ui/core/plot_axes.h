// How the plots' axes move: following the data, fitting, growing (ui.md 6.3 to 6.5). Arithmetic on
// the view state; no ImGui.
#pragma once

#include "ui/core/run_book.h"
#include "ui/core/view_state.h"

#include <cstdint>
#include <vector>

namespace grokscope::ui {

/// Values at or below this are drawn at it on a logarithmic axis.
inline constexpr double kLogFloor = 1e-10;
/// Values beyond this are drawn at the edge of every axis: ten times as much, or the difference of
/// two such values, is still a finite number.
inline constexpr double kLargestValue = 1e300;
/// The x axis ends there, in its units; what lies beyond is not reached.
inline constexpr double kFarthest = 1e9;

/// Newest epoch over all runs that are shown; 0 without data.
[[nodiscard]] std::int32_t newest_epoch(const RunBook& book, const ViewState& view);

/// What the x axis has to hold, in its units. Made from a number: from 0 to there, in epochs.
struct AxisExtent {
    AxisExtent(double newest = 0, double oldest = 0, double least = 200)
        : high(newest), low(oldest), shortest(least) {}
    double high;
    double low;
    /// A young record is not stretched over the whole width.
    double shortest;
};
/// Of all runs that are shown and that the axis can place.
[[nodiscard]] AxisExtent axis_extent(const RunBook& book, const ViewState& view);

/// While following: the whole record with room at the right, or the user's width with the newest
/// epoch near the right edge. Otherwise leaves the axis alone.
void follow_data(EpochAxis& axis, const AxisExtent& extent);
/// The whole record (Home).
void fit_epochs(EpochAxis& axis, const AxisExtent& extent);
/// The user moved or zoomed the axis: following ends, the width stays for when it resumes.
void take_user_epochs(EpochAxis& axis, double min, double max);
/// Switches between linear and logarithmic epochs; the whole record stays the whole record.
void set_log(EpochAxis& axis, bool log);

/// Grows `axis` so that every positive finite value of `series` fits; never shrinks it, and does
/// nothing once the user zoomed it. On a linear axis zero and negative values count too.
void grow_to(ValueAxis& axis, const Series& series);
/// Round values (1, 2 or 5 times a power of ten apart) within [min, max], as few as leaves `room`
/// between neighbours when the whole range takes `extent`, in the same units. Whole numbers only;
/// no more than a few hundred, whatever the range; none where `min` and `max` are not finite.
[[nodiscard]] std::vector<double> epoch_ticks(double min, double max, double extent, double room);
/// The same for seconds: whole ones, minutes or hours apart, as a clock is divided.
[[nodiscard]] std::vector<double> time_ticks(double min, double max, double extent, double room);
/// Figures for a logarithmic axis over [min, max], both positive, as few as leaves `room` between
/// neighbours when the whole range takes `extent`: powers of ten, 2 and 5 times them where there is
/// room, even steps where the range has hardly one of these. At least two unless nothing fits;
/// none where the range is not one of positive finite numbers.
[[nodiscard]] std::vector<double> log_ticks(double min, double max, double extent, double room);
/// Forgets the user's zoom and all growth; the next grow_to() fits anew.
void refit(ValueAxis& axis);

/// The same for the axes of the chosen figures.
void fit_figure_axes(ViewState& view);

/// Switches the value axes of loss, mismatch and progress measures between logarithmic and linear,
/// fitted anew.
void toggle_log_values(ViewState& view);

} // namespace grokscope::ui
