// What the window asks about recorded weights, and what it keeps of the answers.
#include "ui/core/study_controller.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace grokscope::ui {
namespace {

constexpr RunId kRun{1};

struct Fixture {
    InspectChannels channels;
    StudyController controller;

    bool ask(std::vector<std::int32_t> epochs, double now, bool live = false,
             StudyKind kind = StudyKind::kValley) {
        std::vector<StudySubject> subjects;
        for (const std::int32_t epoch : epochs) {
            subjects.push_back({kRun, epoch});
        }
        const std::vector<std::uint32_t> lives(subjects.size(), 0);
        controller.want(kind, std::move(subjects), lives);
        return controller.ask(channels, now, live) && channels.study.refresh();
    }
    [[nodiscard]] const StudyQuery& asked() const { return channels.study.value(); }
    /// The first `count` of what was asked.
    bool answer(std::size_t count, double now, const std::string& problem = "") {
        StudyReply reply{asked(), {}};
        for (std::size_t i = 0; i < count; ++i) {
            StudyAnswer one;
            one.subject = asked().subjects[i];
            one.epoch = one.subject.epoch / 100 * 100;
            one.problem = problem;
            reply.answers.push_back(std::make_shared<const StudyAnswer>(one));
        }
        channels.study_reply.publish(reply);
        return controller.take(channels, now);
    }
    [[nodiscard]] bool has(std::int32_t epoch, std::uint32_t life = 0) const {
        return controller.answer(StudyKind::kValley, {kRun, epoch}, life) != nullptr;
    }
};

TEST(StudyController, AsksOnceAndForWhatIsMissingAlone) {
    Fixture f;
    ASSERT_TRUE(f.ask({100, 230, 230}, 0));
    EXPECT_EQ(f.asked().subjects, (std::vector<StudySubject>{{kRun, 100}, {kRun, 230}}));
    EXPECT_FALSE(f.ask({100, 230}, 0.1)) << "it is on its way";
    EXPECT_TRUE(f.answer(1, 0.2));
    EXPECT_TRUE(f.has(100));
    EXPECT_FALSE(f.has(230));
    EXPECT_TRUE(f.controller.waiting());
    EXPECT_FALSE(f.ask({100, 230}, 0.3));
    EXPECT_TRUE(f.answer(2, 0.4));
    EXPECT_FALSE(f.controller.waiting());
    ASSERT_TRUE(f.ask({100, 500}, 0.5)) << "the cursor moved";
    EXPECT_EQ(f.asked().subjects, (std::vector<StudySubject>{{kRun, 500}}));
    EXPECT_EQ(f.asked().number, 2U);
    EXPECT_TRUE(f.answer(1, 0.6));
    EXPECT_FALSE(f.ask({230, 100}, 0.7)) << "it came back to what is known";
}

TEST(StudyController, ANewLifeOfTheRunIsAskedAnew) {
    Fixture f;
    ASSERT_TRUE(f.ask({100}, 0));
    EXPECT_TRUE(f.answer(1, 1));
    EXPECT_FALSE(f.has(100, 1));
    f.controller.want(StudyKind::kValley, {{kRun, 100}}, {1});
    EXPECT_TRUE(f.controller.ask(f.channels, 2, false));
}

TEST(StudyController, DoesNotEndTheWorkOverAndOverWhileARunTrains) {
    Fixture f;
    ASSERT_TRUE(f.ask({100}, 0, true));
    EXPECT_FALSE(f.ask({110}, 1, true)) << "the first is not answered";
    EXPECT_TRUE(f.ask({110}, 1, false)) << "somebody moved the cursor of a run that rests";
    EXPECT_TRUE(f.answer(1, 10));
    EXPECT_FALSE(f.ask({120}, 11, true));
    EXPECT_DOUBLE_EQ(f.controller.next_change(), 10 + StudyController::kLiveInterval);
    EXPECT_TRUE(f.ask({120}, 10 + StudyController::kLiveInterval, true));
    EXPECT_TRUE(f.ask({120}, 11, true, StudyKind::kPath)) << "another sheet need not wait";
    EXPECT_EQ(f.controller.newest(StudyKind::kValley, kRun, 119, 0)->epoch, 100);
    EXPECT_EQ(f.controller.newest(StudyKind::kValley, kRun, 90, 0), nullptr);
}

TEST(StudyController, AsksAgainForWhatFoundNoAnswer) {
    Fixture f;
    ASSERT_TRUE(f.ask({3}, 0));
    EXPECT_TRUE(f.answer(1, 1, "nothing is recorded yet"));
    EXPECT_TRUE(f.has(3)) << "with its sentence";
    EXPECT_FALSE(f.ask({3}, 2));
    EXPECT_DOUBLE_EQ(f.controller.next_change(), 1 + StudyController::kRetry);
    EXPECT_TRUE(f.ask({3}, 1 + StudyController::kRetry));
    EXPECT_TRUE(f.answer(1, 4));
    EXPECT_TRUE(f.controller.answer(StudyKind::kValley, {kRun, 3}, 0)->problem.empty());
}

TEST(StudyController, LeavesAnAnswerToAnEarlierQuestionOut) {
    Fixture f;
    ASSERT_TRUE(f.ask({100}, 0));
    const StudyQuery first = f.asked();
    ASSERT_TRUE(f.ask({200}, 0.1));
    StudyReply late{first, {std::make_shared<const StudyAnswer>()}};
    f.channels.study_reply.publish(late);
    EXPECT_FALSE(f.controller.take(f.channels, 0.2));
    EXPECT_TRUE(f.controller.waiting());
}

} // namespace
} // namespace grokscope::ui
