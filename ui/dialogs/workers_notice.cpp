#include "ui/dialogs/workers_notice.h"

#include "ui/core/actions.h"
#include "ui/core/text.h"
#include "ui/kit/over.h"
#include "ui/kit/widgets.h"

#include <algorithm>
#include <string>

namespace grokscope::ui {

namespace {

/// Half as many: on a large machine one fewer would not be felt.
int fewer_than(const Workers& workers) {
    return std::max(workers.working / 2, 1);
}

/// True when the button was pressed that sends half of them to sleep.
bool press_fewer(const PanelInput& input, std::string_view suffix, Look look) {
    const Workers& workers = input.facts.workers;
    const std::string label = text::train_with(fewer_than(workers));
    const bool pressed = button(
        input, {.control = "fewer_workers",
                .suffix = suffix,
                .label = label.c_str(),
                .look = look,
                .enabled = workers.working > 1 && !input.commands.pending<command::SetWorkers>()});
    if (pressed) {
        input.commands.send(command::SetWorkers{fewer_than(workers)});
    }
    return pressed;
}

bool press_all(const PanelInput& input, std::string_view suffix) {
    const Workers& workers = input.facts.workers;
    const std::string label = text::all_workers(workers.available);
    const bool pressed = button(input, {.control = "all_workers",
                                        .suffix = suffix,
                                        .label = label.c_str(),
                                        .enabled = workers.working < workers.available &&
                                                   !input.commands.pending<command::SetWorkers>()});
    if (pressed) {
        input.commands.send(command::SetWorkers{0});
    }
    return pressed;
}

} // namespace

void draw_workers_notice(const PanelInput& input, float y) {
    const Theme& theme = input.theme;
    const Workers& workers = input.facts.workers;
    WorkersNotice& notice = input.view.workers_notice;
    if (notice == WorkersNotice::kOffered && workers.working <= 1) {
        notice = WorkersNotice::kNone; // there is nothing left to take away
    }
    if (notice == WorkersNotice::kNone || theme.presenting ||
        (notice == WorkersNotice::kOffered && !any_running(input.book))) {
        return;
    }
    begin_over(input, "##workers", y, 560, true, theme.palette->accent);
    if (notice == WorkersNotice::kOffered) {
        over_words(input, text::starved(workers.working, workers.available));
        if (press_fewer(input, {}, Look::kPrimary)) {
            notice = WorkersNotice::kTaken;
        }
    } else {
        over_words(input, text::training_with(workers.working, workers.available));
        if (press_all(input, {})) {
            notice = WorkersNotice::kNone;
        }
    }
    ImGui::SameLine(0, theme.px(8));
    if (button(input, {.control = "close_workers", .label = text::kClose})) {
        notice = WorkersNotice::kNone;
    }
    end_over();
}

void draw_workers_buttons(const PanelInput& input, std::string_view suffix) {
    (void)press_fewer(input, suffix, Look::kPlain);
    ImGui::SameLine(0, input.theme.px(8));
    (void)press_all(input, suffix);
}

} // namespace grokscope::ui
