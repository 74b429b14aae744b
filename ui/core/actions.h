// What the user's clicks and keys mean: commands to the trainer and changes of the view state.
// Without ImGui, so that tests call exactly what the buttons call.
#pragma once

#include "ui/core/action_context.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace grokscope::ui {

/// Next action of the big button, or the one that is under way. A record that is looked at is
/// replayed: only train_on() trains it.
enum class StartLabel : std::uint8_t {
    kStart,
    kStartNewRun,
    kPause,
    kResume,
    kStarting,
    kPausing,
    kReplay,
    kStopReplay,
    kAllFinished
};

[[nodiscard]] bool any_running(const RunBook& book);
/// How many train.
[[nodiscard]] int running_runs(const RunBook& book);
/// Configuration that the strip shows: the draft, else that of the selected run, else the default.
[[nodiscard]] RunConfig shown_config(const ActionContext& context);
/// The built-in configuration that it began as; empty when it began as none.
[[nodiscard]] std::string shown_preset(const ActionContext& context);
/// Makes a run with these settings, which come of those that are shown. Selects nothing.
void add_run(ActionContext context, const RunConfig& config, bool start);
/// The strip's field for the seed, in the table of controls.
inline constexpr std::string_view kSeedField = "seed";
/// What keeps the strip's settings from being started: the draft's mistakes, a seed that is none.
[[nodiscard]] std::vector<std::string> start_mistakes(const ViewState& view);
[[nodiscard]] StartLabel start_label(const ActionContext& context);

/// Whatever start_label() says: starts or resumes the runs that are no recordings, pauses all, or
/// replays. Nothing when all runs are finished, or while the draft has mistakes.
void press_start(ActionContext context);
/// The recordings that have epochs left to train.
[[nodiscard]] std::vector<const RunRecord*> recorded_to_train_on(const ActionContext& context);
/// Trains every run that has epochs left, recordings too. Nothing while one trains, or where none
/// of them is a recording.
void train_on(ActionContext context);
/// Pauses the others and trains the selected run for `epochs` epochs.
void step_selected(ActionContext context, int epochs);
/// Epochs that take `run` just past its next evaluation.
[[nodiscard]] int epochs_to_evaluation(const RunRecord& run);
/// Replaces the selected run by a fresh, idle one of the same configuration. The new run has a new
/// number, so that what is still under way of the old one cannot mix with it.
void reset_selected(ActionContext context);
/// Pauses the run and takes it out of sight; undo() brings it back with all its data.
void remove_run(ActionContext context, RunId run);
/// Shows the pinned run in place of the selected one for as long as the key is `held`.
void hold_flip(ViewState& view, bool held);
/// Pins `run` as the one to compare with, or takes its pin away. One run at a time has it.
void toggle_pin(ActionContext context, RunId run);
/// From now on these instruments measure the run; nothing is sent where they do already.
void set_measures(ActionContext context, const RunRecord& run, const MeasurePlan& plan);
/// Adds the run, starts and selects it; selects the one that has this configuration already, which
/// is then measured as this one asks.
void add_or_select(ActionContext context, const RunConfig& config);
/// Opens the form for a new run, or closes it and forgets what was edited.
void toggle_new_run(ViewState& view);
/// Opens the sheet of guesses, with an epoch to begin from that the run has not come to, or closes
/// it.
void toggle_guessing(ActionContext context);
/// Starts a note at the cursor's epoch, with the text of the one that is there; ends one that is
/// being written.
void begin_note(ActionContext context);
/// Keeps `words` at the cursor's epoch of the selected run in place of what was there; removes that
/// when empty.
void keep_note(ActionContext context, const std::string& words);

/// To the next (1) or previous (-1) run of the list.
void select_neighbour(ActionContext context, int direction);
void select_run(ActionContext context, RunId run);
/// The run at `index` of the list, from 0; nothing when there are fewer.
void select_run_at(ActionContext context, std::size_t index);
/// Selects the run and opens its circle, of its newest weights, wherever the pictures are.
void look_inside(ActionContext context, RunId run);
/// Presenter mode on, in its light theme, or off: then all is as it was before.
void toggle_presenter(ViewState& view);
/// Dark or light, of the presenter while it is on.
void toggle_theme(ViewState& view);
/// Closes what is open on top of the window, the topmost first. False when nothing was.
bool close_topmost(ViewState& view);
/// Whole record (Home).
void show_whole_record(ActionContext context);
/// What the x axis counts; it shows the whole record then.
void set_x_unit(ActionContext context, XUnit unit);
/// Fits every axis to all data (F).
void fit_all(ActionContext context);

/// Once per frame, after draining: keeps the selection and the pin on runs that exist.
void keep_selection_valid(ActionContext context);

} // namespace grokscope::ui
