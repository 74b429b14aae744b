#include "ui/window/keyboard.h"

#include "ui/core/arrange.h"
#include "ui/core/challengers.h"
#include "ui/core/forks.h"
#include "ui/core/playback.h"
#include "ui/core/plot_axes.h"
#include "ui/views/list.h"

#include <imgui.h>
#include <imgui_internal.h> // SetKeyOwner

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace grokscope::ui {

namespace {

void change_scale(ViewState& view, float step) {
    if (view.settings.presenter.on) {
        view.settings.presenter.zoom =
            std::clamp(std::round((view.settings.presenter.zoom + step) * 10) / 10, 0.7F, 1.5F);
        return;
    }
    view.settings.scale =
        std::clamp(std::round((view.settings.scale + step) * 10) / 10, 1.0F, 3.0F);
}

/// Ends the focus ring and whatever field has the caret.
void end_focus() {
    ImGuiContext& imgui = *ImGui::GetCurrentContext();
    ImGui::ClearActiveID();
    imgui.NavDisableHighlight = true;
    imgui.IO.NavVisible = false;
}

} // namespace

std::vector<Action> actions_of(std::span<const KeyPress> presses) {
    const ImGuiIO& io = ImGui::GetIO();
    const bool typing = io.WantTextInput;
    const bool steering = io.NavVisible;
    // Claimed each frame ahead of the press, or ImGui's own navigation would act on it too.
    const ImGuiID owner = ImGui::GetID("grokscope keys");
    if (!typing) {
        ImGui::SetKeyOwner(ImGuiKey_Space, owner, ImGuiInputFlags_LockThisFrame);
        if (!steering) {
            for (const ImGuiKey key : {ImGuiKey_LeftArrow, ImGuiKey_RightArrow, ImGuiKey_Home,
                                       ImGuiKey_End, ImGuiKey_PageUp, ImGuiKey_PageDown}) {
                ImGui::SetKeyOwner(key, owner, ImGuiInputFlags_LockThisFrame);
            }
        }
    }
    std::vector<Action> actions;
    for (const KeyPress& press : presses) {
        const Chord& chord = press.chord;
        const bool arrow = chord.key == Chord::Key::kLeft || chord.key == Chord::Key::kRight ||
                           chord.key == Chord::Key::kHome || chord.key == Chord::Key::kEnd;
        const bool types =
            !chord.ctrl && chord.key != Chord::Key::kFunction && chord.key != Chord::Key::kEscape;
        if ((typing && (types || arrow)) || (steering && arrow)) {
            continue;
        }
        const Action action = action_of(press);
        if (typing && (action == Action::kUndo || action == Action::kRedo)) {
            continue; // the field's own
        }
        actions.push_back(action);
    }
    return actions;
}

bool opens_field(Action action, const ViewState& view) {
    return (action == Action::kPalette && !view.is_open(Action::kPalette)) ||
           (action == Action::kNote && !view.note_draft && view.selected) ||
           (action == Action::kGuess && !view.guessing && view.selected);
}

WindowRequest perform(Action action, ActionContext context) {
    ViewState& view = context.view;
    const RunRecord* run = view.selected ? context.book.find(*view.selected) : nullptr;
    if (view_of(action) != nullptr) {
        view.toggle_sheet(action);
        return WindowRequest::kNone;
    }
    const auto offset_from = [action](Action first) {
        return static_cast<int>(action) - static_cast<int>(first);
    };
    switch (action) {
    case Action::kNone:
        break;
    case Action::kStartPause:
        press_start(context);
        break;
    case Action::kTrainOn:
        train_on(context);
        break;
    case Action::kStepEpoch:
        step_selected(context, 1);
        break;
    case Action::kStepEvaluation:
        if (run != nullptr) {
            step_selected(context, epochs_to_evaluation(*run));
        }
        break;
    case Action::kCursorBack:
        move_cursor_by(context, -1);
        break;
    case Action::kCursorForth:
        move_cursor_by(context, 1);
        break;
    case Action::kCursorBackTen:
        move_cursor_by(context, -10);
        break;
    case Action::kCursorForthTen:
        move_cursor_by(context, 10);
        break;
    case Action::kPreviousEvent:
        move_cursor_to_event(context, -1);
        break;
    case Action::kNextEvent:
        move_cursor_to_event(context, 1);
        break;
    case Action::kWholeRecord:
        show_whole_record(context);
        break;
    case Action::kFollowLatest:
        go_live(context);
        break;
    case Action::kReplay:
        toggle_replay(context);
        break;
    case Action::kSpeed1:
    case Action::kSpeed2:
    case Action::kSpeed3:
    case Action::kSpeed4:
    case Action::kSpeed5:
        set_speed(context, offset_from(Action::kSpeed1));
        break;
    case Action::kLogEpochs:
        if (view.settings.x_unit != XUnit::kSinceGrok) { // epochs before grokking are negative
            set_log(view.settings.epoch_axis, !view.settings.epoch_axis.log);
        }
        break;
    case Action::kLogValues:
        toggle_log_values(view);
        break;
    case Action::kFit:
        fit_all(context);
        break;
    case Action::kWavetableMode:
        view.settings.wavetable.mode =
            static_cast<WavetableMode>((static_cast<int>(view.settings.wavetable.mode) + 1) % 3);
        break;
    case Action::kInsideTab:
        view.settings.inside.tab = static_cast<InsideTab>(
            (static_cast<std::size_t>(view.settings.inside.tab) + 1) % kInsideTabs.size());
        break;
    case Action::kPreviousRun:
        select_neighbour(context, -1);
        break;
    case Action::kNextRun:
        select_neighbour(context, 1);
        break;
    case Action::kAddStencil1:
    case Action::kAddStencil2:
    case Action::kAddStencil3:
    case Action::kAddStencil4:
    case Action::kAddStencil5:
    case Action::kAddStencil6:
    case Action::kAddStencil7:
        add_stencil(
            context,
            one_click_stencils()[static_cast<std::size_t>(offset_from(Action::kAddStencil1))]);
        break;
    case Action::kHideRun:
        if (run != nullptr) {
            view.set_visible(run->id, !view.visible(run->id));
        }
        break;
    case Action::kRemoveRun:
        if (run != nullptr) {
            remove_run(context, run->id);
        }
        break;
    case Action::kSelectRun1:
    case Action::kSelectRun2:
    case Action::kSelectRun3:
    case Action::kSelectRun4:
    case Action::kSelectRun5:
    case Action::kSelectRun6:
    case Action::kSelectRun7:
    case Action::kSelectRun8:
    case Action::kSelectRun9:
        select_run_at(context, static_cast<std::size_t>(offset_from(Action::kSelectRun1)));
        break;
    case Action::kInfo:
        view.info_open = !view.info_open;
        break;
    case Action::kEscape:
        if (!close_topmost(view)) {
            end_focus();
        }
        break;
    case Action::kPresenter:
        toggle_presenter(view);
        break;
    case Action::kLayoutLesson:
    case Action::kLayoutCompare:
    case Action::kLayoutInside:
        choose_layout(view, static_cast<std::size_t>(offset_from(Action::kLayoutLesson)));
        break;
    case Action::kFlip:
        break; // while held: hold_flip()
    case Action::kNewRun:
        toggle_new_run(view);
        break;
    case Action::kNote:
        begin_note(context);
        break;
    case Action::kGuess:
        toggle_guessing(context);
        break;
    case Action::kFork:
        toggle_fork(context);
        break;
    case Action::kUndo:
        undo(view);
        break;
    case Action::kRedo:
        redo(view);
        break;
    case Action::kFoldColumns:
        view.arrangement.side_columns = !view.arrangement.side_columns;
        break;
    case Action::kScaleUp:
        change_scale(view, 0.1F);
        break;
    case Action::kScaleDown:
        change_scale(view, -0.1F);
        break;
    case Action::kScaleReset:
        (view.settings.presenter.on ? view.settings.presenter.zoom : view.settings.scale) = 1;
        break;
    case Action::kTheme:
        toggle_theme(view);
        break;
    case Action::kFullScreen:
        return WindowRequest::kToggleFullScreen;
    case Action::kHelp:
    case Action::kPalette:
    case Action::kRivals:
        view.toggle_sheet(action);
        break;
    case Action::kExport:
        return WindowRequest::kExport;
    case Action::kCopyView:
        return WindowRequest::kCopyView;
    case Action::kPasteView:
        return WindowRequest::kPasteView;
    case Action::kPicture:
        return WindowRequest::kPicture;
    case Action::kOpen:
        return WindowRequest::kOpen;
    case Action::kQuit:
        return WindowRequest::kQuit;
    default:
        throw std::logic_error("an action does nothing");
    }
    return WindowRequest::kNone;
}

} // namespace grokscope::ui
