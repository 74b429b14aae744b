#include "ui/core/shared_views.h"

#include "ui/core/text.h"
#include "ui/core/view_look.h"

#include <algorithm>
#include <set>
#include <utility>

namespace grokscope::ui {

std::optional<SharedView> view_to_share(ActionContext context) {
    SharedView shared;
    bool any = false;
    for (const auto& run : context.book.runs()) {
        const bool selected = context.view.selected == run->id;
        // Settings alone do not give the figures of a branch.
        if ((!selected && !context.view.visible(run->id)) || run->branch) {
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
    if (!context.view.cursor.live) {
        shared.epoch = context.view.cursor.held_epoch;
    }
    shared.look = look_text(context.view);
    return shared;
}

const char* why_no_view(ActionContext context) {
    const RunRecord* run = selected_run(context);
    return run != nullptr && run->branch ? text::kWhyBranch : text::kNoViewYet;
}

void AwaitedView::take(ActionContext context, file_reply::View view,
                       const std::function<RunId(ActionContext, OpenedRun)>& show) {
    Coming coming{std::move(view.view), {}, 0};
    std::set<RunId> used; // two equal runs are two
    for (std::size_t i = 0; i < coming.view.runs.size(); ++i) {
        const RunConfig& config = coming.view.runs[i];
        const auto here = std::ranges::find_if(context.book.runs(), [&](const auto& run) {
            return course_of(run->config) == course_of(config) && !run->branch &&
                   !used.contains(run->id);
        });
        if (here != context.book.runs().end()) {
            coming.runs.push_back((*here)->id);
        } else if (i < view.recorded.size() && view.recorded[i].stored) {
            coming.runs.push_back(show(context, std::move(view.recorded[i])));
        } else {
            coming.runs.push_back(context.commands.new_run_id());
            context.commands.send(command::AddRun{coming.runs.back(), config, false});
            ++coming.made;
        }
        used.insert(coming.runs.back());
        context.view.set_visible(coming.runs.back(), true);
    }
    coming_ = std::move(coming);
}

std::optional<std::string> AwaitedView::arrive(ActionContext context) {
    if (!coming_ || !context.commands.idle()) { // answers come after all the figures they bring
        return std::nullopt;
    }
    const Coming coming = *std::exchange(coming_, std::nullopt);
    const RunRecord* run = context.book.find(coming.runs[coming.view.selected]);
    if (run == nullptr) {
        return text::kViewNotShown;
    }
    for (const auto& other : context.book.runs()) {
        if (std::ranges::find(coming.runs, other->id) == coming.runs.end()) {
            context.view.set_visible(other->id, false);
        }
    }
    take_look(coming.view.look, context.view);
    context.view.selected = run->id;
    context.view.draft.reset();
    context.view.replaying = false;
    context.view.cursor.live = true;
    if (coming.view.epoch) {
        context.view.cursor.hold(*coming.view.epoch);
    }
    std::string sentence = text::kViewShown;
    if (coming.made > 0) {
        sentence += " " + text::grouped(static_cast<std::int64_t>(coming.made)) + text::kViewMade;
    }
    return sentence;
}

} // namespace grokscope::ui
