// Questions answered on a thread of its own: the newest wins, long work is shown as it goes.
#include "engine/theory/theorist.h"

#include <gtest/gtest.h>

#include <chrono>
#include <semaphore>
#include <vector>

namespace grokscope {
namespace {

using namespace std::chrono_literals;

/// A theorist and the front end's side.
struct Asked {
    TheoryChannels channels;
    std::counting_semaphore<> told{0};
    Theorist theorist{channels, {.wake_front_end = [this] { told.release(); }}};

    /// The next answer; fails after a minute.
    SfmAnswer next() {
        EXPECT_TRUE(told.try_acquire_for(60s));
        (void)channels.answer.refresh();
        return channels.answer.value();
    }
    /// The complete answer to question `number`.
    SfmAnswer complete(std::uint64_t number) {
        SfmAnswer answer = next();
        while (!(answer.complete() && answer.question.number == number) &&
               !::testing::Test::HasFailure()) {
            answer = next();
        }
        return answer;
    }
};

TEST(Theorist, AnswersAsTheMachineDoes) {
    Asked asked;
    SfmSettings settings;
    settings.iterations = 30;
    asked.channels.ask({1, settings});
    const SfmAnswer answer = asked.complete(1);
    const SfmAnswer expected = answer_theory({1, settings});
    ASSERT_EQ(answer.iterations.size(), 30U);
    EXPECT_EQ(answer.iterations.back().survivors(), 0);
    EXPECT_EQ(answer.iterations.back().test_error, expected.iterations.back().test_error);
    EXPECT_EQ(answer.shades, expected.shades);
    EXPECT_EQ(answer.shades_of(29).size(), 31U * 31U);
    EXPECT_EQ(answer.order, 31);
    EXPECT_EQ(answer.rule_features, 31);
}

TEST(Theorist, SaysInOneSentenceWhyThereIsNone) {
    Asked asked;
    SfmSettings settings;
    settings.p = 12;
    settings.operation = Operation::kDivide;
    asked.channels.ask({5, settings});
    const SfmAnswer answer = asked.next();
    EXPECT_EQ(answer.problem, settings.mistakes().front());
    EXPECT_TRUE(answer.iterations.empty());
    EXPECT_EQ(answer.question.number, 5U);
}

TEST(Theorist, ANewerQuestionEndsTheWorkOnAnOlderOne) {
    Asked asked;
    SfmSettings slow;
    slow.p = 251;
    slow.pairs = 30000;
    slow.iterations = 200;
    asked.channels.ask({1, slow});
    SfmAnswer first = asked.next(); // it is at it
    EXPECT_EQ(first.question.number, 1U);
    EXPECT_FALSE(first.complete()) << "a tenth of a second does not do it";
    EXPECT_FALSE(first.iterations.empty());
    EXPECT_EQ(first.shades.size(), first.iterations.size() * 251 * 251);
    asked.channels.ask({2, {}});
    const SfmAnswer second = asked.complete(2);
    EXPECT_EQ(second.question.settings, SfmSettings{});
}

TEST(Theorist, EndsInTheMiddleOfItsWork) {
    const auto begin = std::chrono::steady_clock::now();
    {
        Asked asked;
        SfmSettings slow;
        slow.p = 251;
        slow.pairs = 30000;
        slow.iterations = 200;
        asked.channels.ask({1, slow});
        (void)asked.next();
    }
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 30s);
}

TEST(Theorist, TellsEachIterationToWhoeverAsks) {
    std::vector<std::size_t> told;
    SfmQuestion question;
    question.settings.iterations = 5;
    const SfmAnswer answer = answer_theory(question, [&](const SfmAnswer& so_far) {
        told.push_back(so_far.iterations.size());
        return told.size() < 3;
    });
    EXPECT_EQ(told, (std::vector<std::size_t>{1, 2, 3}));
    EXPECT_FALSE(answer.complete()) << "given up";
}

} // namespace
} // namespace grokscope
