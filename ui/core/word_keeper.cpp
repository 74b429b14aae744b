#include "ui/core/word_keeper.h"

#include <algorithm>
#include <utility>

namespace grokscope::ui {

namespace {

RunWords words_of(const ViewState& view, RunId run) {
    RunWords words;
    if (const auto look = view.arrangement.looks.find(run); look != view.arrangement.looks.end()) {
        words.name = look->second.name;
    }
    for (const Note& note : view.arrangement.notes) {
        if (note.run == run) {
            words.notes.push_back(note);
        }
    }
    return words;
}

/// What turns `told` into `now`, and leaves alone what neither of them has.
store_request::Words change(RunId run, const RunWords& told, const RunWords& now) {
    store_request::Words words{run, std::nullopt, {}, {}};
    for (const Note& note : now.notes) {
        words.notes.push_back({note.epoch, note.text.get()});
    }
    if (!now.name.empty() || !told.name.empty()) { // else a name that the record gave stays
        words.name = now.name;
    }
    for (const Note& note : told.notes) {
        if (std::ranges::find(now.notes, note) == now.notes.end()) {
            words.gone.push_back({note.epoch, note.text.get()});
        }
    }
    return words;
}

} // namespace

void recall(ViewState& view, RunId run, const store_request::Words& words) {
    std::vector<Note> notes;
    for (const store_request::Words::Note& note : words.notes) {
        notes.push_back({run, note.epoch, note.text});
    }
    const std::string name = words.name.value_or("");
    if (!name.empty()) {
        view.arrangement.looks[run].name = name;
    }
    view.arrangement.notes.insert(view.arrangement.notes.end(), notes.begin(), notes.end());
    view.history.add_recorded(run, name, notes);
}

WordKeeper::WordKeeper(std::function<bool(const store_request::Words&)> keep)
    : keep_(std::move(keep)) {
}

bool WordKeeper::tell(const RunBook& book, const ViewState& view) {
    bool taken = true;
    if (!keep_) {
        return taken;
    }
    for (const auto& run : book.runs()) {
        RunWords now = words_of(view, run->id);
        RunWords& told = told_[run->id];
        if (now == told) {
            continue;
        }
        if (keep_(change(run->id, told, now))) {
            told = std::move(now);
        } else {
            taken = false;
        }
    }
    return taken;
}

} // namespace grokscope::ui
