#include "ui/core/guesses.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>
#include <tuple>
#include <utility>

namespace grokscope::ui {

namespace {

constexpr std::string_view kOpen = "[guess: ";
constexpr std::string_view kBetween = ", ";
/// The guesses of a note are looked for in its last so many bytes.
constexpr std::size_t kMostOfGuesses = 4096;
/// Bytes from one comma to the next, at most: a letter has up to four.
constexpr std::size_t kLongestPart = 4 * kLongestGuesser + kOpen.size();
constexpr std::string_view kNoPartOfAName = "[],\t\r\n";

/// Where the guesses of a note begin; nothing where it has none. Thousands of long notes of a
/// stranger are asked several times a frame: it goes back from the end, as far as names go.
std::optional<std::size_t> begin_of_guesses(std::string_view text) {
    if (!text.ends_with(']')) {
        return std::nullopt;
    }
    const std::size_t last = text.size() - 1;
    std::size_t part = 0;
    for (std::size_t i = last; i > 0 && last - i < kMostOfGuesses && part <= kLongestPart; --i) {
        const char byte = text[i - 1];
        if (byte == '[') {
            return text.substr(i - 1).starts_with(kOpen) ? std::optional(i - 1) : std::nullopt;
        }
        part = byte == ',' ? 0 : part + 1;
        if (byte != ',' && kNoPartOfAName.find(byte) != std::string_view::npos) {
            break;
        }
    }
    return std::nullopt;
}

std::vector<std::string> guessers(std::string_view text) {
    std::vector<std::string> names;
    const auto begin = begin_of_guesses(text);
    if (!begin) {
        return names;
    }
    std::string_view rest = text.substr(*begin + kOpen.size());
    rest.remove_suffix(1);
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find(kBetween), rest.size());
        if (end > 0) {
            names.emplace_back(rest.substr(0, end));
        }
        rest.remove_prefix(std::min(end + kBetween.size(), rest.size()));
    }
    return names;
}

std::string note_text(std::string_view words, std::span<const std::string> names) {
    std::string text(words);
    for (const std::string& name : names) {
        text += &name == names.data() ? (words.empty() ? "" : " ") + std::string(kOpen)
                                      : std::string(kBetween);
        text += name;
    }
    return names.empty() ? text : text + "]";
}

} // namespace

std::string guesser_name(std::string_view typed) {
    std::string name;
    std::size_t letters = 0;
    for (const char byte : typed) {
        const bool begins =
            (static_cast<unsigned char>(byte) & 0xC0) != 0x80; // of a letter in UTF-8
        if (kNoPartOfAName.find(byte) != std::string_view::npos || (name.empty() && byte == ' ')) {
            continue;
        }
        if (begins && ++letters > kLongestGuesser) {
            break;
        }
        name += byte;
    }
    name.erase(name.find_last_not_of(' ') + 1);
    return name;
}

std::string_view words_of_note(std::string_view text) {
    const auto begin = begin_of_guesses(text);
    std::string_view words = text.substr(0, begin.value_or(text.size()));
    if (begin && words.ends_with(' ')) {
        words.remove_suffix(1);
    }
    return words;
}

std::string with_words(std::string_view text, std::string_view words) {
    return note_text(words, guessers(text));
}

std::vector<Guess> guesses_of(std::span<const Note> notes, RunId run) {
    std::vector<Guess> guesses;
    for (const Note& note : notes) {
        if (note.run == run) {
            for (std::string& who : guessers(note.text.get())) {
                guesses.push_back({note.epoch, std::move(who)});
            }
            if (guesses.size() >= kMostGuesses) {
                break;
            }
        }
    }
    std::ranges::sort(guesses, {},
                      [](const Guess& guess) { return std::tie(guess.epoch, guess.who); });
    return guesses;
}

void set_guess(std::vector<Note>& notes, RunId run, const Guess& guess) {
    remove_guess(notes, run, guess.who);
    const auto there = std::ranges::find_if(
        notes, [&](const Note& note) { return note.run == run && note.epoch == guess.epoch; });
    if (there == notes.end()) {
        notes.push_back({run, guess.epoch, note_text("", std::array{guess.who})});
        return;
    }
    std::vector<std::string> names = guessers(there->text.get());
    names.push_back(guess.who);
    there->text = note_text(words_of_note(there->text.get()), names);
}

void remove_guess(std::vector<Note>& notes, RunId run, std::string_view who) {
    for (Note& note : notes) {
        std::vector<std::string> names = guessers(note.text.get());
        if (note.run == run && std::erase(names, who) > 0) {
            note.text = note_text(words_of_note(note.text.get()), names);
        }
    }
    std::erase_if(notes,
                  [&](const Note& note) { return note.run == run && note.text.get().empty(); });
}

std::vector<Guess> nearest_guesses(std::span<const Guess> guesses, std::int32_t came) {
    const auto off = [&](const Guess& guess) { return std::abs(guess.epoch - came); };
    std::vector<Guess> nearest;
    for (const Guess& guess : guesses) {
        if (!nearest.empty() && off(guess) < off(nearest.front())) {
            nearest.clear();
        }
        if (nearest.empty() || off(guess) == off(nearest.front())) {
            nearest.push_back(guess);
        }
    }
    return nearest;
}

} // namespace grokscope::ui
