// Texts of strangers, as they are shown.
#include "engine/protocol/shown_text.h"

#include <gtest/gtest.h>

#include <string>

namespace grokscope {
namespace {

/// UTF-8 of one letter.
std::string utf8(std::uint32_t code) {
    const auto byte = [](std::uint32_t bits) { return static_cast<char>(bits); };
    const auto tail = [&](int shift) {
        return byte(0x80U | ((code >> static_cast<unsigned>(shift)) & 0x3fU));
    };
    if (code < 0x80) {
        return {byte(code)};
    }
    if (code < 0x800) {
        return {byte(0xc0U | code >> 6U), tail(0)};
    }
    if (code < 0x10000) {
        return {byte(0xe0U | code >> 12U), tail(6), tail(0)};
    }
    return {byte(0xf0U | code >> 18U), tail(12), tail(6), tail(0)};
}

TEST(ShownText, LeavesWordsOfAnyLanguageAsTheyAre) {
    const std::string text = "Fähre, 日本語, עברית, हिन्दी, می\u200cخواهم, 🦆❤️ 👩\u200d🔬 \"x\" "
                             "\\ 100 %";
    EXPECT_EQ(shown_text(text), text);
    EXPECT_EQ(shown_line(text), text);
}

TEST(ShownText, ShowsAQuestionMarkForWhatSteersOrHides) {
    for (const std::uint32_t code :
         {0x00U,   0x07U,   0x08U,   0x0dU,   0x1bU,   0x1fU,   0x7fU,   0x80U,   0x85U,   0x9bU,
          0x9fU,   0xadU,   0x61cU,  0x180eU, 0x200bU, 0x200eU, 0x200fU, 0x2028U, 0x2029U, 0x202aU,
          0x202eU, 0x2060U, 0x2066U, 0x2069U, 0xfeffU, 0xfff9U, 0xffffU, 0xe0041U}) {
        EXPECT_EQ(shown_text("a" + utf8(code) + "b"), "a?b") << std::hex << code;
        EXPECT_EQ(shown_line("a" + utf8(code) + "b"), "a?b") << std::hex << code;
    }
    for (const std::uint32_t code : {0x20U, 0x7eU, 0xa0U, 0x61bU, 0x200aU, 0x2010U, 0x202fU,
                                     0x2065U + 0xbU, 0xfffdU, 0x1f600U}) {
        EXPECT_EQ(shown_line("a" + utf8(code) + "b"), "a" + utf8(code) + "b") << std::hex << code;
    }
}

TEST(ShownText, ShowsAQuestionMarkForEachByteThatIsNoLetter) {
    EXPECT_EQ(shown_line("\xff\x80|\xc0\xaf|\xe2\x82|\xed\xa0\x80|\xf4\x90\x80\x80|\xe0\x80\xaf"),
              "??|??|??|???|????|???");
    EXPECT_EQ(shown_line("\xe2\x82"), "??") << "cut within a letter";
}

TEST(ShownText, KeepsLinesInNotesAndShowsThemInNames) {
    EXPECT_EQ(shown_text("one\ntwo\tthree\r\n"), "one\ntwo\tthree?\n");
    EXPECT_EQ(shown_line("one\ntwo\tthree\r\n"), "one\\ntwo\\tthree?\\n");
}

TEST(ShownText, ChangesWhatItHasShownNoMore) {
    std::string all;
    for (std::uint32_t code = 0; code < 0x3000; ++code) {
        all += utf8(code);
    }
    EXPECT_EQ(shown_line(shown_line(all)), shown_line(all));
    EXPECT_EQ(shown_text(shown_text(all)), shown_text(all));
}

TEST(ShownText, IsCutBetweenLetters) {
    std::string text = "x";
    while (text.size() < 3 * kLongestText) {
        text += "ä";
    }
    EXPECT_EQ(shown_text(text).size(), kLongestText - 1);
    EXPECT_EQ(shown_line(std::string(kLongestText, '\n')).size(), kLongestText);
}

TEST(CsvCell, IsQuotedAndNoFormula) {
    EXPECT_EQ(csv_cell("[-1,0,+1]"), "\"[-1,0,+1]\"");
    EXPECT_EQ(csv_cell("say \"a\""), "\"say \"\"a\"\"\"");
    EXPECT_EQ(csv_cell(""), "\"\"");
    for (const std::string formula : {"=1+1", "+1", "-1", "@SUM(A1)"}) {
        EXPECT_EQ(csv_cell(formula), "\"'" + formula + "\"");
    }
    EXPECT_EQ(csv_cell("\t=1"), "\"\\t=1\"");
    EXPECT_EQ(csv_cell("\r=1"), "\"?=1\"");
    EXPECT_EQ(csv_cell("two\nlines"), "\"two\\nlines\"");
}

} // namespace
} // namespace grokscope
