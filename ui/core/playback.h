// Moving through time: the cursor, the replay, and how fast training goes on while one watches.
// Without ImGui, so that tests call exactly what the buttons call.
#pragma once

#include "ui/core/action_context.h"

namespace grokscope::ui {

void set_speed(ActionContext context, int index);
void set_auto_slow(ActionContext context, bool on);
/// Once per frame, after draining: holds training back while test accuracy moves fast, and lets it
/// go again.
void slow_training_at_jumps(ActionContext context);
/// Once per frame, after draining: pauses each run that has become stable, once, if that is wanted.
void rest_stable_runs(ActionContext context);
/// Test accuracy of the run changes by `share` or more from epoch `from` to epoch `to`.
[[nodiscard]] bool accuracy_moves(const RunRecord& run, double from, double to, double share);

/// Holds the cursor at the evaluated epoch of the selected run nearest to `epoch`.
void move_cursor_to(ActionContext context, double epoch);
/// By `records` evaluated epochs, from where the cursor stands.
void move_cursor_by(ActionContext context, int records);
/// To the next (direction 1) or previous (-1) mark of the selected run.
void move_cursor_to_event(ActionContext context, int direction);
/// Follow latest (End).
void go_live(ActionContext context);
/// Starts the replay where the cursor stands (from the beginning when it is live), or stops it.
void toggle_replay(ActionContext context);
/// Moves a running replay on by `seconds` at its rate, slower where test accuracy moves fast. At
/// the end it begins again or stops, live.
void advance_replay(ActionContext context, double seconds);
/// Epochs per second of the replay as it goes now.
[[nodiscard]] double replay_pace(const ViewState& view);

} // namespace grokscope::ui
