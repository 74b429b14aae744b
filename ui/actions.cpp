#include "ui/actions.h"

#include "ui/guesses.h"
#include "ui/playback.h"
#include "ui/plot_axes.h"
#include "ui/run_order.h"
#include "ui/sheets.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

namespace grokscope::ui {

namespace {

bool can_start(const RunRecord& run) {
    return run.state == RunState::kIdle || run.state == RunState::kPaused;
}

/// Every run that can and that `wanted` holds for, but for those that were removed and may come
/// back.
template <typename Wanted>
void start_all(Desk desk, Wanted&& wanted) {
    const auto runs = desk.book.runs();
    const auto left_out = [&](const auto& run) { return can_start(*run) && !wanted(*run); };
    if (desk.view.removed.empty() && std::ranges::none_of(runs, left_out)) {
        desk.commands.send(command::StartAll{});
        return;
    }
    for (const auto& run : runs) {
        if (can_start(*run) && wanted(*run)) {
            desk.commands.send(command::Start{run->id});
        }
    }
}

bool is_live(const RunRecord& run) {
    return !run.recorded;
}

bool is_trained_elsewhere(const Desk& desk, const RunRecord& run) {
    return desk.view.elsewhere.contains(run.id);
}

/// The selected run is a recording to look at, and nothing else is going on.
bool views_a_record(const Desk& desk) {
    const RunRecord* run = selected_run(desk);
    return run != nullptr && run->recorded && !run->samples.empty();
}

} // namespace

bool any_running(const RunBook& book) {
    return std::any_of(book.runs().begin(), book.runs().end(),
                       [](const auto& run) { return run->state == RunState::kRunning; });
}

int running_runs(const RunBook& book) {
    return static_cast<int>(std::ranges::count_if(
        book.runs(), [](const auto& run) { return run->state == RunState::kRunning; }));
}

void add_run(Desk desk, const RunConfig& config, bool start) {
    desk.commands.send(
        command::AddRun{desk.commands.new_run_id(), config, start, shown_preset(desk)});
}

std::string shown_preset(const Desk& desk) {
    const RunRecord* run = selected_run(desk);
    return desk.view.draft ? desk.view.draft_preset : run == nullptr ? "" : run->preset;
}

RunConfig shown_config(const Desk& desk) {
    if (desk.view.draft) {
        return *desk.view.draft;
    }
    const RunRecord* run = selected_run(desk);
    RunConfig config = run == nullptr ? RunConfig{} : run->config;
    config.edits = {}; // they were of that fork
    return config;
}

std::vector<std::string> start_mistakes(const ViewState& view) {
    std::vector<std::string> mistakes;
    if (view.draft) {
        mistakes = view.draft->validate();
    }
    if (const auto seed = view.wrong_numbers.find(kSeedField); seed != view.wrong_numbers.end()) {
        mistakes.push_back(seed->second.sentence);
    }
    return mistakes;
}

StartLabel start_label(const Desk& desk) {
    if (desk.commands.pending<command::PauseAll>()) {
        return StartLabel::kPausing;
    }
    if (desk.commands.pending<command::StartAll>() || desk.commands.pending<command::Start>()) {
        return StartLabel::kStarting;
    }
    if (desk.view.draft || desk.view.wrong_numbers.contains(kSeedField)) {
        return StartLabel::kStartNewRun;
    }
    if (any_running(desk.book)) {
        return StartLabel::kPause;
    }
    if (views_a_record(desk)) {
        return desk.view.replaying ? StartLabel::kStopReplay : StartLabel::kReplay;
    }
    bool fresh = desk.book.runs().empty();
    bool begun = false;
    for (const auto& run : desk.book.runs()) {
        const bool starts = can_start(*run) && is_live(*run);
        fresh = fresh || (starts && run->last_epoch() < 0);
        begun = begun || (starts && run->last_epoch() >= 0);
    }
    if (begun) {
        return StartLabel::kResume;
    }
    return fresh ? StartLabel::kStart : StartLabel::kAllFinished;
}

void press_start(Desk desk) {
    switch (start_label(desk)) {
    case StartLabel::kPause:
    case StartLabel::kStarting:
        desk.commands.send(command::PauseAll{});
        return;
    case StartLabel::kStart:
    case StartLabel::kResume:
    case StartLabel::kPausing:
        if (desk.book.runs().empty() && desk.commands.idle()) {
            add_run(desk, shown_config(desk), true);
        } else {
            start_all(desk, is_live);
        }
        return;
    case StartLabel::kReplay:
    case StartLabel::kStopReplay:
        toggle_replay(desk);
        return;
    case StartLabel::kStartNewRun:
        if (start_mistakes(desk.view).empty()) {
            add_run(desk, *desk.view.draft, true);
            desk.view.draft.reset();
        }
        return;
    case StartLabel::kAllFinished:
        return;
    }
}

std::vector<const RunRecord*> recorded_to_train_on(const Desk& desk) {
    std::vector<const RunRecord*> runs;
    for (const auto& run : desk.book.runs()) {
        if (can_start(*run) && run->recorded && !is_trained_elsewhere(desk, *run)) {
            runs.push_back(run.get());
        }
    }
    return runs;
}

void train_on(Desk desk) {
    if (any_running(desk.book) || recorded_to_train_on(desk).empty()) {
        return;
    }
    start_all(desk, [&](const RunRecord& run) { return !is_trained_elsewhere(desk, run); });
    go_live(desk);
}

void step_selected(Desk desk, int epochs) {
    const RunRecord* run = selected_run(desk);
    if (run == nullptr || run->state == RunState::kFinished || run->state == RunState::kFailed ||
        is_trained_elsewhere(desk, *run)) {
        return;
    }
    if (any_running(desk.book)) {
        desk.commands.send(command::PauseAll{});
    }
    desk.commands.send(command::StepEpochs{run->id, epochs});
}

int epochs_to_evaluation(const RunRecord& run) {
    // Epoch e is evaluated when e is a multiple of eval_every; run.epoch is the next to train.
    const int every = run.config.eval_every;
    return (every - run.epoch % every) % every + 1;
}

void reset_selected(Desk desk) {
    const RunRecord* run = selected_run(desk);
    if (run == nullptr) {
        return;
    }
    if (run->branch) { // only the trainer still has the weights that it began with
        desk.commands.send(command::Reset{run->id});
        desk.view.follow_latest();
        return;
    }
    const RunConfig config = run->config;
    desk.commands.send(command::Remove{run->id});
    const RunId fresh = desk.commands.new_run_id();
    desk.commands.send(command::AddRun{fresh, config, false, run->preset});
    desk.view.set_visible(run->id, true);
    desk.view.selected = fresh;
    if (desk.view.pinned == run->id) {
        desk.view.pinned = fresh;
    }
    desk.view.follow_latest();
    desk.view.epoch_axis.whole = true;
}

void remove_run(Desk desk, RunId run) {
    const RunRecord* record = desk.book.find(run);
    if (record == nullptr) {
        return;
    }
    if (record->state == RunState::kRunning) {
        desk.commands.send(command::Pause{run});
    }
    desk.view.removed.push_back(run);
}

void add_or_select(Desk desk, const RunConfig& config) {
    if (const RunRecord* run = desk.book.find_equal(config)) {
        select_run(desk, run->id);
        set_measures(desk, *run, config.measure);
        return;
    }
    const RunId fresh = desk.commands.new_run_id();
    desk.commands.send(command::AddRun{fresh, config, true, shown_preset(desk)});
    select_run(desk, fresh);
    go_live(desk);
}

void set_measures(Desk desk, const RunRecord& run, const MeasurePlan& plan) {
    if (plan != run.config.measure) {
        desk.commands.send(command::SetMeasures{run.id, plan});
    }
}

void toggle_new_run(ViewState& view) {
    view.new_run_open = !view.new_run_open;
    view.draft.reset();
}

void toggle_guessing(Desk desk) {
    ViewState& view = desk.view;
    view.guessing = !view.guessing && view.selected.has_value();
    const RunRecord* run = selected_run(desk);
    if (!view.guessing || run == nullptr || view.guess.epoch > run->last_epoch()) {
        return;
    }
    constexpr std::int32_t kRound = 500;
    const std::int32_t later = run->last_epoch() + run->last_epoch() / 2;
    view.guess.epoch = std::min((later / kRound + 1) * kRound, run->config.epochs);
}

void begin_note(Desk desk) {
    ViewState& view = desk.view;
    const RunRecord* run = selected_run(desk);
    if (view.note_draft || run == nullptr || run->samples.empty()) {
        view.note_draft.reset();
        return;
    }
    const std::int32_t epoch = view.cursor.at(run->last_epoch());
    view.cursor.hold(epoch); // it must not run on under the pen
    view.note_draft = "";
    for (const Note& note : view.notes) {
        if (note.run == run->id && note.epoch == epoch) {
            view.note_draft = words_of_note(note.text.get());
        }
    }
}

void keep_note(Desk desk, const std::string& words) {
    ViewState& view = desk.view;
    const RunRecord* run = selected_run(desk);
    view.note_draft.reset();
    if (run == nullptr) {
        return;
    }
    const std::int32_t epoch = view.cursor.at(run->last_epoch());
    std::string text = words;
    std::erase_if(view.notes, [&](const Note& note) {
        const bool here = note.run == run->id && note.epoch == epoch;
        if (here) {
            text = with_words(note.text.get(), words); // the guesses in it stay
        }
        return here;
    });
    if (!text.empty()) {
        view.notes.push_back({run->id, epoch, text});
    }
}

void hold_flip(ViewState& view, bool held) {
    if (held && !view.flipped_from && view.pinned && view.selected != view.pinned) {
        view.flipped_from = view.selected;
        view.selected = view.pinned;
    } else if (!held && view.flipped_from) {
        view.selected = view.flipped_from;
        view.flipped_from.reset();
    }
}

void toggle_pin(Desk desk, RunId run) {
    desk.view.pinned = desk.view.pinned == run ? std::nullopt : std::optional(run);
}

void select_run(Desk desk, RunId run) {
    desk.view.selected = run;
    desk.view.draft.reset();
}

void select_run_at(Desk desk, std::size_t index) {
    const std::vector<const RunRecord*> runs = listed_runs(desk.book, desk.view);
    if (index < runs.size()) {
        select_run(desk, runs[index]->id);
    }
}

void look_inside(Desk desk, RunId run) {
    ViewState& view = desk.view;
    select_run(desk, run);
    go_live(desk);
    view.frequency.reset(); // another run's, which may mean nothing here
    view.inside.tab = InsideTab::kCircle;
    view.side_columns = true;
    view.pictures_in_front = true;
    if (view.presenter.picture != PresenterPicture::kBeforeAfter) { // which shows it, too
        view.presenter.picture = PresenterPicture::kCircle;
    }
}

void toggle_presenter(ViewState& view) {
    view.presenter.on = !view.presenter.on;
    view.presenter.theme = ThemeKind::kLight;
}

void toggle_theme(ViewState& view) {
    ThemeKind& theme = view.presenter.on ? view.presenter.theme : view.theme;
    theme = theme == ThemeKind::kDark ? ThemeKind::kLight : ThemeKind::kDark;
}

bool close_topmost(ViewState& view) {
    if (std::exchange(view.guessing, false)) {
        return true;
    }
    if (view.note_draft) {
        view.note_draft.reset();
        return true;
    }
    if (view.new_run_open) {
        toggle_new_run(view);
        return true;
    }
    if (view.fork) {
        view.fork.reset();
        return true;
    }
    for (bool* const open : sheets(view)) {
        if (std::exchange(*open, false)) {
            return true;
        }
    }
    if (std::exchange(view.info_open, false)) {
        return true;
    }
    if (view.workers_notice != WorkersNotice::kNone && !view.presenter.on) {
        view.workers_notice = WorkersNotice::kNone;
        return true;
    }
    if (!view.banner.empty()) {
        view.banner.clear();
        return true;
    }
    if (view.toast) {
        view.toast.reset();
        return true;
    }
    if (!view.news.empty()) {
        view.news.pop_front();
        return true;
    }
    return std::exchange(view.presenter.on, false);
}

void select_neighbour(Desk desk, int direction) {
    const std::vector<const RunRecord*> runs = listed_runs(desk.book, desk.view);
    if (runs.empty()) {
        return;
    }
    std::ptrdiff_t index = 0;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        if (desk.view.selected == runs[i]->id) {
            index = static_cast<std::ptrdiff_t>(i) + direction;
        }
    }
    const auto last = static_cast<std::ptrdiff_t>(runs.size()) - 1;
    select_run(desk,
               runs[static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(index, 0, last))]->id);
}

