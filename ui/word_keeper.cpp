#include "ui/word_keeper.h"

#include <string>
#include <utility>

namespace grokscope::ui {

namespace {

store_request::Words words_of(const ViewState& view, RunId run) {
    store_request::Words words{run, std::string(), {}};
    if (const auto look = view.looks.find(run); look != view.looks.end()) {
        words.name = look->second.name;
    }
    for (const Note& note : view.notes) {
        if (note.run == run) {
            words.notes.push_back({note.epoch, note.text});
        }
    }
    return words;
}

} // namespace

WordKeeper::WordKeeper(std::function<bool(const store_request::Words&)> keep)
    : keep_(std::move(keep)) {
}

void WordKeeper::tell(const RunBook& book, const ViewState& view) {
    if (!keep_) {
        return;
    }
    for (const auto& run : book.runs()) {
        store_request::Words words = words_of(view, run->id);
        const auto told = told_.find(run->id);
        const bool nothing_yet = told == told_.end() && words.name.empty() && words.notes.empty();
        if (nothing_yet || (told != told_.end() && told->second == words)) {
            continue;
        }
        if (keep_(words)) {
            told_.insert_or_assign(run->id, std::move(words));
        }
    }
}

} // namespace grokscope::ui
