// The window's questions about recorded weights, and what TAKE APART's clicks do to an ablation.
#include "ui/core/inspection_controller.h"
#include "ui/views/ablation/ablation.h"

#include <gtest/gtest.h>

#include <vector>

namespace grokscope::ui {
namespace {

InspectQuery about(int epoch, int a = 1) {
    InspectQuery query;
    query.run = RunId{1};
    query.epoch = epoch;
    query.pair = NumberPair{a, 2};
    return query;
}

/// A controller with its channels and a clock that the test moves.
struct Office {
    InspectChannels channels;
    InspectionController controller;
    double now = 0;

    /// One frame that wants `query`; the question that came of it.
    std::optional<InspectQuery> frame(const InspectQuery& query, bool live = false,
                                      std::uint32_t life = 0) {
        now += 1.0 / 60;
        controller.want(query, life);
        const bool asked = controller.ask(channels, now, live);
        const bool arrived = channels.query.refresh();
        EXPECT_EQ(asked, arrived);
        return arrived ? std::optional(channels.query.value()) : std::nullopt;
    }
    void answer(const InspectQuery& query, std::uint32_t life = 0, const char* problem = "") {
        InspectReply reply;
        reply.query = query;
        reply.life = life;
        reply.problem = problem;
        channels.reply.publish(reply);
        EXPECT_TRUE(controller.take(channels, now));
    }
};

TEST(InspectionController, AsksOnceForWhatStaysTheSame) {
    Office office;
    const auto first = office.frame(about(100));
    ASSERT_TRUE(first.has_value());
    EXPECT_GT(first->number, 0U);
    EXPECT_FALSE(office.frame(about(100)).has_value()) << "still unanswered";
    office.answer(*first);
    EXPECT_FALSE(office.frame(about(100)).has_value()) << "answered";
    const auto second = office.frame(about(200));
    ASSERT_TRUE(second.has_value());
    EXPECT_GT(second->number, first->number);
}

TEST(InspectionController, KnowsHowLongTheAnswerTookToCome) {
    Office office;
    const auto first = office.frame(about(100));
    const double asked = office.now;
    office.now += 0.4; // computed within a millisecond, by a thread that waited for the processor
    office.answer(*first);
    EXPECT_NEAR(office.controller.answered_after(), office.now - asked, 1e-9);
    const auto second = office.frame(about(200));
    const auto third = office.frame(about(300));
    const double asked_last = office.now;
    office.now += 0.25;
    office.answer(*third);
    EXPECT_NEAR(office.controller.answered_after(), office.now - asked_last, 1e-9)
        << "of the question that it answers, not of one before";
    ASSERT_TRUE(second.has_value());
}

TEST(InspectionController, AsksNothingThatNoPanelWants) {
    Office office;
    EXPECT_FALSE(office.controller.ask(office.channels, 1, false));
    EXPECT_FALSE(office.channels.query.refresh());
}

TEST(InspectionController, SendsOneQuestionPerFrameAndItIsTheLastWanted) {
    Office office;
    office.controller.want(about(100), 0);
    office.controller.want(about(300), 0);
    const auto asked = office.frame(about(500));
    ASSERT_TRUE(asked.has_value());
    EXPECT_EQ(asked->epoch, 500);
    EXPECT_FALSE(office.controller.ask(office.channels, office.now, false));
}

TEST(InspectionController, TheNewestQuestionWinsOverThoseUnanswered) {
    Office office;
    std::vector<InspectQuery> asked;
    for (int epoch = 100; epoch <= 1000; epoch += 100) {
        asked.push_back(*office.frame(about(epoch)));
    }
    office.answer(asked[3]);
    EXPECT_TRUE(office.controller.waiting()) << "an old answer is not the one asked for";
    ASSERT_NE(office.controller.reply(RunId{1}, 0), nullptr);
    EXPECT_EQ(office.controller.reply(RunId{1}, 0)->query.epoch, 400) << "but better than none";
    office.answer(asked.back());
    EXPECT_FALSE(office.controller.waiting());
    EXPECT_EQ(office.controller.reply(RunId{1}, 0)->query.epoch, 1000);
}

TEST(InspectionController, TurnsGreyOnlyWhenTheAnswerIsLate) {
    Office office;
    const auto asked = office.frame(about(100));
    EXPECT_EQ(office.controller.greyness(office.now + InspectionController::kPatience), 0);
    EXPECT_EQ(office.controller.next_change(office.now),
              office.now + InspectionController::kPatience);
    const double late =
        office.now + InspectionController::kPatience + InspectionController::kFading;
    EXPECT_NEAR(office.controller.greyness(late - InspectionController::kFading / 2), 0.5, 1e-9);
    EXPECT_EQ(office.controller.greyness(late + 1e-9), 1);
    const double fading = late - InspectionController::kFading / 2;
    EXPECT_EQ(office.controller.next_change(fading), fading) << "every frame is greyer";
    EXPECT_EQ(office.controller.next_change(late + 1e-9), kNever) << "as grey as it gets";
    office.answer(*asked);
    EXPECT_EQ(office.controller.greyness(late), 0);
}

TEST(InspectionController, ScrubbingDoesNotPutTheGreyOff) {
    Office office;
    const double begin = office.now + 1.0 / 60;
    for (int i = 0; i < 60; ++i) {
        (void)office.frame(about(100 * i));
    }
    EXPECT_EQ(office.controller.greyness(office.now), 1) << "unanswered since " << begin;
}

TEST(InspectionController, ARunThatTrainsIsAskedAboutAtItsPace) {
    Office office;
    ASSERT_TRUE(office.frame(about(100), true).has_value());
    int asked = 0;
    int put_off = 0;
    for (int i = 1; i <= 120; ++i) { // two seconds
        const bool sent = office.frame(about(100 + 10 * i), true).has_value();
        asked += sent ? 1 : 0;
        const double next = office.controller.next_change(office.now);
        put_off +=
            next > office.now && next <= office.now + InspectionController::kLiveInterval ? 1 : 0;
    }
    EXPECT_GE(asked, 3);
    EXPECT_LE(asked, 4);
    EXPECT_GT(put_off, 100) << "the question that waits must not be forgotten when data end";
    EXPECT_TRUE(office.frame(about(1300, 5), true).has_value()) << "another pair does not wait";
    EXPECT_TRUE(office.frame(about(700, 5), false).has_value()) << "nor does a held cursor";
}

TEST(InspectionController, AnswersBelongToTheirRunAndItsLife) {
    Office office;
    office.answer(*office.frame(about(100)));
    EXPECT_EQ(office.controller.reply(RunId{2}, 0), nullptr);
    EXPECT_EQ(office.controller.reply(RunId{1}, 1), nullptr);
    ASSERT_NE(office.controller.reply(RunId{1}, 0), nullptr);
    EXPECT_TRUE(office.frame(about(100), false, 1).has_value()) << "asked anew after a reset";
}

TEST(InspectionController, AQuestionWithoutAnswerIsAskedAgainAfterAWhile) {
    Office office;
    office.answer(*office.frame(about(0)), 0, "nothing is recorded yet");
    EXPECT_TRUE(office.controller.failed());
    ASSERT_NE(office.controller.reply(RunId{1}, 3), nullptr)
        << "whatever the life: it holds no weights";
    EXPECT_FALSE(office.frame(about(0)).has_value());
    office.now += InspectionController::kRetry;
    EXPECT_TRUE(office.frame(about(0)).has_value());
}

TEST(Ablation, AClickPutsAFrequencyInAndASecondTakesItOut) {
    Ablation ablation;
    for (const int k : {35, 14, 52, 14}) {
        toggle_frequency(ablation, k);
    }
    EXPECT_EQ(ablation.frequencies, (std::vector<int>{35, 52}));
    EXPECT_TRUE(takes_out(ablation, 35));
    EXPECT_FALSE(takes_out(ablation, 14));
    ablation.keep_only = true;
    EXPECT_FALSE(takes_out(ablation, 35));
    EXPECT_TRUE(takes_out(ablation, 14));
    ablation.frequencies.clear();
    EXPECT_FALSE(takes_out(ablation, 14)) << "nothing chosen, nothing taken out";
}

TEST(Ablation, AHeadGoesRoundAndComesBackToAnEmptyAblation) {
    Ablation ablation;
    turn_head(ablation, 2, 4);
    EXPECT_EQ(replacement_of(ablation, 2), Replacement::kZero);
    EXPECT_EQ(replacement_of(ablation, 1), Replacement::kNone);
    EXPECT_TRUE(ablation.changes_parts());
    turn_head(ablation, 2, 4);
    EXPECT_EQ(replacement_of(ablation, 2), Replacement::kMean);
    turn_head(ablation, 2, 4);
    EXPECT_EQ(ablation, Ablation{});
}

TEST(Ablation, KeepsOnlyWhatTheModelHas) {
    Ablation ablation;
    ablation.frequencies = {3, 11, 50};
    turn_head(ablation, 3, 4);
    RunConfig model;
    fit_to_model(ablation, 23, model);
    EXPECT_EQ(ablation.frequencies, (std::vector<int>{3, 11}));
    EXPECT_EQ(replacement_of(ablation, 3), Replacement::kZero);
    model.heads = 2;
    fit_to_model(ablation, 23, model);
    EXPECT_FALSE(ablation.changes_parts());
    model.heads = 4;
    fit_to_model(ablation, 22, model); // where 11 alternates
    EXPECT_EQ(ablation.frequencies, (std::vector<int>{3, 11}));
    turn_head(ablation, 3, 4);
    ablation.mlp = Replacement::kMean;
    model.layers = 2;
    ablation.layer = 5;
    fit_to_model(ablation, 22, model);
    EXPECT_TRUE(ablation.changes_parts());
    EXPECT_EQ(ablation.layer, 1);
    EXPECT_EQ(in_words(ablation), "without k = 3, 11; head 3 of layer 1 zero; MLP of layer 1 mean");
    ablation = {};
    ablation.layer = 1;
    fit_to_model(ablation, 22, model);
    EXPECT_EQ(ablation, Ablation()) << "a layer of which nothing is taken is none";
}

TEST(Ablation, IsPutIntoWords) {
    Ablation ablation;
    EXPECT_EQ(in_words(ablation), "");
    ablation.frequencies = {14, 35};
    turn_head(ablation, 2, 4);
    ablation.mlp = Replacement::kMean;
    EXPECT_EQ(in_words(ablation), "without k = 14, 35; head 2 zero; MLP mean");
    ablation.keep_only = true;
    ablation.attention_skip = false;
    EXPECT_EQ(in_words(ablation),
              "only k = 14, 35; head 2 zero; MLP mean; skip around attention zero");
}

} // namespace
} // namespace grokscope::ui
