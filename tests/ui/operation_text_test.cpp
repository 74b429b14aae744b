// Sentences in the words of the operation that is learnt: none says "+" of another one.
#include "ui/core/operation_text.h"

#include "ui/core/claims.h"
#include "ui/core/panel_topics.h"
#include "ui/core/picture_text.h"
#include "ui/core/shortcuts.h"
#include "ui/core/text.h"
#include "ui/core/tour.h"

#include <gtest/gtest.h>

#include <regex>
#include <stdexcept>
#include <string>
#include <vector>

namespace grokscope::ui {
namespace {

TEST(OperationText, PutsTheWordsOfEachOperationIntoASentence) {
    const char* const sentence = "{a+b}, {b+a}: a {sum} of all {sums}, to {add}, {adding}, "
                                 "{addition}; it {adds them} in w({u+v-c}).";
    EXPECT_EQ(in_operation(sentence, Operation::kAdd),
              "a + b, b + a: a sum of all sums, to add, adding, addition; it adds them in "
              "w(a+b-c).");
    EXPECT_EQ(in_operation(sentence, Operation::kSubtract),
              "a \xE2\x88\x92 b, b \xE2\x88\x92 a: a difference of all differences, to subtract, "
              "subtracting, subtraction; it subtracts them in w(a-b-c).");
    EXPECT_EQ(in_operation(sentence, Operation::kMultiply),
              "a \xC3\x97 b, b \xC3\x97 a: a product of all products, to multiply, multiplying, "
              "multiplication; it adds them in w(ind a+ind b-ind c).");
    EXPECT_EQ(in_operation(sentence, Operation::kDivide),
              "a \xC3\xB7 b, b \xC3\xB7 a: a quotient of all quotients, to divide, dividing, "
              "division; it subtracts them in w(ind a-ind b-ind c).");
    EXPECT_EQ(in_operation(sentence, Operation::kTable),
              "a * b, b * a: a entry of all entries, to answer by the table, answering by the "
              "table, a table; it adds them in w(c).");
    EXPECT_EQ(in_operation("{task}", Operation::kAdd), "a + b modulo a number");
    EXPECT_EQ(in_operation("{task}", Operation::kTable), "a * b by a table");
    EXPECT_THROW((void)in_operation("{nothing}", Operation::kAdd), std::logic_error);
}

TEST(OperationText, LeavesOtherTextAlone) {
    EXPECT_EQ(in_operation("", Operation::kMultiply), "");
    EXPECT_EQ(in_operation("no braces", Operation::kMultiply), "no braces");
    EXPECT_EQ(in_operation("an open { one", Operation::kMultiply), "an open { one");
    EXPECT_EQ(expression(Operation::kMultiply, 7, 13), "7 \xC3\x97 13");
}

/// Every sentence of the window that may speak of answers.
std::vector<std::string> sentences() {
    std::vector<std::string> all;
    for (const Claim& one : claims()) {
        all.insert(all.end(), {one.words, one.brief});
    }
    for (const PanelTopic& topic : panel_topics()) {
        all.insert(all.end(), {topic.what, topic.look_for});
    }
    for (const ControlInfo& control : controls()) {
        all.emplace_back(control.tooltip);
    }
    for (const TourCard& card : tour_cards()) {
        all.insert(all.end(), {card.words, card.task});
    }
    all.insert(all.end(), {text::kNoRuns, text::kFitShare, text::kHintAccuracy, text::kHintLoss,
                           text::kHintMap, text::kHintClock, text::kHintCircle, text::kHintApart,
                           text::kMirrorTrainedOn, text::kHandSum, text::kPresentTrain,
                           text::kPresentTest, text::kNoGroup, text::kHintNoGroup});
    for (const InsideTabInfo& tab : kInsideTabs) {
        all.emplace_back(tab.empty);
    }
    return all;
}

TEST(OperationText, NoSentenceSpeaksOfSumsWhereProductsAreLearnt) {
    const std::regex of_sums(R"(\bsums?\b|\b[ab] ?\+ ?[ab]\b|\baddition\b|to add\b|\badding\b)");
    for (const Operation operation : {Operation::kMultiply, Operation::kTable}) {
        std::size_t differ = 0;
        for (const std::string& sentence : sentences()) {
            const std::string said = in_operation(sentence, operation);
            EXPECT_FALSE(std::regex_search(said, of_sums)) << said;
            differ += said != in_operation(sentence, Operation::kAdd) ? 1 : 0;
        }
        EXPECT_GE(differ, 30U);
    }
}

TEST(OperationText, ATableIsNamed) {
    std::vector<std::int16_t> classes(25);
    const Arithmetic table{Operation::kTable, 5, OperationTable("S5", 5, classes)};
    EXPECT_EQ(task_of(table), "a * b by the table S5");
    EXPECT_EQ(by_table(table), " by S5");
    EXPECT_EQ(task_of({Operation::kMultiply, 97}), "a \xC3\x97 b mod 97");
    EXPECT_EQ(by_table({Operation::kMultiply, 97}), "");
    EXPECT_EQ(in_operation(text::kNoGroup, Operation::kTable),
              "There is no clock here: a table names no group, so it has no frequencies.");
}

TEST(OperationText, NoSentenceSpeaksOfStrokesWhereThereAreNone) {
    for (const std::string& sentence : sentences()) {
        EXPECT_EQ(in_operation(sentence, Operation::kDivide).find("stroke"), std::string::npos);
    }
}

} // namespace
} // namespace grokscope::ui
