// Recorded runs that other processes train: never trained on here, watched, and read again when
// these have ended. The test is the file worker.
#include "ui/core/actions.h"
#include "ui/core/other_trainers.h"
#include "ui/core/possible.h"
#include "ui/core/text.h"

#include "tests/ui/fake_engine.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace grokscope::ui {
namespace {

const StoredPlace kPlace{"/data/notebook.db", 7};
const std::string kWho = "process 4711 on lab7";

class OtherTrainersTest : public testing::Test {
protected:
    /// Opens the run as the worker has read it, and has it arrive; its number.
    RunId open(const std::string& trained_by, int samples = 3) {
        files.open("/data/notebook.db");
        const auto request = next();
        answer(request->job, file_reply::Opened{{opened(trained_by)}, ""});
        return arrive(samples);
    }
    static OpenedRun opened(const std::string& trained_by) {
        const auto something = std::make_shared<int>(0);
        const void* address = something.get(); // the window passes it on unread
        return {{something, static_cast<const StoredRun*>(address)}, kPlace, {}, trained_by};
    }
    /// The run that was asked for last appears.
    RunId arrive(int samples) {
        const std::vector<Command> sent = commands.take_sent();
        const RunId run = come(sent, samples);
        acknowledge(sent);
        refresh();
        const std::vector<Command> then = commands.take_sent();
        for (const Command& command : then) {
            const RunId gone = std::get<command::Remove>(command.body).run;
            push(event::StateChanged{gone, RunState::kRemoved, 0, {}});
        }
        acknowledge(then);
        refresh();
        return run;
    }
    /// The figures of the run that was asked for last.
    RunId come(const std::vector<Command>& sent, int samples) {
        const RunId run = std::get<command::ResumeRun>(sent.back().body).run;
        push(event::RunAdded{run, {}, "made up", true});
        push(event::StateChanged{run, RunState::kPaused, samples * 10, {}});
        for (int i = 0; i < samples; ++i) {
            EXPECT_TRUE(channels.metrics.try_push(fake::sample_at(run, {}, i * 10)));
        }
        return run;
    }
    void acknowledge(const std::vector<Command>& sent) {
        for (const Command& command : sent) {
            commands.acknowledged({command.number, true, {}});
        }
    }
    /// What the window does between two frames.
    void refresh() {
        (void)book.drain(channels);
        keep_selection_valid(context());
        (void)files.update(context(), {});
        book.set_aside(files.unseen());
        keep_selection_valid(context());
    }
    void push(Event event) { EXPECT_TRUE(channels.events.try_push(std::move(event))); }
    ActionContext context() { return {book, view, commands}; }
    bool turn(double now) {
        (void)files.update(context(), {});
        const bool changed = others.update(context(), files, now);
        (void)files.update(context(), {});
        return changed;
    }
    std::optional<FileRequest> next() {
        (void)files.update(context(), {});
        return file_channels.requests.try_pop();
    }
    void answer(std::uint64_t job, FileReplyBody body) {
        EXPECT_TRUE(file_channels.replies.try_push({job, std::move(body)}));
        (void)files.update(context(), {});
    }
    /// Answers the look that is due at `now`; whether something changed.
    bool look(double now, const std::string& trained_by, std::int32_t epoch) {
        (void)turn(now);
        const auto request = next();
        EXPECT_TRUE(request && std::holds_alternative<file_request::Watch>(request->body));
        answer(request->job, file_reply::Watched{{{kPlace, trained_by, epoch}}});
        return turn(now);
    }

