#include "ui/core/toast.h"

#include "ui/core/guesses.h"
#include "ui/core/text.h"
#include "ui/core/theory_text.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <set>
#include <utility>
#include <vector>

namespace grokscope::ui {

namespace {

std::string removed_in_words(const Arrangement& before, const Arrangement& after,
                             const NameOfRun& name) {
    std::vector<RunId> gone;
    std::ranges::copy_if(after.removed, std::back_inserter(gone),
                         [&](RunId run) { return !before.is_removed(run); });
    if (gone.empty()) {
        return {};
    }
    return text::kActRemoved +
           (gone.size() == 1 ? name(gone.front())
                             : text::grouped(static_cast<int>(gone.size())) + text::kActRuns) +
           ".";
}

std::string look_in_words(const Arrangement& before, const Arrangement& after,
                          const NameOfRun& name) {
    std::set<RunId> runs;
    for (const Arrangement* const state : {&before, &after}) {
        for (const auto& [run, look] : state->looks) {
            runs.insert(run);
        }
    }
    for (const RunId run : runs) {
        if (before.look(run).name != after.look(run).name) {
            return (after.look(run).name.empty() ? text::kActOwnName : text::kActRenamed) +
                   name(run) + ".";
        }
        if (before.look(run).color != after.look(run).color) {
            return text::kActColour + name(run) + ".";
        }
    }
    return {};
}

/// The words, without guesses, at the place of `note`.
std::string said_at(const std::vector<Note>& notes, const Note& note) {
    const auto found = std::ranges::find_if(notes, [&](const Note& other) {
        return other.run == note.run && other.epoch == note.epoch;
    });
    return std::string(found == notes.end() ? "" : words_of_note(found->text.get()));
}

std::string note_in_words(const Arrangement& before, const Arrangement& after,
                          const NameOfRun& name) {
    const auto lacking = [](const std::vector<Note>& some, const std::vector<Note>& others) {
        const auto found = std::ranges::find_if(some, [&](const Note& note) {
            return std::ranges::find(others, note) == others.end();
        });
        return found == some.end() ? nullptr : &*found;
    };
    const auto words = [&](const char* act, const Note& note) {
        return act + text::grouped(note.epoch) + text::kOf + name(note.run) + ".";
    };
    const Note* const gone = lacking(before.notes, after.notes);
    const Note* const made = lacking(after.notes, before.notes);
    if (const Note* const any = made != nullptr ? made : gone;
        any != nullptr && said_at(before.notes, *any) == said_at(after.notes, *any)) {
        const bool fewer =
            guesses_of(after.notes, any->run).size() < guesses_of(before.notes, any->run).size();
        return words(fewer ? text::kActGuessRemoved : text::kActGuessed, *any);
    }
    if (made != nullptr) {
        return words(gone == nullptr ? text::kActNoteMade : text::kActNoteChanged, *made);
    }
    return gone == nullptr ? std::string() : words(text::kActNoteRemoved, *gone);
}

std::string order_in_words(const Arrangement& before, const Arrangement& after) {
    if (before.sorting == after.sorting) {
        return {};
    }
    return text::kActOrder +
           std::string(text::kRunOrderNames[static_cast<std::size_t>(after.sorting.by)]) +
           (after.sorting.reversed ? text::kActReversed : ".");
}

bool as_delivered(const Arrangement& state) {
    const NamedLayout delivered = factory_layouts().at(state.layout);
    return state.shares == delivered.shares && state.side_columns == delivered.side_columns &&
           state.story == delivered.story;
}

std::string layout_in_words(const Arrangement& before, const Arrangement& after) {
    if (before.layout != after.layout) {
        return text::kActLayout + std::string(text::kLayoutNames.at(after.layout)) + ".";
    }
    if (as_delivered(after)) {
        return text::kActDelivered;
    }
    if (before.shares.places != after.shares.places) {
        return text::kActPlaces;
    }
    if (before.side_columns != after.side_columns) {
        return after.side_columns ? text::kActUnfolded : text::kActFolded;
    }
    return text::kActSizes;
}

} // namespace

std::string act_in_words(const Arrangement& before, const Arrangement& after,
                         const NameOfRun& name) {
    for (std::string words :
         {removed_in_words(before, after, name), look_in_words(before, after, name),
          note_in_words(before, after, name), order_in_words(before, after),
          theory_act(before.theory, after.theory)}) {
        if (!words.empty()) {
            return words;
        }
    }
    return layout_in_words(before, after);
}

void ActTeller::tell(const History& history, const NameOfRun& name, std::optional<Toast>& toast) {
    if (std::exchange(told_, history.turns()) == history.turns()) {
        return;
    }
    toast.reset();
    if (const auto act = history.newest_act()) {
        toast = Toast{act_in_words(*act->before, *act->after, name)};
    }
}

} // namespace grokscope::ui
