#include "ui/window/rate_meter.h"

#include <gtest/gtest.h>

#include <utility>

namespace grokscope::ui {
namespace {

class Book {
public:
    void add(RunId run, bool recorded) { push(event::RunAdded{run, {}, "made up", recorded}); }
    void set(RunId run, RunState state, std::int32_t epoch) {
        push(event::StateChanged{run, state, epoch, {}});
    }
    RunBook book;

private:
    void push(Event event) {
        EXPECT_TRUE(channels_.events.try_push(std::move(event)));
        (void)book.drain(channels_);
    }
    Channels channels_;
};

constexpr RunId kOne{1};
constexpr RunId kOther{2};

TEST(TrainingRate, IsThatOfTheRunsThatTrain) {
    Book stage;
    TrainingRate rate;
    stage.add(kOne, false);
    stage.add(kOther, false);
    for (int i = 0; i <= 10; ++i) {
        stage.set(kOne, RunState::kRunning, 20 * i);
        stage.set(kOther, RunState::kRunning, 10 * i);
        rate.add(0.1 * i, stage.book);
    }
    EXPECT_NEAR(rate.rate(), 300, 1e-9);
}

TEST(TrainingRate, DoesNotCountWhatComesFromARecord) {
    Book stage;
    TrainingRate rate;
    rate.add(0, stage.book);
    stage.add(kOne, true);
    rate.add(0.1, stage.book);
    stage.set(kOne, RunState::kPaused, 6557); // the whole record at once
    rate.add(0.2, stage.book);
    EXPECT_EQ(rate.rate(), 0);
    for (int i = 0; i <= 5; ++i) { // and goes on from there
        stage.set(kOne, RunState::kRunning, 6557 + 5 * i);
        rate.add(0.3 + 0.1 * i, stage.book);
        EXPECT_LE(rate.rate(), 50.001);
    }
    EXPECT_NEAR(rate.rate(), 50, 1e-6);
}

TEST(TrainingRate, BeginsAnewAfterAPauseAndAfterAReset) {
    Book stage;
    TrainingRate rate;
    stage.add(kOne, false);
    for (int i = 0; i <= 10; ++i) {
        stage.set(kOne, RunState::kRunning, 10 * i);
        rate.add(0.1 * i, stage.book);
    }
    stage.set(kOne, RunState::kPaused, 100);
    rate.add(1.1, stage.book);
    for (int i = 0; i <= 2; ++i) { // an hour later
        stage.set(kOne, RunState::kRunning, 100 + 10 * i);
        rate.add(3600 + 0.1 * i, stage.book);
    }
    EXPECT_NEAR(rate.rate(), 100, 1e-6);
    stage.set(kOne, RunState::kRunning, 0);
    rate.add(3600.3, stage.book);
    EXPECT_GE(rate.rate(), 0);
}

} // namespace
} // namespace grokscope::ui