void show_whole_record(Desk desk) {
    fit_epochs(desk.view.epoch_axis, axis_extent(desk.book, desk.view));
}

void set_x_unit(Desk desk, XUnit unit) {
    desk.view.x_unit = unit;
    if (unit == XUnit::kSinceGrok) {
        desk.view.epoch_axis.log = false; // epochs before grokking are negative
    }
    desk.view.epoch_axis.follow = true;
    show_whole_record(desk);
}

void fit_all(Desk desk) {
    show_whole_record(desk);
    refit(desk.view.loss_axis);
    refit(desk.view.mismatch_axis);
    refit(desk.view.progress_axis);
    fit_figure_axes(desk.view);
}

void keep_selection_valid(Desk desk) {
    // A run just asked for may not have arrived yet; its number is kept until it has.
    const bool awaited = desk.commands.pending<command::AddRun>() ||
                         desk.commands.pending<command::ResumeRun>() ||
                         desk.commands.pending<command::BranchRun>();
    if (desk.view.pinned && desk.book.find(*desk.view.pinned) == nullptr && !awaited) {
        desk.view.pinned.reset();
    }
    if (selected_run(desk) != nullptr || (desk.view.selected && awaited)) {
        return;
    }
    desk.view.selected.reset();
    if (!desk.book.runs().empty()) {
        desk.view.selected = desk.book.runs().front()->id;
    }
}

} // namespace grokscope::ui
