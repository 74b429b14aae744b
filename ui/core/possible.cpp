#include "ui/core/possible.h"

#include "ui/core/actions.h"
#include "ui/core/challengers.h"
#include "ui/core/run_fields.h"
#include "ui/core/run_order.h"
#include "ui/core/text.h"

#include <cstddef>

namespace grokscope::ui {

namespace {

std::string unless(bool possible, const char* why) {
    return possible ? std::string() : std::string(why);
}

std::size_t offset_from(Action first, Action action) {
    return static_cast<std::size_t>(action) - static_cast<std::size_t>(first);
}

std::string why_no_step(const ActionContext& context) {
    const RunRecord* run = selected_run(context);
    return run == nullptr                             ? text::kWhyNoRun
           : context.view.elsewhere.contains(run->id) ? text::kWhyElsewhere
           : run->state == RunState::kFinished        ? text::kWhyFinished
           : run->state == RunState::kFailed          ? text::kWhyFailed
                                                      : "";
}

std::string why_not_start(const ActionContext& context) {
    const std::string mistakes = as_sentences(start_mistakes(context.view));
    return !mistakes.empty()
               ? mistakes
               : unless(start_label(context) != StartLabel::kAllFinished, text::kAllFinished);
}

std::string why_not_select(const ActionContext& context, std::size_t index) {
    return unless(index < listed_runs(context.book, context.view).size(), text::kWhyFewerRuns);
}

} // namespace

std::string why_not(Action action, const ActionContext& context, FilesAt files) {
    const ViewState& view = context.view;
    const RunRecord* run = selected_run(context);
    switch (action) {
    case Action::kStartPause:
        return why_not_start(context);
    case Action::kTrainOn:
        return unless(!recorded_to_train_on(context).empty() && !any_running(context.book),
                      any_running(context.book) ? text::kWhyRunning
                      : !view.elsewhere.empty() ? text::kWhyElsewhere
                                                : text::kWhyNoRecord);
    case Action::kStepEpoch:
    case Action::kStepEvaluation:
        return why_no_step(context);
    case Action::kCursorBack:
    case Action::kCursorForth:
    case Action::kCursorBackTen:
    case Action::kCursorForthTen:
    case Action::kPreviousEvent:
    case Action::kNextEvent:
    case Action::kReplay:
    case Action::kFork:
    case Action::kNote:
        return run == nullptr ? text::kWhyNoRun
                              : unless(!run->samples.empty(), text::kWhyNoFigures);
    case Action::kLogEpochs:
        return unless(view.settings.x_unit != XUnit::kSinceGrok, text::kWhyNoLog);
    case Action::kPreviousRun:
    case Action::kNextRun:
        return unless(context.book.runs().size() > 1, text::kWhyNoOther);
    case Action::kGuess:
    case Action::kHideRun:
    case Action::kRemoveRun:
        return unless(run != nullptr, text::kWhyNoRun);
    case Action::kAddStencil1:
    case Action::kAddStencil2:
    case Action::kAddStencil3:
    case Action::kAddStencil4:
    case Action::kAddStencil5:
    case Action::kAddStencil6:
    case Action::kAddStencil7:
        return as_sentences(stencil_mistakes(
            context, one_click_stencils().at(offset_from(Action::kAddStencil1, action))));
    case Action::kSelectRun1:
    case Action::kSelectRun2:
    case Action::kSelectRun3:
    case Action::kSelectRun4:
    case Action::kSelectRun5:
    case Action::kSelectRun6:
    case Action::kSelectRun7:
    case Action::kSelectRun8:
    case Action::kSelectRun9:
        return why_not_select(context, offset_from(Action::kSelectRun1, action));
    case Action::kUndo:
        return unless(view.history.steps_back() > 0, text::kWhyNoUndo);
    case Action::kRedo:
        return unless(view.history.steps_forth() > 0, text::kWhyNoRedo);
    case Action::kFlip:
        return unless(view.pinned.has_value(), text::kWhyNoPin);
    case Action::kLayoutLesson:
    case Action::kLayoutCompare:
    case Action::kLayoutInside:
    case Action::kFoldColumns:
        return unless(!view.settings.presenter.on, text::kWhyPresenting);
    case Action::kCopyView:
        return files != FilesAt::kHand ? text::kWhyNoFiles
               : run == nullptr        ? text::kWhyNoRun
                                       : unless(!run->branch, text::kWhyBranch);
    case Action::kExport:
    case Action::kPasteView:
    case Action::kPicture:
    case Action::kOpen:
        return unless(files == FilesAt::kHand, text::kWhyNoFiles);
    default:
        return {};
    }
}

} // namespace grokscope::ui
