#include "ui/core/other_trainers.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace grokscope::ui {

namespace {

/// Forgets the runs that are gone from the window, and those that it trains itself by now.
void forget_gone(const ActionContext& context) {
    std::erase_if(context.view.elsewhere, [&](const auto& entry) {
        const RunRecord* run = context.book.find_removed_too(entry.first);
        return run == nullptr ? context.commands.idle() : !run->recorded;
    });
}

/// What is said of one run; true when that is news.
bool take(FileController& files, RunId run, TrainedElsewhere& other,
          const file_reply::Watched& seen) {
    const StoredPlace place = files.place_of(run);
    const auto found = std::ranges::find_if(seen.runs, [&](const auto& one) {
        return one.place.file == place.file && one.place.number == place.number;
    });
    if (found == seen.runs.end() || other.ended) {
        return false;
    }
    if (found->trained_by.empty()) {
        other.ended = true; // what it has recorded since is to be shown, before anybody trains on
        files.read_again(run);
        return true;
    }
    const TrainedElsewhere now{found->trained_by, found->epoch};
    return std::exchange(other, now) != now;
}

} // namespace

void take_place_of(ViewState& view, RunId old, RunId fresh) {
    for (std::optional<RunId>* one : {&view.selected, &view.pinned, &view.flipped_from}) {
        if (*one == old) {
            *one = fresh;
        }
    }
    std::ranges::replace(view.hidden, old, fresh);
    std::ranges::replace(view.run_order, old, fresh);
    if (const auto look = view.arrangement.looks.extract(old)) {
        view.arrangement.looks[fresh] = look.mapped();
    }
    std::erase_if(view.arrangement.notes, [old](const Note& note) { return note.run == old; });
}

bool OtherTrainers::update(const ActionContext& context, FileController& files, double now) {
    bool changed = false;
    while (const auto seen = files.take_watched()) {
        if (seen->job == job_) {
            job_.reset();
        }
        for (auto& [run, other] : context.view.elsewhere) {
            changed = take(files, run, other, seen->runs) || changed;
        }
    }
    forget_gone(context);
    if (context.view.elsewhere.empty()) {
        next_ = kNever;
    } else if (next_ == kNever) {
        next_ = now + kLook;
    } else if (now >= next_ && !job_) {
        std::vector<StoredPlace> places;
        for (const auto& [run, other] : context.view.elsewhere) {
            places.push_back(files.place_of(run));
        }
        job_ = files.watch(std::move(places));
        next_ = now + kLook;
    }
    return changed;
}

} // namespace grokscope::ui
