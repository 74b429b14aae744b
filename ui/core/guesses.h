// Guesses at the epoch of the jump, made before it comes. They are kept in the notes of the run, so
// that they are recorded, undone and passed on as notes are: a note's text may end with
// "[guess: AB, CD]", the initials of those who expect the jump at its epoch.
// Threads: main thread only.
#pragma once

#include "ui/core/arrangement.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace grokscope::ui {

struct Guess {
    std::int32_t epoch = 0;
    /// Initials, or a short name.
    std::string who;
    friend bool operator==(const Guess&, const Guess&) = default;
};

/// Letters that a name may have.
inline constexpr std::size_t kLongestGuesser = 12;

/// A name as it can be kept: without brackets, commas, and space around it, and not too long.
/// Empty when nothing is left.
[[nodiscard]] std::string guesser_name(std::string_view typed);

/// What a note says, without the guesses in it.
[[nodiscard]] std::string_view words_of_note(std::string_view text);
/// Gives a note's text other words; its guesses stay.
[[nodiscard]] std::string with_words(std::string_view text, std::string_view words);

/// A hall of people; a stranger's notes may hold any number.
inline constexpr std::size_t kMostGuesses = 1000;
/// The guesses at that run's jump, by epoch, then by name; of more than kMostGuesses those in the
/// notes that make up the first so many.
[[nodiscard]] std::vector<Guess> guesses_of(std::span<const Note> notes, RunId run);
/// `guess.who` expects it there and nowhere else. The name is one of guesser_name().
void set_guess(std::vector<Note>& notes, RunId run, const Guess& guess);
void remove_guess(std::vector<Note>& notes, RunId run, std::string_view who);

/// Those whose distance to the epoch at which it came is the least; empty without guesses.
[[nodiscard]] std::vector<Guess> nearest_guesses(std::span<const Guess> guesses, std::int32_t came);

} // namespace grokscope::ui
