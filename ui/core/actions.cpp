#include "ui/core/actions.h"

#include "ui/core/guesses.h"
#include "ui/core/playback.h"
#include "ui/core/plot_axes.h"
#include "ui/core/run_order.h"

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
void start_all(ActionContext context, Wanted&& wanted) {
    const auto runs = context.book.runs();
    const auto left_out = [&](const auto& run) { return can_start(*run) && !wanted(*run); };
    if (context.view.arrangement.removed.empty() && std::ranges::none_of(runs, left_out)) {
        context.commands.send(command::StartAll{});
        return;
    }
    for (const auto& run : runs) {
        if (can_start(*run) && wanted(*run)) {
            context.commands.send(command::Start{run->id});
        }
    }
}

bool is_live(const RunRecord& run) {
    return !run.recorded;
}

bool is_trained_elsewhere(const ActionContext& context, const RunRecord& run) {
    return context.view.elsewhere.contains(run.id);
}

/// The selected run is a recording to look at, and nothing else is going on.
bool views_a_record(const ActionContext& context) {
    const RunRecord* run = selected_run(context);
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

void add_run(ActionContext context, const RunConfig& config, bool start) {
    context.commands.send(
        command::AddRun{context.commands.new_run_id(), config, start, shown_preset(context)});
}

std::string shown_preset(const ActionContext& context) {
    const RunRecord* run = selected_run(context);
    return context.view.draft ? context.view.draft_preset : run == nullptr ? "" : run->preset;
}

RunConfig shown_config(const ActionContext& context) {
    if (context.view.draft) {
        return *context.view.draft;
    }
    const RunRecord* run = selected_run(context);
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

StartLabel start_label(const ActionContext& context) {
    if (context.commands.pending<command::PauseAll>()) {
        return StartLabel::kPausing;
    }
    if (context.commands.pending<command::StartAll>() ||
        context.commands.pending<command::Start>()) {
        return StartLabel::kStarting;
    }
    if (context.view.draft || context.view.wrong_numbers.contains(kSeedField)) {
        return StartLabel::kStartNewRun;
    }
    if (any_running(context.book)) {
        return StartLabel::kPause;
    }
    if (views_a_record(context)) {
        return context.view.replaying ? StartLabel::kStopReplay : StartLabel::kReplay;
    }
    bool fresh = context.book.runs().empty();
    bool begun = false;
    for (const auto& run : context.book.runs()) {
        const bool starts = can_start(*run) && is_live(*run);
        fresh = fresh || (starts && run->last_epoch() < 0);
        begun = begun || (starts && run->last_epoch() >= 0);
    }
    if (begun) {
        return StartLabel::kResume;
    }
    return fresh ? StartLabel::kStart : StartLabel::kAllFinished;
}

void press_start(ActionContext context) {
    switch (start_label(context)) {
    case StartLabel::kPause:
    case StartLabel::kStarting:
        context.commands.send(command::PauseAll{});
        return;
    case StartLabel::kStart:
    case StartLabel::kResume:
    case StartLabel::kPausing:
        if (context.book.runs().empty() && context.commands.idle()) {
            add_run(context, shown_config(context), true);
        } else {
            start_all(context, is_live);
        }
        return;
    case StartLabel::kReplay:
    case StartLabel::kStopReplay:
        toggle_replay(context);
        return;
    case StartLabel::kStartNewRun:
        if (start_mistakes(context.view).empty()) {
            add_run(context, *context.view.draft, true);
            context.view.draft.reset();
        }
        return;
    case StartLabel::kAllFinished:
        return;
    }
}

std::vector<const RunRecord*> recorded_to_train_on(const ActionContext& context) {
    std::vector<const RunRecord*> runs;
    for (const auto& run : context.book.runs()) {
        if (can_start(*run) && run->recorded && !is_trained_elsewhere(context, *run)) {
            runs.push_back(run.get());
        }
    }
    return runs;
}

void train_on(ActionContext context) {
    if (any_running(context.book) || recorded_to_train_on(context).empty()) {
        return;
    }
    start_all(context, [&](const RunRecord& run) { return !is_trained_elsewhere(context, run); });
    go_live(context);
}

void step_selected(ActionContext context, int epochs) {
    const RunRecord* run = selected_run(context);
    if (run == nullptr || run->state == RunState::kFinished || run->state == RunState::kFailed ||
        is_trained_elsewhere(context, *run)) {
        return;
    }
    if (any_running(context.book)) {
        context.commands.send(command::PauseAll{});
    }
    context.commands.send(command::StepEpochs{run->id, epochs});
}

int epochs_to_evaluation(const RunRecord& run) {
    // Epoch e is evaluated when e is a multiple of eval_every; run.epoch is the next to train.
    const int every = run.config.eval_every;
    return (every - run.epoch % every) % every + 1;
}

void reset_selected(ActionContext context) {
    const RunRecord* run = selected_run(context);
    if (run == nullptr) {
        return;
    }
    if (run->branch) { // only the trainer still has the weights that it began with
        context.commands.send(command::Reset{run->id});
        context.view.follow_latest();
        return;
    }
    const RunConfig config = run->config;
    context.commands.send(command::Remove{run->id});
    const RunId fresh = context.commands.new_run_id();
    context.commands.send(command::AddRun{fresh, config, false, run->preset});
    context.view.set_visible(run->id, true);
    context.view.selected = fresh;
    if (context.view.pinned == run->id) {
        context.view.pinned = fresh;
    }
    context.view.follow_latest();
    context.view.settings.epoch_axis.whole = true;
}

void remove_run(ActionContext context, RunId run) {
    const RunRecord* record = context.book.find(run);
    if (record == nullptr) {
        return;
    }
    if (record->state == RunState::kRunning) {
        context.commands.send(command::Pause{run});
    }
    context.view.arrangement.removed.push_back(run);
}

void add_or_select(ActionContext context, const RunConfig& config) {
    if (const RunRecord* run = context.book.find_equal(config)) {
        select_run(context, run->id);
        set_measures(context, *run, config.measure);
        return;
    }
    const RunId fresh = context.commands.new_run_id();
    context.commands.send(command::AddRun{fresh, config, true, shown_preset(context)});
    select_run(context, fresh);
    go_live(context);
}

void set_measures(ActionContext context, const RunRecord& run, const MeasurePlan& plan) {
    if (plan != run.config.measure) {
        context.commands.send(command::SetMeasures{run.id, plan});
    }
}

void toggle_new_run(ViewState& view) {
    view.new_run_open = !view.new_run_open;
    view.draft.reset();
}

void toggle_guessing(ActionContext context) {
    ViewState& view = context.view;
    view.guessing = !view.guessing && view.selected.has_value();
    const RunRecord* run = selected_run(context);
    if (!view.guessing || run == nullptr || view.guess.epoch > run->last_epoch()) {
        return;
    }
    constexpr std::int32_t kRound = 500;
    const std::int32_t later = run->last_epoch() + run->last_epoch() / 2;
    view.guess.epoch = std::min((later / kRound + 1) * kRound, run->config.epochs);
}

void begin_note(ActionContext context) {
    ViewState& view = context.view;
    const RunRecord* run = selected_run(context);
    if (view.note_draft || run == nullptr || run->samples.empty()) {
        view.note_draft.reset();
        return;
    }
    const std::int32_t epoch = view.cursor.at(run->last_epoch());
    view.cursor.hold(epoch); // it must not run on under the pen
    view.note_draft = "";
    for (const Note& note : view.arrangement.notes) {
        if (note.run == run->id && note.epoch == epoch) {
            view.note_draft = words_of_note(note.text.get());
        }
    }
}

void keep_note(ActionContext context, const std::string& words) {
    ViewState& view = context.view;
    const RunRecord* run = selected_run(context);
    view.note_draft.reset();
    if (run == nullptr) {
        return;
    }
    const std::int32_t epoch = view.cursor.at(run->last_epoch());
    std::string text = words;
    std::erase_if(view.arrangement.notes, [&](const Note& note) {
        const bool here = note.run == run->id && note.epoch == epoch;
        if (here) {
            text = with_words(note.text.get(), words); // the guesses in it stay
        }
        return here;
    });
    if (!text.empty()) {
        view.arrangement.notes.push_back({run->id, epoch, text});
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

void toggle_pin(ActionContext context, RunId run) {
    context.view.pinned = context.view.pinned == run ? std::nullopt : std::optional(run);
}

void select_run(ActionContext context, RunId run) {
    context.view.selected = run;
    context.view.draft.reset();
}

void select_run_at(ActionContext context, std::size_t index) {
    const std::vector<const RunRecord*> runs = listed_runs(context.book, context.view);
    if (index < runs.size()) {
        select_run(context, runs[index]->id);
    }
}

void look_inside(ActionContext context, RunId run) {
    ViewState& view = context.view;
    select_run(context, run);
    go_live(context);
    view.settings.frequency.reset(); // another run's, which may mean nothing here
    view.settings.inside.tab = InsideTab::kCircle;
    view.arrangement.side_columns = true;
    view.pictures_in_front = true;
    if (view.settings.presenter.picture != PresenterPicture::kBeforeAfter) { // which shows it, too
        view.settings.presenter.picture = PresenterPicture::kCircle;
    }
}

void toggle_presenter(ViewState& view) {
    view.settings.presenter.on = !view.settings.presenter.on;
    view.settings.presenter.theme = ThemeKind::kLight;
}

void toggle_theme(ViewState& view) {
    ThemeKind& theme =
        view.settings.presenter.on ? view.settings.presenter.theme : view.settings.theme;
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
    if (std::exchange(view.sheet, Action::kNone) != Action::kNone) {
        return true;
    }
    if (std::exchange(view.info_open, false)) {
        return true;
    }
    if (view.workers_notice != WorkersNotice::kNone && !view.settings.presenter.on) {
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
    return std::exchange(view.settings.presenter.on, false);
}

void select_neighbour(ActionContext context, int direction) {
    const std::vector<const RunRecord*> runs = listed_runs(context.book, context.view);
    if (runs.empty()) {
        return;
    }
    std::ptrdiff_t index = 0;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        if (context.view.selected == runs[i]->id) {
            index = static_cast<std::ptrdiff_t>(i) + direction;
        }
    }
    const auto last = static_cast<std::ptrdiff_t>(runs.size()) - 1;
    select_run(context,
               runs[static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(index, 0, last))]->id);
}

void show_whole_record(ActionContext context) {
    fit_epochs(context.view.settings.epoch_axis, axis_extent(context.book, context.view));
}

void set_x_unit(ActionContext context, XUnit unit) {
    context.view.settings.x_unit = unit;
    if (unit == XUnit::kSinceGrok) {
        context.view.settings.epoch_axis.log = false; // epochs before grokking are negative
    }
    context.view.settings.epoch_axis.follow = true;
    show_whole_record(context);
}

void fit_all(ActionContext context) {
    show_whole_record(context);
    refit(context.view.loss_axis);
    refit(context.view.mismatch_axis);
    refit(context.view.progress_axis);
    fit_figure_axes(context.view);
}

void keep_selection_valid(ActionContext context) {
    // A run just asked for may not have arrived yet; its number is kept until it has.
    const bool awaited = context.commands.pending<command::AddRun>() ||
                         context.commands.pending<command::ResumeRun>() ||
                         context.commands.pending<command::BranchRun>();
    if (context.view.pinned && context.book.find(*context.view.pinned) == nullptr && !awaited) {
        context.view.pinned.reset();
    }
    if (selected_run(context) != nullptr || (context.view.selected && awaited)) {
        return;
    }
    context.view.selected.reset();
    if (!context.book.runs().empty()) {
        context.view.selected = context.book.runs().front()->id;
    }
}

} // namespace grokscope::ui
