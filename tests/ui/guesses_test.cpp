// Guesses in the notes of a run: kept beside what a note says, one for each name, and judged.
#include "ui/core/guesses.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace grokscope::ui {
namespace {

constexpr RunId kRun{1};
constexpr RunId kOther{2};

std::vector<std::string> texts(const std::vector<Note>& notes) {
    std::vector<std::string> all;
    for (const Note& note : notes) {
        all.push_back(note.text.get());
    }
    return all;
}

TEST(Guesses, AreKeptInTheNoteOfTheirEpoch) {
    std::vector<Note> notes{{kRun, 2000, "here it turns"}};
    set_guess(notes, kRun, {2000, "AB"});
    set_guess(notes, kRun, {2000, "CD"});
    set_guess(notes, kRun, {1500, "EF"});
    set_guess(notes, kOther, {1500, "AB"});
    EXPECT_EQ(texts(notes), (std::vector<std::string>{"here it turns [guess: AB, CD]",
                                                      "[guess: EF]", "[guess: AB]"}));
    EXPECT_EQ(guesses_of(notes, kRun),
              (std::vector<Guess>{{1500, "EF"}, {2000, "AB"}, {2000, "CD"}}));
    EXPECT_EQ(words_of_note(notes[0].text.get()), "here it turns");
    EXPECT_EQ(words_of_note(notes[1].text.get()), "");
}

TEST(Guesses, ANameStandsOnceInARun) {
    std::vector<Note> notes;
    set_guess(notes, kRun, {1500, "AB"});
    set_guess(notes, kRun, {1500, "CD"});
    set_guess(notes, kRun, {3000, "AB"});
    EXPECT_EQ(guesses_of(notes, kRun), (std::vector<Guess>{{1500, "CD"}, {3000, "AB"}}));
    remove_guess(notes, kRun, "CD");
    EXPECT_EQ(texts(notes), std::vector<std::string>{"[guess: AB]"}) << "no empty note is left";
}

TEST(Guesses, ANoteChangesItsWordsAndKeepsThem) {
    EXPECT_EQ(with_words("old [guess: AB]", "new"), "new [guess: AB]");
    EXPECT_EQ(with_words("old [guess: AB]", ""), "[guess: AB]");
    EXPECT_EQ(with_words("old", "new"), "new");
    EXPECT_EQ(words_of_note("see [guess: AB] above"), "see [guess: AB] above") << "not at its end";
}

TEST(Guesses, AreLookedForAtTheEndOfALongNoteOnly) {
    const std::string rest(1 << 20, 'x');
    const std::vector<Note> notes{{kRun, 1, rest + " [guess: AB]"},
                                  {kRun, 2, "[guess: CD" + rest + "]"}};
    EXPECT_EQ(guesses_of(notes, kRun), (std::vector<Guess>{{1, "AB"}}));
    EXPECT_EQ(words_of_note(notes[0].text.get()), rest);
}

TEST(Guesses, WhatNobodyCanHaveTypedIsNone) {
    for (const char* text : {"ends with ]", "[guess: A]B]", "[guess: A[B]", "[guess: A\nB]",
                             "[guess: a name of far more than any twelve letters which are no more "
                             "than forty-eight bytes]",
                             "]", "guess: AB]"}) {
        const std::vector<Note> notes{{kRun, 1, text}};
        EXPECT_TRUE(guesses_of(notes, kRun).empty()) << text;
        EXPECT_EQ(words_of_note(text), text);
    }
}

TEST(Guesses, AStrangersAreNoMoreThanAHallHolds) {
    std::string all = "[guess: A";
    for (int i = 0; i < 400; ++i) {
        all += ", B" + std::to_string(i);
    }
    all += "]";
    std::vector<Note> notes;
    for (int epoch = 0; epoch < 2000; ++epoch) {
        notes.push_back({kRun, epoch, all});
    }
    const std::size_t some = guesses_of(notes, kRun).size();
    EXPECT_GE(some, kMostGuesses);
    EXPECT_LT(some, kMostGuesses + 401);
}

TEST(Guesses, ANameIsTakenAsItCanBeKept) {
    EXPECT_EQ(guesser_name("  AB "), "AB");
    EXPECT_EQ(guesser_name("A[B], \tC"), "AB C");
    EXPECT_EQ(guesser_name(" ,] "), "");
    EXPECT_EQ(guesser_name("ABCDEFGHIJKLMNOP"), "ABCDEFGHIJKL");
    EXPECT_EQ(guesser_name("ДДДДДДДДДДДДД"), "ДДДДДДДДДДДД") << "letters, not bytes";
}

TEST(Guesses, TheNearestIsOnEitherSideAndMayBeSeveral) {
    const std::vector<Guess> guesses{{1000, "A"}, {1900, "B"}, {2100, "C"}, {5000, "D"}};
    EXPECT_EQ(nearest_guesses(guesses, 2000), (std::vector<Guess>{{1900, "B"}, {2100, "C"}}));
    EXPECT_EQ(nearest_guesses(guesses, 4000), (std::vector<Guess>{{5000, "D"}}));
    EXPECT_EQ(nearest_guesses({}, 2000), std::vector<Guess>{});
}

} // namespace
} // namespace grokscope::ui
