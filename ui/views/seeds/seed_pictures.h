// What pairs and grok epochs of several seeds look like: dots of ratios, curves of runs on the way.
// Threads: main thread only.
#pragma once

#include "engine/protocol/sweep_result.h"
#include "ui/core/rect.h"
#include "ui/kit/panel_input.h"

#include <span>
#include <string>
#include <vector>

namespace grokscope::ui {

/// Part of the axis of ratios on which all rows of a table are drawn, in logarithms.
struct RatioAxis {
    double low = -0.1;
    double high = 0.1;
};

/// "2.26x", with a sign in front when it is only a bound.
[[nodiscard]] std::string ratio_text(const Bounded& ratio);
/// "2.32 .. 2.95"
[[nodiscard]] std::string interval_text(const SpeedUps& speed_ups);

/// An axis that holds 1 and all that is known of the rows' pairs and intervals.
[[nodiscard]] RatioAxis ratio_axis(std::span<const SweepRow> rows);

/// Where a ratio lies in a picture of that axis, 0 left to 1 right; beyond an end at that end.
[[nodiscard]] float place_on(const RatioAxis& axis, double ratio);

/// The ratios that an axis names, at least so far apart, as shares of its length; 1 among them.
[[nodiscard]] std::vector<double> ratio_ticks(const RatioAxis& axis, float apart);

/// One dot for each pair, an arrow to the right or left where its ratio is only known to be larger
/// or smaller, a hollow dot on 1x where neither run grokked; a line at 1x, and across the dots the
/// interval, if there is one. Where the area is higher than a line of text, one below the other.
void draw_pairs(const Theme& theme, const Rect& area, const SpeedUps& speed_ups,
                const RatioAxis& axis);

/// A row for each variant: its name, how many of its runs grokked, the median, all pairs on one
/// axis, and what they say together.
void draw_pair_table(const PanelInput& input, const Rect& area, std::span<const SweepRow> rows);

/// Kaplan-Meier curves, share of runs that have not grokked over epochs, a tick where a run ended
/// before it had; beside them each variant with p of its log-rank test.
void draw_survival(const PanelInput& input, const Rect& area, std::span<const SweepRow> rows);

} // namespace grokscope::ui