    Channels channels;
    FileChannels file_channels;
    RunBook book;
    ViewState view;
    CommandSink commands;
    FileController files{{.channels = &file_channels,
                          .folders = {},
                          .store_status = {},
                          .ask_store = {},
                          .offers = {}}};
    OtherTrainers others;
};

using Others = OtherTrainersTest;

TEST_F(Others, WhatAnotherProcessTrainsIsNotTrainedOnHere) {
    const RunId run = open(kWho);
    EXPECT_TRUE(recorded_to_train_on(context()).empty());
    EXPECT_EQ(why_not(Action::kTrainOn, context(), FilesAt::kHand), text::kWhyElsewhere);
    EXPECT_EQ(why_not(Action::kStepEvaluation, context(), FilesAt::kHand), text::kWhyElsewhere);
    train_on(context());
    step_selected(context(), 1);
    EXPECT_TRUE(commands.take_sent().empty());
    EXPECT_EQ(start_label(context()), StartLabel::kReplay);
    EXPECT_EQ(text::elsewhere(view.elsewhere.at(run)), "trained elsewhere");

    // Beside it one that nobody trains: that goes on alone.
    push(event::RunAdded{RunId{90}, {}, "made up", true});
    push(event::StateChanged{RunId{90}, RunState::kPaused, 10, {}});
    ASSERT_TRUE(book.drain(channels));
    train_on(context());
    const std::vector<Command> sent = commands.take_sent();
    ASSERT_EQ(sent.size(), 1U);
    EXPECT_EQ(std::get<command::Start>(sent[0].body).run, RunId{90});
}

TEST_F(Others, ItsCardFollowsHowFarItHasCome) {
    const RunId run = open(kWho);
    EXPECT_FALSE(turn(100));
    EXPECT_EQ(others.next(), 100 + OtherTrainers::kLook);
    EXPECT_FALSE(turn(101));
    EXPECT_FALSE(next().has_value()) << "not every frame";
    EXPECT_TRUE(look(102, kWho, 4200));
    EXPECT_EQ(text::elsewhere(view.elsewhere.at(run)), "trained elsewhere, now at 4,200");
    EXPECT_EQ(text::elsewhere_at_length(view.elsewhere.at(run), 20),
              "Process 4711 on lab7 trains it, and had recorded 4,200 epochs a moment ago. Its "
              "record is shown to epoch 20; the menu of the card reads it again.");
    EXPECT_FALSE(look(104, kWho, 4200)) << "no news";
    (void)turn(106);
    ASSERT_TRUE(next().has_value());
    EXPECT_EQ(others.next(), kNever) << "the answer wakes the loop";
    EXPECT_FALSE(turn(109));
    EXPECT_FALSE(next().has_value()) << "one question at a time";
}

TEST_F(Others, WhenItEndsTheRecordIsReadAgainInItsPlace) {
    const RunId run = open(kWho);
    view.pinned = run;
    view.set_visible(run, false);
    view.arrangement.looks[run].name = "mine";
    view.arrangement.notes = {{run, 10, "as recorded"}};
    (void)turn(100);
    EXPECT_TRUE(look(102, "", 5000));
    EXPECT_TRUE(recorded_to_train_on(context()).empty()) << "what is here is old";
    const auto request = next();
    ASSERT_TRUE(request.has_value());
    EXPECT_EQ(std::get<file_request::Show>(request->body).places.front().number, 7);
    OpenedRun newer = opened("");
    newer.words.notes = {{10, "as recorded"}, {30, "since"}};
    answer(request->job, file_reply::Opened{{newer}, ""});
    const RunId fresh = arrive(5);
    EXPECT_EQ(book.runs().size(), 1U);
    EXPECT_EQ(view.selected, fresh);
    EXPECT_EQ(view.pinned, fresh);
    EXPECT_FALSE(view.visible(fresh));
    EXPECT_EQ(view.arrangement.looks.at(fresh).name, "mine");
    EXPECT_EQ(view.arrangement.notes.size(), 2U) << "each once";
    EXPECT_EQ(files.place_of(fresh).number, 7);
    EXPECT_EQ(recorded_to_train_on(context()).size(), 1U);
    (void)turn(200);
    EXPECT_FALSE(next().has_value()) << "nothing is watched any more";
    EXPECT_EQ(others.next(), kNever);
}

TEST_F(Others, TheUserMayReadItAgainAtAnyTime) {
    const RunId run = open(kWho);
    files.read_again(run);
    files.read_again(run); // a second press, too soon
    const auto request = next();
    ASSERT_TRUE(request.has_value());
    EXPECT_FALSE(next().has_value());
    answer(request->job, file_reply::Opened{{opened(kWho)}, ""});
    const RunId fresh = arrive(9);
    EXPECT_EQ(book.find(fresh)->last_epoch(), 80);
    EXPECT_TRUE(view.elsewhere.contains(fresh));
    EXPECT_FALSE(view.elsewhere.contains(run));
    EXPECT_TRUE(recorded_to_train_on(context()).empty());
}

TEST_F(Others, TheNewRecordTakesItsPlaceInOneStepAndNotUnderAPress) {
    const RunId run = open(kWho);
    files.read_again(run);
    answer(next()->job, file_reply::Opened{{opened("")}, ""});
    const auto still_the_old_one = [&] {
        return book.runs().size() == 1 && book.runs()[0]->id == run && view.selected == run &&
               recorded_to_train_on(context()).empty();
    };
    EXPECT_TRUE(still_the_old_one());
    const std::vector<Command> sent = commands.take_sent();
    const RunId fresh = come(sent, 5);
    refresh();
    EXPECT_TRUE(still_the_old_one()) << "the rest of the figures is under way";
    acknowledge(sent);
    files.held = true;
    refresh();
    EXPECT_TRUE(still_the_old_one()) << "what was pressed would not be there at the release";
    files.read_again(run);
    EXPECT_FALSE(next().has_value()) << "it has been";
    files.held = false;
    refresh();
    EXPECT_EQ(book.runs().size(), 1U);
    EXPECT_EQ(book.runs()[0]->id, fresh);
    EXPECT_EQ(view.selected, fresh);
    EXPECT_EQ(std::get<command::Remove>(commands.take_sent().at(0).body).run, run);
}

TEST_F(Others, ARecordThatCannotBeReadAgainStaysAsItIs) {
    const RunId run = open(kWho);
    files.read_again(run);
    answer(next()->job, file_reply::Failed{"it is locked", false});
    EXPECT_FALSE(view.banner.empty());
    EXPECT_TRUE(view.elsewhere.contains(run)) << "that process trains it still";
    (void)turn(100);
    EXPECT_TRUE(look(102, "", 0)); // it was deleted there
    answer(next()->job, file_reply::Failed{"there is no run 7", false});
    EXPECT_FALSE(view.elsewhere.contains(run));
    EXPECT_TRUE(commands.take_sent().empty());
    EXPECT_NE(book.find(run), nullptr);
}

TEST_F(Others, ARunThatIsGoneFromTheWindowIsForgotten) {
    const RunId run = open(kWho);
    (void)turn(100);
    files.read_again(run);
    const auto request = next();
    push(event::StateChanged{run, RunState::kRemoved, 0, {}});
    ASSERT_TRUE(book.drain(channels));
    answer(request->job, file_reply::Opened{{opened(kWho)}, ""});
    EXPECT_TRUE(commands.take_sent().empty()) << "the user has taken it out of sight";
    (void)turn(102);
    EXPECT_TRUE(view.elsewhere.empty());
    EXPECT_FALSE(next().has_value());
}

TEST_F(Others, NothingIsAskedWhileNobodyElseTrains) {
    (void)open("");
    for (const double now : {1.0, 10.0, 100.0}) {
        EXPECT_FALSE(turn(now));
        EXPECT_FALSE(next().has_value());
    }
    EXPECT_EQ(others.next(), kNever);
}

} // namespace
} // namespace grokscope::ui
