// What lies behind and over the curves: phase bands, reference lines, events, the epoch cursor.
// All draw into the current plot's list; clipping is the caller's.
#pragma once

#include "ui/core/rect.h"
#include "ui/kit/curve_painter.h"
#include "ui/kit/panel_input.h"

#include <span>

namespace grokscope::ui {

/// mark_ink() on the grounds of the first and of the last phase, and so on those between.
[[nodiscard]] Color ink_on_phases(const Color& ink, float alpha, const Palette& palette);
/// Shades the phases of the selected run.
void draw_phase_bands(const PanelInput& input, const PlotFrame& frame, ImDrawList& list);
/// Their names at the foot of the plot, legible over curves, and on none of `taken`.
void draw_phase_names(const PanelInput& input, const PlotFrame& frame, ImDrawList& list,
                      std::span<const Rect> taken);
/// Chance (1/p) among accuracies, ln p among losses, of the selected run's task.
void draw_reference_lines(const PanelInput& input, const PlotFrame& frame, ImDrawList& list,
                          bool accuracy, bool loss);
/// What thick, thin and dashed mean, at `at`: as much of it as ends left of `right`.
void draw_legend(const PanelInput& input, ImDrawList& list, ImVec2 at, float right);
/// Names the dashed reference line of the accuracies or the losses, if that ends left of `right`.
void draw_reference_legend(const PanelInput& input, ImDrawList& list, ImVec2 at, float right,
                           bool accuracy);
/// A line at each event: all of the selected run, the grok epoch of the others.
void draw_event_lines(const PanelInput& input, const PlotFrame& frame, ImDrawList& list);
/// The epoch cursor and the crosshair under the mouse.
void draw_cursor_line(const PanelInput& input, const PlotFrame& frame, ImDrawList& list,
                      bool grabbed);
/// The table of raw values at the hovered epoch, near the mouse.
void draw_read_out(const PanelInput& input);

/// Whether test figures of mirrored or of truly new pairs are known of the run.
[[nodiscard]] bool has_test_parts(const RunRecord& run);
/// Whether they are drawn, which they are of the selected run alone.
[[nodiscard]] bool shows_test_parts(const PanelInput& input);
/// Lets `axis` hold the loss, the mismatch or (neither) the progress curves of what is shown.
void grow_axis(const PanelInput& input, bool loss, bool mismatch, ValueAxis& axis);

} // namespace grokscope::ui
