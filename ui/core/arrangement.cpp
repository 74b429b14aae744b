#include "ui/core/arrangement.h"

#include <utility>

namespace grokscope::ui {

std::array<NamedLayout, kLayouts> factory_layouts() {
    NamedLayout lesson;
    NamedLayout compare;
    compare.shares.left = 0.20F;
    compare.shares.right = 0.22F;
    compare.shares.plots = {0.40F, 0.36F, 0.24F};
    compare.story = false;
    NamedLayout inside;
    inside.shares.left = 0.16F;
    inside.shares.right = 0.48F;
    inside.third = ThirdPlot::kProgress;
    return {lesson, compare, inside};
}

void History::observe(const Arrangement& now) {
    if (!last_) {
        last_ = now;
        return;
    }
    if (*last_ == now) {
        return;
    }
    back_.push_back(std::exchange(*last_, now));
    if (back_.size() > kDepth) {
        back_.erase(back_.begin());
    }
    forth_.clear();
    ++turns_;
    undone_ = false;
}

void History::add_recorded(RunId run, const std::string& name, const std::vector<Note>& notes) {
    const auto add = [&](Arrangement& state) {
        if (!name.empty()) {
            state.looks[run].name = name;
        }
        state.notes.insert(state.notes.end(), notes.begin(), notes.end());
    };
    if (last_) {
        add(*last_);
    }
    std::ranges::for_each(back_, add);
    std::ranges::for_each(forth_, add);
}

std::optional<Arrangement> History::undo() {
    if (back_.empty() || !last_) {
        return std::nullopt;
    }
    forth_.push_back(std::exchange(*last_, back_.back()));
    back_.pop_back();
    ++turns_;
    undone_ = true;
    return last_;
}

std::optional<Arrangement> History::redo() {
    if (forth_.empty() || !last_) {
        return std::nullopt;
    }
    back_.push_back(std::exchange(*last_, forth_.back()));
    forth_.pop_back();
    ++turns_;
    undone_ = false;
    return last_;
}

std::optional<History::Act> History::newest_act() const {
    if (undone_ || back_.empty() || !last_) {
        return std::nullopt;
    }
    return Act{&back_.back(), &*last_};
}

bool History::can_return(RunId run) const {
    const auto shows = [run](const Arrangement& state) { return !state.is_removed(run); };
    return std::any_of(back_.begin(), back_.end(), shows) ||
           std::any_of(forth_.begin(), forth_.end(), shows);
}

} // namespace grokscope::ui
