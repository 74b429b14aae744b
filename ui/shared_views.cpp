#include "ui/shared_views.h"

#include "ui/text.h"
#include "ui/view_look.h"

#include <algorithm>
#include <set>
#include <utility>

namespace grokscope::ui {

std::optional<SharedView> view_to_share(Desk desk) {
    SharedView shared;
    bool any = false;
    for (const auto& run : desk.book.runs()) {
        const bool selected = desk.view.selected == run->id;
        // Settings alone do not give the figures of a branch.
        if ((!selected && !desk.view.visible(run->id)) || run->branch) {
            continue;
        }
        if (selected) {
            any = true;
            shared.selected = shared.runs.size();
        }
        shared.runs.push_back(run->config);
    }
    if (!any) {
        return std::nullopt;
    }
    if (!desk.view.cursor.live) {
        shared.epoch = desk.view.cursor.held_epoch;
    }
    shared.look = look_text(desk.view);
    return shared;
}

const char* why_no_view(Desk desk) {
    const RunRecord* run = selected_run(desk);
    return run != nullptr && run->branch ? text::kWhyBranch : text::kNoViewYet;
}

void AwaitedView::take(Desk desk, file_reply::View view,
                       const std::function<RunId(Desk, OpenedRun)>& show) {
    Coming coming{std::move(view.view), {}, 0};
    std::set<RunId> used; // two equal runs are two
    for (std::size_t i = 0; i < coming.view.runs.size(); ++i) {
        const RunConfig& config = coming.view.runs[i];
        const auto here = std::ranges::find_if(desk.book.runs(), [&](const auto& run) {
            return course_of(run->config) == course_of(config) && !run->branch &&
                   !used.contains(run->id);
        });
        if (here != desk.book.runs().end()) {
            coming.runs.push_back((*here)->id);
        } else if (i < view.recorded.size() && view.recorded[i].stored) {
            coming.runs.push_back(show(desk, std::move(view.recorded[i])));
        } else {
            coming.runs.push_back(desk.commands.new_run_id());
            desk.commands.send(command::AddRun{coming.runs.back(), config, false});
            ++coming.made;
        }
        used.insert(coming.runs.back());
        desk.view.set_visible(coming.runs.back(), true);
    }
    coming_ = std::move(coming);
}

std::optional<std::string> AwaitedView::arrive(Desk desk) {
    if (!coming_ || !desk.commands.idle()) { // answers come after all the figures they bring
        return std::nullopt;
    }
    const Coming coming = *std::exchange(coming_, std::nullopt);
    const RunRecord* run = desk.book.find(coming.runs[coming.view.selected]);
    if (run == nullptr) {
        return text::kViewNotShown;
    }
    for (const auto& other : desk.book.runs()) {
        if (std::ranges::find(coming.runs, other->id) == coming.runs.end()) {
            desk.view.set_visible(other->id, false);
        }
    }
    take_look(coming.view.look, desk.view);
    desk.view.selected = run->id;
    desk.view.draft.reset();
    desk.view.replaying = false;
    desk.view.cursor.live = true;
    if (coming.view.epoch) {
        desk.view.cursor.hold(*coming.view.epoch);
    }
    std::string sentence = text::kViewShown;
    if (coming.made > 0) {
        sentence += " " + text::grouped(static_cast<std::int64_t>(coming.made)) + text::kViewMade;
    }
    return sentence;
}

} // namespace grokscope::ui
