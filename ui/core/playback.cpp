#include "ui/core/playback.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>

namespace grokscope::ui {

namespace {

/// Test accuracy moves fast when it changes by this share within kJumpSpan epochs, and has come to
/// rest when it changes by less than the other.
constexpr double kMovesFast = 0.05;
constexpr double kStillMoving = 0.02;
constexpr double kJumpSpan = 100;

/// The limit in force: the user's, or a lower one during a jump.
void send_speed(ActionContext context) {
    double limit = kSpeeds[static_cast<std::size_t>(context.view.speed)];
    if (context.view.training_slowed && (limit == 0 || limit > kSlowEpochsPerSecond)) {
        limit = kSlowEpochsPerSecond;
    }
    context.commands.send(command::SetSpeed{limit});
}

} // namespace

void set_speed(ActionContext context, int index) {
    ViewState& view = context.view;
    view.speed = std::clamp(index, 0, static_cast<int>(kSpeeds.size()) - 1);
    view.slowing_waived = view.training_slowed;
    view.training_slowed = false;
    send_speed(context);
}

bool accuracy_moves(const RunRecord& run, double from, double to, double share) {
    const Series& accuracy = run.curves.test_accuracy;
    if (accuracy.empty()) {
        return false;
    }
    const std::size_t before = accuracy.at_or_before(from);
    const std::size_t last = accuracy.at_or_before(to);
    const std::size_t first = before < accuracy.size() ? before : 0;
    if (last >= accuracy.size() || last <= first) {
        return false;
    }
    const Series::Extent extent = accuracy.extent(first, last + 1);
    return extent.any && accuracy.y()[extent.max_index] - accuracy.y()[extent.min_index] >= share;
}

void slow_training_at_jumps(ActionContext context) {
    ViewState& view = context.view;
    const double share = view.training_slowed || view.slowing_waived ? kStillMoving : kMovesFast;
    bool moves = false;
    for (const auto& run : context.book.runs()) {
        const double newest = run->last_epoch();
        moves = moves || (run->state == RunState::kRunning &&
                          accuracy_moves(*run, newest - kJumpSpan, newest, share));
    }
    if (!moves) {
        view.slowing_waived = false;
    }
    const bool slow = moves && view.auto_slow && !view.slowing_waived;
    if (slow != view.training_slowed) {
        view.training_slowed = slow;
        send_speed(context);
    }
}

void set_auto_slow(ActionContext context, bool on) {
    context.view.auto_slow = on;
    slow_training_at_jumps(context);
}

void rest_stable_runs(ActionContext context) {
    ViewState& view = context.view;
    for (const auto& run : context.book.runs()) {
        const auto known = std::find(view.rested.begin(), view.rested.end(), run->id);
        if (!run->mark(MarkKind::kStable)) {
            if (known != view.rested.end()) {
                view.rested.erase(known); // it began anew
            }
            continue;
        }
        if (known != view.rested.end()) {
            continue;
        }
        view.rested.push_back(run->id); // whatever comes of it: it must not strike later
        // One that ends there of itself needs no pause, and would refuse it.
        if (view.auto_stop && run->state == RunState::kRunning && !run->config.stop_when_stable) {
            context.commands.send(command::Pause{run->id});
        }
    }
}

void move_cursor_to(ActionContext context, double epoch) {
    const RunRecord* run = selected_run(context);
    if (run == nullptr || run->samples.empty()) {
        return;
    }
    const std::size_t index = run->curves.test_loss.nearest(epoch);
    context.view.cursor.hold(run->samples[index].epoch);
    context.view.replaying = false;
}

void move_cursor_by(ActionContext context, int records) {
    const RunRecord* run = selected_run(context);
    if (run == nullptr || run->samples.empty()) {
        return;
    }
    const auto here = static_cast<std::ptrdiff_t>(
        run->curves.test_loss.nearest(context.view.cursor.at(run->last_epoch())));
    const auto last = static_cast<std::ptrdiff_t>(run->samples.size()) - 1;
    const std::ptrdiff_t there = std::clamp<std::ptrdiff_t>(here + records, 0, last);
    context.view.cursor.hold(run->samples[static_cast<std::size_t>(there)].epoch);
    context.view.replaying = false;
}

void move_cursor_to_event(ActionContext context, int direction) {
    const RunRecord* run = selected_run(context);
    if (run == nullptr) {
        return;
    }
    const std::int32_t here = context.view.cursor.at(run->last_epoch());
    std::optional<std::int32_t> best;
    for (const EpochMark& mark : run->marks) {
        if (run->held_before(mark)) {
            continue;
        }
        const bool ahead = direction > 0 ? mark.epoch > here : mark.epoch < here;
        const bool nearer = !best || (direction > 0 ? mark.epoch < *best : mark.epoch > *best);
        if (ahead && nearer) {
            best = mark.epoch;
        }
    }
    if (best) {
        context.view.cursor.hold(*best);
        context.view.replaying = false;
    } else if (direction < 0) {
        context.view.cursor.hold(run->samples.empty() ? 0 : run->samples.front().epoch);
    } else {
        context.view.cursor.live = true;
    }
}

void go_live(ActionContext context) {
    context.view.follow_latest();
    context.view.replaying = false;
}

void toggle_replay(ActionContext context) {
    ViewState& view = context.view;
    if (view.replaying) {
        view.replaying = false;
        return;
    }
    const RunRecord* run = selected_run(context);
    if (run == nullptr || run->samples.empty()) {
        return;
    }
    view.replaying = true;
    const bool at_end = view.cursor.live || view.cursor.held_epoch >= run->last_epoch();
    view.replay_position = at_end ? 0 : view.cursor.held_epoch;
}

double replay_pace(const ViewState& view) {
    const double chosen = kReplayRates[view.replay_rate] * kReplayEpochsPerSecond;
    return view.replay_slowed ? std::min(chosen, kSlowEpochsPerSecond) : chosen;
}

void advance_replay(ActionContext context, double seconds) {
    ViewState& view = context.view;
    const RunRecord* run = selected_run(context);
    if (!view.replaying || run == nullptr || run->samples.empty()) {
        view.replaying = false;
        view.replay_slowed = false;
        return;
    }
    // Looks ahead, so that the jump is met slowly already.
    const double here = view.replay_position;
    view.replay_slowed =
        view.auto_slow &&
        std::any_of(context.book.runs().begin(), context.book.runs().end(), [&](const auto& any) {
            return (any.get() == run || view.visible(any->id)) &&
                   accuracy_moves(*any, here - kJumpSpan / 2, here + kJumpSpan, kMovesFast);
        });
    const double end = run->last_epoch();
    view.replay_position += seconds * replay_pace(view);
    if (view.replay_position >= end && view.replay_loop && end > 0) {
        view.replay_position = 0;
    } else if (view.replay_position >= end) {
        view.replaying = false;
        view.replay_slowed = false;
        view.cursor.live = true;
        return;
    }
    const std::size_t index = run->curves.test_loss.at_or_before(view.replay_position);
    view.cursor.hold(index < run->samples.size() ? run->samples[index].epoch : 0);
}

} // namespace grokscope::ui
