#include "app/commands/headless_run.h"

#include "app/progress.h"
#include "app/terminal.h"
#include "engine/protocol/alarm.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <stdexcept>
#include <utility>
#include <variant>

namespace grokscope {

void HeadlessRun::ask(CommandBody body) {
    Command command{++last_command_, std::move(body)};
    // Few commands, a large ring: a full one is a bug and not a reason to wait.
    if (!channels_.commands.try_push(command)) {
        throw std::logic_error("the trainer does not take commands");
    }
    channels_.ring_doorbell();
}

void HeadlessRun::drain() {
    while (const std::optional<Event> event = channels_.events.try_pop()) {
        std::visit([this](const auto& body) { take(body); }, *event);
    }
    while (const std::optional<MetricSample> sample = channels_.metrics.try_pop()) {
        record_.samples.push_back(*sample);
        if (sample->epoch >= first_epoch_) {
            progress_.show(*sample, Progress::Clock::now());
        }
    }
    while (channels_.snapshots.try_pop()) {
        // Nobody looks at them here; left in the ring they would hold up what follows.
    }
    while (std::optional<ProgressRow> row = channels_.progress.try_pop()) {
        record_.progress.push_back(std::move(*row));
    }
    while (channels_.readings.try_pop()) {
        // They are in the notebook, too, from which the whole record takes them in the end.
    }
    while (channels_.laboratory.readings.try_pop()) {
    }
    while (std::optional<RunAlarms> alarms = channels_.laboratory.alarms.try_pop()) {
        take(std::move(*alarms));
    }
}

void HeadlessRun::take(const Acknowledgement& answer) {
    // Only adding the run matters: a pause that comes too late is refused rightly.
    if (!answer.accepted && answer.number == 1) {
        refused_ = true;
        record_.end_text = answer.reason;
    }
}

void HeadlessRun::take(const event::RunAdded& added) {
    if (record_.step_description.empty()) { // else the record has it from its beginning
        record_.step_description = added.step_description;
    }
    record_.branch = added.branch;
    progress_.begin(added.step_description);
}

void HeadlessRun::take(const event::StateChanged& change) {
    record_.state = change.state;
    record_.epochs_trained = change.epoch;
    record_.end_text = change.text;
    ended_ = change.state != RunState::kIdle && change.state != RunState::kRunning;
}

void HeadlessRun::take(const event::Mark& mark) {
    record_.marks.push_back(mark);
    if (record_.state == RunState::kRunning) { // else it was told when it was found
        progress_.show(mark);
    }
}

void HeadlessRun::take(const event::Retraced& retraced) {
    retraces_ = retraced.epoch < retraced.until;
    if (!retraces_) {
        retraced_at_ = Progress::Clock::now();
    }
    progress_.show_retraced(retraced.epoch, retraced.until);
}

void HeadlessRun::take(RunAlarms alarms) {
    for (const event::Mark& alarm : alarms.marks) {
        const auto is_it = [&](const event::Mark& mark) { return is_same_mark(mark, alarm); };
        if (std::ranges::none_of(record_.marks, is_it)) { // else it was told
            progress_.show(alarm);
        }
    }
    replace_alarms(record_.marks, alarms.marks, std::identity());
}

void HeadlessRun::take(const event::WorkplaceChanged& changed) {
    record_.went_on.push_back({changed.epoch, changed.now});
    complain(in_words(changed));
}

} // namespace grokscope
