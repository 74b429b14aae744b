#include "ui/core/shortcuts.h"

#include "engine/protocol/config.h"
#include "ui/views/tabs.h"
#include "ui/views/list.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <stdexcept>
#include <string>

namespace grokscope::ui {

namespace {

using Key = Chord::Key;

constexpr Chord plain(Key key) {
    return {key, false, false, 0, 0};
}
constexpr Chord shift(Chord chord) {
    chord.shift = true;
    return chord;
}
constexpr Chord ctrl(Chord chord) {
    chord.ctrl = true;
    return chord;
}
constexpr Chord letter(char which) {
    return Chord::of(which);
}
constexpr Chord digit(int which) {
    return {Key::kDigit, false, false, 0, which};
}
constexpr Chord function(int which) {
    return {Key::kFunction, false, false, 0, which};
}

constexpr Shortcut in_family(Shortcut row, const char* keys, const char* what) {
    row.family_keys = keys;
    row.family_what = what;
    return row;
}
constexpr Shortcut begins(const char* group, Shortcut row) {
    row.group = group;
    return row;
}
constexpr Shortcut stencil_key(Action action, int number, const char* keys, const char* what) {
    return in_family({action, shift(digit(number)), keys, what}, "Shift+1 ... 7",
                     "add a stencil, in the order of the buttons");
}
constexpr Shortcut run_key(Action action, int number, const char* keys, const char* what) {
    return in_family({action, ctrl(digit(number)), keys, what}, "Ctrl+1 ... 9",
                     "select that run of the list");
}

constexpr std::array kBeforeViews{
    begins("TRAINING", {Action::kStartPause, plain(Key::kSpace), "Space",
                        "start, pause, resume; replay a record"}),
    Shortcut{Action::kTrainOn, shift(plain(Key::kSpace)), "Shift+Space",
             "train on, recorded runs too"},
    Shortcut{Action::kStepEpoch, plain(Key::kPeriod), ".", "train one epoch, then pause"},
    Shortcut{Action::kStepEvaluation, shift(plain(Key::kPeriod)), "Shift+.",
             "train to the next evaluation, then pause"},
    Shortcut{Action::kSpeed1, digit(1), "1", "5 epochs per second"},
    Shortcut{Action::kSpeed2, digit(2), "2", "20 epochs per second"},
    Shortcut{Action::kSpeed3, digit(3), "3", "60 epochs per second"},
    Shortcut{Action::kSpeed4, digit(4), "4", "200 epochs per second"},
    Shortcut{Action::kSpeed5, digit(5), "5", "as fast as the machine can"},

    begins("LOOKING BACK",
           {Action::kCursorBack, plain(Key::kLeft), "Left", "cursor back by one record", true}),
    Shortcut{Action::kCursorForth, plain(Key::kRight), "Right", "cursor forth by one record", true},
    Shortcut{Action::kCursorBackTen, shift(plain(Key::kLeft)), "Shift+Left",
             "cursor back by ten records", true},
    Shortcut{Action::kCursorForthTen, shift(plain(Key::kRight)), "Shift+Right",
             "cursor forth by ten records", true},
    Shortcut{Action::kPreviousEvent, ctrl(plain(Key::kLeft)), "Ctrl+Left", "to the event before"},
    Shortcut{Action::kNextEvent, ctrl(plain(Key::kRight)), "Ctrl+Right", "to the next event"},
    Shortcut{Action::kReplay, letter('P'), "P", "replay the record, stop"},
    Shortcut{Action::kWholeRecord, plain(Key::kHome), "Home", "show the whole record"},
    Shortcut{Action::kFollowLatest, plain(Key::kEnd), "End", "follow the latest epoch"},

    begins("PICTURES", {Action::kFit, letter('F'), "F", "fit every axis to all data"}),
    Shortcut{Action::kLogEpochs, letter('L'), "L", "logarithmic epochs"},
    Shortcut{Action::kLogValues, shift(letter('L')), "Shift+L", "logarithmic loss and mismatch"},
    Shortcut{Action::kWavetableMode, letter('M'), "M", "wavetable as ridges, heat map or bars"},
    Shortcut{Action::kInsideTab, letter('I'), "I", "circle, map, clock, attention, take apart"},

    begins("RUNS", {Action::kFlip, letter('B'), "B (hold)", "flip to the pinned run"}),
    Shortcut{Action::kNewRun, ctrl(letter('N')), "Ctrl+N", "the form for a new run"},
    Shortcut{Action::kNote, letter('A'), "A", "write a note at the cursor"},
    Shortcut{Action::kGuess, letter('J'), "J", "guess when it jumps"},
    Shortcut{Action::kFork, letter('K'), "K", "fork from the cursor, under other settings"},
    Shortcut{Action::kUndo, ctrl(letter('Z')), "Ctrl+Z",
             "undo: remove, rename, colour, note, layout"},
    Shortcut{Action::kRedo, ctrl(shift(letter('Z'))), "Ctrl+Shift+Z", "redo"},
    Shortcut{Action::kPreviousRun, plain(Key::kPageUp), "PgUp", "select the run above"},
    Shortcut{Action::kNextRun, plain(Key::kPageDown), "PgDn", "select the run below"},
    Shortcut{Action::kHideRun, letter('H'), "H", "hide or show the selected run"},
    Shortcut{Action::kRemoveRun, plain(Key::kDelete), "Del", "remove the selected run"},
    stencil_key(Action::kAddStencil1, 1, "Shift+1", "add [-1]"),
    stencil_key(Action::kAddStencil2, 2, "Shift+2", "add [0]"),
    stencil_key(Action::kAddStencil3, 3, "Shift+3", "add [+1]"),
    stencil_key(Action::kAddStencil4, 4, "Shift+4", "add [-1,0]"),
    stencil_key(Action::kAddStencil5, 5, "Shift+5", "add [-1,+1]"),
    stencil_key(Action::kAddStencil6, 6, "Shift+6", "add [0,+1]"),
    stencil_key(Action::kAddStencil7, 7, "Shift+7", "add [-1,0,+1]"),
    Shortcut{Action::kRivals, shift(digit(8)), "Shift+8", "rivals to race: Grokfast, Muon, ..."},

    run_key(Action::kSelectRun1, 1, "Ctrl+1", "select the first run"),
    run_key(Action::kSelectRun2, 2, "Ctrl+2", "select the second run"),
    run_key(Action::kSelectRun3, 3, "Ctrl+3", "select the third run"),
    run_key(Action::kSelectRun4, 4, "Ctrl+4", "select the fourth run"),
    run_key(Action::kSelectRun5, 5, "Ctrl+5", "select the fifth run"),
    run_key(Action::kSelectRun6, 6, "Ctrl+6", "select the sixth run"),
    run_key(Action::kSelectRun7, 7, "Ctrl+7", "select the seventh run"),
    run_key(Action::kSelectRun8, 8, "Ctrl+8", "select the eighth run"),
    run_key(Action::kSelectRun9, 9, "Ctrl+9", "select the ninth run"),

    begins("WINDOW", {Action::kHelp, function(1), "F1", "this sheet"}),
    Shortcut{Action::kPalette, ctrl(letter('K')), "Ctrl+K", "find anything by its name and do it"},
    Shortcut{Action::kInfo, function(2), "F2", "figures of the machine and the program"},
    Shortcut{Action::kEscape, plain(Key::kEscape), "Esc", "close what is open, end the focus ring"},
    Shortcut{Action::kPresenter, function(5), "F5", "presenter mode: large, light, calm"},
    Shortcut{Action::kLayoutLesson, function(6), "F6", "layout for a lesson; again: as delivered"},
    Shortcut{Action::kLayoutCompare, function(7), "F7", "layout to compare; again: as delivered"},
    Shortcut{Action::kLayoutInside, function(8), "F8",
             "layout to look inside; again: as delivered"},
    Shortcut{Action::kFoldColumns, ctrl(letter('B')), "Ctrl+B", "fold the side columns"},
    Shortcut{Action::kTheme, ctrl(letter('T')), "Ctrl+T", "dark or light"},
    Shortcut{Action::kScaleUp, ctrl(plain(Key::kPlus)), "Ctrl++", "everything larger"},
    Shortcut{Action::kScaleDown, ctrl(plain(Key::kMinus)), "Ctrl+-", "everything smaller"},
    Shortcut{Action::kScaleReset, ctrl(digit(0)), "Ctrl+0", "everything at 100 %"},
    Shortcut{Action::kFullScreen, function(11), "F11", "full screen"},
};
constexpr std::array kBehindViews{
    Shortcut{Action::kExport, ctrl(letter('E')), "Ctrl+E", "export figures, weights, pictures"},
    Shortcut{Action::kCopyView, ctrl(shift(letter('C'))), "Ctrl+Shift+C",
             "copy this view as a line of text"},
    Shortcut{Action::kPasteView, ctrl(shift(letter('V'))), "Ctrl+Shift+V",
             "show the view in the clipboard"},
    Shortcut{Action::kPicture, ctrl(shift(letter('S'))), "Ctrl+Shift+S", "picture of the window"},
    Shortcut{Action::kOpen, ctrl(letter('O')), "Ctrl+O", "open a notebook"},
    Shortcut{Action::kQuit, ctrl(letter('Q')), "Ctrl+Q", "quit"},
};

/// The views' own keys are the first of the group of results.
constexpr auto kShortcuts = [] {
    std::array<Shortcut, kBeforeViews.size() + kViews.size() + kBehindViews.size()> all;
    auto next = std::ranges::copy(kBeforeViews, all.begin()).out;
    for (const ViewInfo* const view : kViews) {
        *next++ = {view->action, view->chord, view->keys, view->does};
    }
    all[kBeforeViews.size()].group = "RESULTS";
    std::ranges::copy(kBehindViews, next);
    return all;
}();

constexpr std::array kOwnControls{
    ControlInfo{"start", "Starts, pauses or resumes the training of every run.",
                Action::kStartPause},
    ControlInfo{"train_on", "Trains every run that has epochs left, recorded ones too.",
                Action::kTrainOn},
    ControlInfo{"step", "Trains the selected run up to its next evaluation, then pauses.",
                Action::kStepEvaluation},
    ControlInfo{"reset", "Takes the selected run back to its beginning and forgets its curves. "
                         "Press twice."},
    ControlInfo{"speed1", "5 epochs per second: watch single updates.", Action::kSpeed1},
    ControlInfo{"speed2", "20 epochs per second.", Action::kSpeed2},
    ControlInfo{"speed3", "60 epochs per second: a calm pace for the jump.", Action::kSpeed3},
    ControlInfo{"speed4", "200 epochs per second.", Action::kSpeed4},
    ControlInfo{"speed5", "As fast as the machine can.", Action::kSpeed5},
    ControlInfo{"preset", "The settings of a published experiment, with this seed and stencil. A "
                          "change makes a new run."},
    ControlInfo{"seed", "Decides the initial weights and, but for TransformerLens, which pairs are "
                        "trained on. A change makes a new run."},
    ControlInfo{"dice", "Draws another seed."},
    ControlInfo{"theme", "Dark for the desk, light for the projector.", Action::kTheme},
    ControlInfo{"help", "All keys on one sheet.", Action::kHelp},
    ControlInfo{"quick_palette", "Everything that can be done, found by a few letters of its name.",
                Action::kPalette},
    ControlInfo{"quick_export", "Saves figures, weights, pictures or a film.", Action::kExport},
    ControlInfo{"quick_open", "Opens a notebook, such as one that somebody shared.", Action::kOpen},
    ControlInfo{"quick_seeds", "Seeds side by side, and paired speed-ups.", Action::kSeeds},
    ControlInfo{"quick_laboratory",
                "The laboratory: instruments that measure the selected run, live or after the "
                "fact.",
                Action::kLaboratory},
    ControlInfo{"quick_note", "Writes a note at the cursor. It is kept with the run.",
                Action::kNote},
    ControlInfo{
        "quick_views",
        "Views over whole runs, such as seeds side by side, the collapse and the path of the "
        "weights; the laboratory and the theory."},
    ControlInfo{"quick_layouts", "Layouts to choose from; each is kept as you leave it."},
    ControlInfo{"quick_more", "Export, open, seeds, notes, layouts and more."},
    ControlInfo{"command", "Does what is written there."},
    ControlInfo{"palette_text", "A few letters of what you want to do, in their order. Arrow keys "
                                "choose, Enter does it."},
    ControlInfo{"close_palette", "Closes this.", Action::kPalette},

    ControlInfo{"run", "Shows this run in the pictures. Its curves stay on the shared axes."},
    ControlInfo{"eye", "Hides or shows the curves of this run. No axis moves.", Action::kHideRun},
    ControlInfo{"pin", "Pins this run to compare with: the wavetable and the circle show it beside "
                       "the selected one, on one scale. Press again to take the pin out."},
    ControlInfo{"remove",
                "Stops this run and takes it out of the window. What is recorded of it "
                "stays in the notebook.",
                Action::kRemoveRun},
    ControlInfo{"add_stencil",
                "Adds a run with this stencil and the settings and seed of the selected "
                "run, without rules of rivals. It joins the race at once."},
    ControlInfo{"rivals",
                "Other ways to speed grokking up, such as Grokfast and Muon, to race beside the "
                "stencils.",
                Action::kRivals},
    ControlInfo{"add_rival", "Adds a run with this rule and everything else as in the plain run of "
                             "these settings. It joins the race at once; ticked, it is selected."},
    ControlInfo{"close_rivals", "Closes the list.", Action::kRivals},
    ControlInfo{"toggle", "An offset in epochs: before (-1), now (0), after (+1)."},
    ControlInfo{"add_custom", "Adds a run with the offsets chosen on the left."},
    ControlInfo{"baseline_seed", "Seed of the next baseline."},
    ControlInfo{"add_baseline",
                "Adds a run without a stencil under this seed: the same experiment, "
                "other dice."},

    ControlInfo{"log_epochs",
                "Logarithmic epochs: the first hundred get as much room as the last "
                "thousands.",
                Action::kLogEpochs},
    ControlInfo{"log_values", "Logarithmic or linear values.", Action::kLogValues},
    ControlInfo{"fit", "Fits every axis to all data.", Action::kFit},
    ControlInfo{"test_parts",
                "Draws the selected run's test curves in two parts, too: {sums} {a+b} of "
                "which {b+a} was trained on (mirrored, dotted), and truly new ones "
                "(dashed). They show whether order stopped to matter before it could "
                "{add}."},
    ControlInfo{"follow", "The right edge follows the newest epoch again.", Action::kFollowLatest},
    ControlInfo{"tab_mismatch", "How far each probe's prediction is from the hidden layer, per "
                                "offset."},
    ControlInfo{"tab_progress", "Progress measures: restricted and excluded loss, Gini of the "
                                "spectra."},
    ControlInfo{"tab_figures",
                "Any figures of the instruments, several at once: opens their list."},
    ControlInfo{"figure", "Draws this figure, or takes it out."},
    ControlInfo{"previous_event", "To the event before the cursor.", Action::kPreviousEvent},
    ControlInfo{"back", "One record back.", Action::kCursorBack},
    ControlInfo{"replay", "Replays the record: every picture follows.", Action::kReplay},
    ControlInfo{"replay_rate", "How fast the replay goes, and whether it slows down at the jump. "
                               "1x is 20 epochs per second."},
    ControlInfo{"rate", "Rate of the replay. 1x is 20 epochs per second."},
    ControlInfo{
        "branch",
        "Forks: a new run goes on from the cursor's epoch with the whole state of this one, "
        "under settings that you change.",
        Action::kFork},
    ControlInfo{"close_fork", "Closes the form; nothing is started.", Action::kFork},
    ControlInfo{"fork_rule", "What acts beside AdamW from here on."},
    ControlInfo{"fork_stencil", "Which probes it has from here on."},
    ControlInfo{"fork_without", "Takes this frequency out of the embedding behind every update."},
    ControlInfo{"fork_frozen", "No update moves this tensor from here on."},
    ControlInfo{"fork_shuffle", "The numbers exchange their embeddings at random, once, where the "
                                "fork begins: the control."},
    ControlInfo{"fork_scaled", "Whose embedding is multiplied, once, where the fork begins."},
    ControlInfo{"fork_factor", "By what it is multiplied. 1 leaves it."},
    ControlInfo{"fork_start", "Makes the fork and trains it beside its original."},
    ControlInfo{"apart_train_on",
                "Forks: a new run trains on from here without these frequencies, which it loses "
                "behind every update. Does it find others?"},
    ControlInfo{"replay_loop", "Begins the replay again when it has reached the end."},
    ControlInfo{"auto_slow", "Replay and training go at most 60 epochs per second while test "
                             "accuracy moves fast, so that nobody misses the jump. A speed chosen "
                             "during a jump holds until it is over."},
    ControlInfo{"auto_stop", "Pauses a run once both accuracies have stayed at 99 % for 1,000 "
                             "epochs, so that the machine rests. Resume goes on."},
    ControlInfo{"forth", "One record forth.", Action::kCursorForth},
    ControlInfo{"next_event", "To the next event.", Action::kNextEvent},
    ControlInfo{"timeline", "Drag to look back. Training is not touched."},
    ControlInfo{"live", "Back to the newest epoch.", Action::kFollowLatest},
    ControlInfo{"plots_tab", "The curves."},
    ControlInfo{"pictures_tab", "The wavetable and the circle."},
    ControlInfo{"copy_banner", "Copies the message, to paste it into a report."},
    ControlInfo{"close_banner", "Puts the message away. A run that failed stays marked."},
    ControlInfo{"close_story", "Hides this caption. F6 twice brings the lesson's layout back."},
    ControlInfo{"present", "Presenter mode: large type for the last row, and only what matters.",
                Action::kPresenter},
    ControlInfo{"end_presenter", "Back to the window as it was.", Action::kPresenter},
    ControlInfo{"present_circle", "Shows circle, map or clock beside the accuracy."},
    ControlInfo{"present_wavetable", "Shows the wavetable beside the accuracy."},
    ControlInfo{"present_loss", "Shows the loss beside the accuracy."},
    ControlInfo{"present_before_after",
                "Shows the circle at the start of the record and the one at "
                "the cursor side by side, along the same frequency."},
    ControlInfo{"status", "Click for the figures of the machine and the program.", Action::kInfo},
    ControlInfo{"close_info", "Closes the figures.", Action::kInfo},
    ControlInfo{"fewer_workers", "Takes processor time from training and leaves it to the window. "
                                 "The runs go on and come to the same figures, bit for bit."},
    ControlInfo{"all_workers", "Training takes all of its threads again."},
    ControlInfo{"close_workers", "Puts the message away. It does not come again."},
    ControlInfo{"left_splitter", "Drag to give the run list more room or less."},
    ControlInfo{"right_splitter", "Drag to give the pictures more room or less."},
    ControlInfo{"picture_splitter", "Drag to divide the height between the pictures."},
    ControlInfo{"grip", "Drag it onto another panel and the two change places. With the focus ring "
                        "on it, Enter moves it on. F6 to F8, pressed twice, put all back."},
    ControlInfo{"plot_splitter", "Drag to divide the height between the plots."},
    ControlInfo{"plot_accuracy",
                "Click to look back at an epoch, drag to pan, wheel to zoom, right "
                "drag for a region, double click for everything."},
    ControlInfo{"plot_loss", "Click to look back at an epoch, drag to pan, wheel to zoom, right "
                             "drag for a region, double click for everything."},
    ControlInfo{"plot_mismatch",
                "Click to look back at an epoch, drag to pan, wheel to zoom, right "
                "drag for a region, double click for everything."},
    ControlInfo{"plot_progress",
                "Click to look back at an epoch, drag to pan, wheel to zoom, right "
                "drag for a region, double click for everything."},
    ControlInfo{"plot_figures", "Click to look back at an epoch, drag to pan, wheel to zoom, right "
                                "drag for a region, double click for everything."},
    ControlInfo{"wavetable_picture", "Click a row to put the cursor there and choose a frequency."},
    ControlInfo{"circle_picture", "The numbers as points; hover one to read it."},
    ControlInfo{"about", "What this shows, and what to look for."},
    ControlInfo{"strip_preset", "Takes the settings of this experiment for the next run; seed, "
                                "stencil and length stay."},
    ControlInfo{"new_run", "The form for a new run: every setting, with its range.",
                Action::kNewRun},
    ControlInfo{"close_new_run", "Puts the form away; nothing is started.", Action::kNewRun},
    ControlInfo{"field_operation", "Which answer to two numbers the network is to learn."},
    ControlInfo{"field_preset", "Whose initial weights, split and warm-up the run takes."},
    ControlInfo{
        "field_seed",
        "Decides the initial weights and, but for TransformerLens, which pairs are shown. The "
        "same settings and seed give the same curve."},
    ControlInfo{"field_dice", "Draws another seed."},
    ControlInfo{"field_offset", "A probe that predicts the hidden layer so many epochs away."},
    ControlInfo{"field_template",
                "Sets every field of this form at once. Change what you like afterwards."},
    ControlInfo{"form_start", "Makes this run and starts it beside the others."},
    ControlInfo{"run_order", "The order of this list. Ctrl+1 to 9, PgUp and PgDn follow it."},
    ControlInfo{"order_by", "Lists the runs by this, the best first; chosen again, the other way "
                            "round. Runs without the figure come last."},
    ControlInfo{"run_menu", "Name and colour of this run."},
    ControlInfo{"run_name", "Shown in place of the stencil. Empty: the stencil again."},
    ControlInfo{"run_color", "Colour of this run's curves. Dash and marker stay."},
    ControlInfo{"read_again", "Shows what another process has recorded of this run since."},
    ControlInfo{"plain_look", "The stencil's own name and colour again."},
    ControlInfo{"axes", "What the x axis counts, and smoothing."},
    ControlInfo{"x_unit",
                "What the x axis counts. Time of training is where the price of a stencil "
                "shows."},
    ControlInfo{"smoothing", "Averages neighbouring samples; the raw curves stay behind, pale."},
    ControlInfo{"copy_view", "One line of text that shows the same in another window.",
                Action::kCopyView},
    ControlInfo{"guess",
                "Everybody marks the epoch at which they expect the jump; once it has come, "
                "the nearest is named.",
                Action::kGuess},
    ControlInfo{"guess_who", "Who guesses. The same name again moves its flag."},
    ControlInfo{"guess_epoch", "The epoch at which test accuracy will have reached 99 %."},
    ControlInfo{"guess_mark", "Puts the flag on the axis. Guesses are kept with the run's notes."},
    ControlInfo{"guess_remove", "Takes this guess away."},
    ControlInfo{"close_guess", "Puts the sheet away; the flags stay.", Action::kGuess},
    ControlInfo{"note_text", "Enter keeps the note at this epoch, an empty one removes it.",
                Action::kNote},
    ControlInfo{"close_note", "Puts the note away unchanged.", Action::kNote},
    ControlInfo{"tour", "Six cards that show the way; each waits for you."},
    ControlInfo{"tour_again", "Six cards that show the way, from the first."},
    ControlInfo{"tour_back", "The card before."},
    ControlInfo{"tour_next", "The next card, whether or not this one is done."},
    ControlInfo{"tour_close", "Ends the tour. F1 has a button that starts it again."},
    ControlInfo{"close_help", "Closes the sheet.", Action::kHelp},
    ControlInfo{"chip", "Selects this run."},
    ControlInfo{"field_measures",
                "Instruments that measure the run as it trains. Readings change nothing of it, and "
                "can be made of the whole record afterwards."},
    ControlInfo{"field_measure", "Whether this instrument measures the run as it trains. It can be "
                                 "switched at any time, in the laboratory."},
    ControlInfo{"field_measure_every", "Epochs between its readings."},
    ControlInfo{"export", "Saves figures, weights, pictures and films.", Action::kExport},
    ControlInfo{"export_kind",
                "What is saved. Figures are exact; weights are as recorded. The whole "
                "run is a notebook that others can open."},
    ControlInfo{"export_panel", "The whole window, or one panel cut out of it."},
    ControlInfo{"export_times", "Pixels for each pixel of the window: 1x for the screen, 3x or 4x "
                                "for print."},
    ControlInfo{"export_controls", "With buttons and lists, or curves and pictures only."},
    ControlInfo{"export_transparent",
                "Without a background, to lay it over a slide: a dark one in the dark theme, a "
                "light one in the light theme."},
    ControlInfo{"export_lens",
                "Names and shapes for HookedTransformer, instead of this program's."},
    ControlInfo{"export_path", "The file to write. Nothing is replaced without a question."},
    ControlInfo{"export_save", "Saves it. The window goes on meanwhile."},
    ControlInfo{"export_close", "Closes this without saving."},
    ControlInfo{"replace_file", "The file that is there is replaced."},
    ControlInfo{"keep_file", "Nothing is written."},
    ControlInfo{"cancel_film", "Stops; nothing of the film is kept."},
    ControlInfo{"copy_command", "Copies the command, to paste it into a terminal."},
    ControlInfo{"close_notice", "Puts the message away."},
    ControlInfo{"toast_undo",
                "Takes back what was just done. Every act of this kind can be undone, "
                "20 deep.",
                Action::kUndo},
    ControlInfo{"look_inside",
                "Selects this run and opens its circle: how its numbers lie inside."},
    ControlInfo{"event", "An event, at its epoch. Click to go there; once there, to the next one "
                         "that stands behind this name."},
    ControlInfo{"toast_close", "Puts the message away; it goes by itself, too.", Action::kEscape},
    ControlInfo{"open_path", "A notebook's file, such as one that somebody shared."},
    ControlInfo{"open_go", "Takes its runs over and shows the newest.", Action::kOpen},
    ControlInfo{"open_close", "Closes this without opening."},
    ControlInfo{"recent_run", "Shows it as it is recorded. Nothing is trained."},
    ControlInfo{"recent_sweep", "Shows its runs, at most 12, as they are recorded."},
    ControlInfo{"recent_replay", "Shows it and plays it from the beginning."},
    ControlInfo{"recent_go_on", "Shows it and trains it on, bit for bit as if it had never been "
                                "stopped."},
    ControlInfo{"recent_race", "Small runs from the same weights and split that were trained when "
                               "this program was built: a lesson without waiting."},
    ControlInfo{"race_replay", "Shows the race and plays it from the beginning."},
    ControlInfo{"recent_new", "The form for a new run.", Action::kNewRun},
    ControlInfo{"recent_open", "Opens another notebook, such as one that somebody shared."},
    ControlInfo{"recent_hide", "Shows the empty plots instead."},
    ControlInfo{"save_as_path", "A new file for the record."},
    ControlInfo{"save_as", "Goes on in this file, with all that was recorded so far."},
    ControlInfo{"retry_store", "Tries at once whether the record can be written again."},
    ControlInfo{"resume_offer",
                "Takes the run up where it was cut off, bit for bit on a machine like "
                "the one it began on."},
    ControlInfo{"decline_offers", "Leaves it as it is; the next start offers it again."},

    ControlInfo{"wavetable_ridge",
                "Spectra as ridges, oldest at the back. Click a row to put the cursor there.",
                Action::kWavetableMode},
    ControlInfo{"wavetable_heat", "The same spectra from above, epochs downwards.",
                Action::kWavetableMode},
    ControlInfo{"wavetable_bars", "The spectrum at the cursor's epoch alone.",
                Action::kWavetableMode},
    ControlInfo{"wavetable_linear", "Height is the amplitude A_k itself."},
    ControlInfo{"wavetable_db", "Height in decibels below the strongest amplitude of the run: what "
                                "is weak becomes visible."},
    ControlInfo{"wavetable_shape", "Each row to its own maximum: compares shapes and hides how "
                                   "strong they are."},
    ControlInfo{"wavetable_embedding", "Spectrum of the number embeddings W_E: which frequencies "
                                       "the model reads."},
    ControlInfo{"wavetable_logits", "Spectrum of W_L = W_U^T W_out: which frequencies the neurons "
                                    "write on the answers."},
    ControlInfo{"wavetable_neurons",
                "Spectrum of the MLP's activations over all pairs: which frequencies the neurons "
                "respond to. A row comes with each row of progress measures."},
    ControlInfo{"wavetable_view", "Tilt and slant of the ridges."},
    ControlInfo{"wavetable_tilt", "From nearly level to nearly from above."},
    ControlInfo{"wavetable_shear", "Moves the back to the left or to the right."},
    ControlInfo{"circle_previous", "One frequency lower."},
    ControlInfo{"circle_frequency", "Chooses the frequency; its key frequencies are listed. A "
                                    "click into the wavetable chooses too."},
    ControlInfo{"circle_next", "One frequency higher."},
    ControlInfo{"circle_slider", "Any frequency."},
    ControlInfo{"circle_strongest", "Shows the strongest key frequency of the newest record."},
    ControlInfo{"circle_one", "One circle."},
    ControlInfo{"circle_before", "The start on the left, the cursor's epoch on the right, at one "
                                 "scale."},
    ControlInfo{"circle_keys",
                "A circle for each key frequency, up to five, or for each of three pairs "
                "of principal components."},
    ControlInfo{"circle_fourier", "The plane of one frequency, cosine to the right, sine upwards."},
    ControlInfo{"circle_pca", "The planes of the principal components, which need no frequency to "
                              "be known: do they find the rings by themselves?"},
    ControlInfo{
        "circle_order",
        "Seen along the waves of the numbers in their own order, 0, 1, 2 and so on, instead "
        "of the order of powers, where each stands for its exponent and the operation "
        "{adds them}. A ring there is a cloud here."},
    ControlInfo{"wavetable_order",
                "The spectrum over the numbers in their own order, instead of the order of powers, "
                "where each stands for its exponent and the operation {adds them}."},
    ControlInfo{"inside_order",
                "The numbers in their own order, instead of the order of powers, where each "
                "stands for its exponent and the operation {adds them}."},
    ControlInfo{"circle_glide", "Points glide to their new places in 150 ms; off: they jump."},
    ControlInfo{
        "circle_components",
        "R and roundness for the frequency that fits these angles best. Of 100 planes of "
        "random points 99 stay below what chance is said to give. Click into the curve to go "
        "to that epoch."},
    ControlInfo{
        "circle_roundness",
        "R tells how well the angles follow the ring, roundness how evenly far the numbers "
        "stand from its middle, both 0 to 1. The plane is fitted to the very points it shows, "
        "so noise looks round, too: of 100 random embeddings of this size 99 stay below what "
        "chance is said to give, dashed in the curve. Click into the curve to go to that "
        "epoch."},

    ControlInfo{"query_a", "The first number, 0 to p-1."},
    ControlInfo{"query_b", "The second number, 0 to p-1."},
    ControlInfo{"show_intact", "Shows the model as it was trained."},
    ControlInfo{"show_ablated", "Shows the model without what TAKE APART takes out."},
    ControlInfo{"layer_previous", "The layer below: its attention, its parts."},
    ControlInfo{"layer_next", "The layer above: its attention, its parts."},
    ControlInfo{"attention_previous", "The heads before these."},
    ControlInfo{"attention_next", "The heads after these."},
    ControlInfo{"apart_remove", "The frequencies you click are taken out."},
    ControlInfo{"apart_keep", "Only the frequencies you click stay in; all others are taken out."},
    ControlInfo{"apart_keys", "Chooses the key frequencies of these weights."},
    ControlInfo{"apart_reset", "Puts everything back."},
    ControlInfo{"apart_head", "This head's output: as it is, zero, or its mean over all pairs. "
                              "Click to go round."},
    ControlInfo{"apart_mlp", "What the MLP adds: as it is, zero, or its mean over all pairs. Click "
                             "to go round."},
    ControlInfo{"apart_attention_skip",
                "The skip connection around attention: without it the MLP reads the heads alone."},
    ControlInfo{"apart_mlp_skip", "The skip connection around the MLP: as it is, zero, or its mean "
                                  "over all pairs. Click to go round."},
    ControlInfo{"apart_rows",
                "Scales these embeddings, to 0 at first, before their position is added: of the "
                "number 0, or of one operand or both. Click again to put them back."},
    ControlInfo{"apart_row_scale", "By what they are multiplied."},
    ControlInfo{"apart_in_logits",
                "The frequencies are removed from the finished logits: a reading of the answer. "
                "Click to see this model in the other tabs."},
    ControlInfo{"apart_in_embedding",
                "The frequencies are removed from W_E and the model computes anew: a cause. Click "
                "to see this model in the other tabs."},
};

/// With those of the views, and those of the form for a new run whose words are the settings' own.
constexpr auto kControls = [] {
    constexpr auto kInForm = [](const Setting& setting) { return setting.form.place > 0; };
    constexpr auto kFields = static_cast<std::size_t>(std::ranges::count_if(kSettings, kInForm));
    constexpr std::size_t kOfViews = [] {
        std::size_t count = 0;
        for (const ViewInfo* const view : kViews) {
            count += view->controls.size();
        }
        return count;
    }();
    std::array<ControlInfo, kOwnControls.size() + kInsideTabs.size() + kOfViews + kFields> all;
    auto next = std::ranges::copy(kOwnControls, all.begin()).out;
    next = std::ranges::transform(kInsideTabs, next, &InsideTabInfo::control).out;
    for (const ViewInfo* const view : kViews) {
        next = std::ranges::copy(view->controls, next).out;
    }
    for (const Setting& setting : kSettings) {
        if (kInForm(setting)) {
            *next++ = {setting.form.control, setting.form.tooltip};
        }
    }
    return all;
}();

} // namespace

std::span<const Shortcut> shortcuts() {
    return kShortcuts;
}

Action action_of(const KeyPress& press) {
    const auto found = std::find_if(kShortcuts.begin(), kShortcuts.end(), [&](const Shortcut& row) {
        Chord pressed = press.chord;
        if (pressed.key == Key::kPlus || pressed.key == Key::kMinus) {
            pressed.shift = row.chord.shift; // "+" takes Shift on many keyboards
        }
        return row.chord == pressed;
    });
    if (found == kShortcuts.end() || (press.repeat && !found->repeats)) {
        return Action::kNone;
    }
    return found->action;
}

std::string_view keys_of(Action action) {
    const auto found = std::find_if(kShortcuts.begin(), kShortcuts.end(),
                                    [action](const Shortcut& row) { return row.action == action; });
    return found == kShortcuts.end() || action == Action::kNone ? std::string_view() : found->keys;
}

std::vector<SheetLine> sheet_lines() {
    std::vector<SheetLine> lines;
    const char* family = nullptr;
    for (const Shortcut& row : kShortcuts) {
        if (row.family_keys == nullptr) {
            lines.push_back({row.keys, row.what, row.group == nullptr ? "" : row.group});
        } else if (family == nullptr || std::string_view(family) != row.family_keys) {
            lines.push_back({row.family_keys, row.family_what});
        }
        family = row.family_keys;
    }
    return lines;
}

std::span<const ControlInfo> controls() {
    return kControls;
}

const ControlInfo& control(std::string_view name) {
    const auto found = std::find_if(kControls.begin(), kControls.end(),
                                    [name](const ControlInfo& row) { return row.name == name; });
    if (found == kControls.end()) {
        throw std::logic_error("the control \"" + std::string(name) +
                               "\" has no entry in the table of controls");
    }
    return *found;
}

} // namespace grokscope::ui
