// What the window makes of the notebook's knowledge. The test is the file worker.
#include "ui/core/record_controller.h"

#include "tests/ui/fake_engine.h"
#include "ui/core/text.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace grokscope::ui {
namespace {

std::shared_ptr<EarlierRun> record_of(const RunConfig& config, int samples) {
    auto earlier = std::make_shared<EarlierRun>();
    earlier->number = 1;
    earlier->begun = "2026-11-20T08:00:00Z";
    earlier->workplaces = {{0, {"0.1.0", "fused, AVX2", "lab"}}};
    for (int i = 0; i < samples; ++i) {
        earlier->samples.push_back(fake::sample_at({}, config, 10 * i));
    }
    return earlier;
}

std::vector<MetricSample> run_of(const RunConfig& config, int samples) {
    std::vector<MetricSample> run;
    for (int i = 0; i < samples; ++i) {
        run.push_back(fake::sample_at(RunId{3}, config, 10 * i));
        run.back().wall_seconds += 100; // never the same
    }
    return run;
}

RunConfig stencil_config() {
    RunConfig config;
    config.stencil = Stencil::of({-1, 1});
    return config;
}

TEST(RerunCheck, EqualFiguresAreTheSameAsFarAsBothGo) {
    RerunCheck check(record_of(stencil_config(), 50), {});
    EXPECT_FALSE(check.same_until().has_value());
    const std::vector<MetricSample> run = run_of(stencil_config(), 80);
    check.compare(std::span(run).first(20));
    EXPECT_EQ(check.same_until(), 190);
    check.compare(run);
    EXPECT_EQ(check.same_until(), 490) << "the record ends there";
    EXPECT_FALSE(check.first_difference().has_value());
}

TEST(RerunCheck, FindsTheVeryEpochAtWhichOneFigureDiffersByItsLastBit) {
    const auto figures = {&MetricSample::train_loss, &MetricSample::test_loss,
                          &MetricSample::train_accuracy, &MetricSample::test_accuracy,
                          &MetricSample::weight_sum_squares};
    for (double MetricSample::*const figure : figures) {
        const auto record = record_of(stencil_config(), 50);
        double& value = record->samples[23].*figure;
        value = std::nextafter(value, 1e9);
        RerunCheck check(record, {});
        const std::vector<MetricSample> run = run_of(stencil_config(), 50);
        check.compare(std::span(run).first(23));
        EXPECT_FALSE(check.first_difference().has_value());
        check.compare(run);
        EXPECT_EQ(check.first_difference(), 230);
        EXPECT_EQ(check.same_until(), 220);
    }
    const auto record = record_of(stencil_config(), 50);
    double& mismatch = record->samples[7].mismatch[offset_slot(1)];
    mismatch = std::nextafter(mismatch, 1e9);
    RerunCheck check(record, {});
    check.compare(run_of(stencil_config(), 50));
    EXPECT_EQ(check.first_difference(), 70);
}

TEST(RerunCheck, FiguresThatAnOlderRecordLacksAreNoDifference) {
    for (double MetricSample::*const figure :
         {&MetricSample::mirrored_loss, &MetricSample::new_loss, &MetricSample::mirrored_accuracy,
          &MetricSample::new_accuracy}) {
        const auto record = record_of({}, 10);
        std::vector<MetricSample> run = run_of({}, 10);
        for (std::size_t i = 0; i < run.size(); ++i) {
            run[i].*figure = 0.5;
            record->samples[i].*figure = std::numeric_limits<double>::quiet_NaN();
        }
        RerunCheck older(record, {});
        older.compare(run);
        EXPECT_EQ(older.same_until(), 90);
        record->samples[6].*figure = std::nextafter(0.5, 1);
        RerunCheck other(record, {});
        other.compare(run);
        EXPECT_EQ(other.first_difference(), 60);
    }
}

TEST(RerunCheck, WhatIsMissingInBothIsTheSameAndInOneIsNot) {
    const auto record = record_of({}, 10);
    std::vector<MetricSample> run = run_of({}, 10);
    run[4].test_loss = std::numeric_limits<double>::infinity(); // kept as missing
    record->samples[4].test_loss = std::numeric_limits<double>::quiet_NaN();
    RerunCheck same(record, {});
    same.compare(run);
    EXPECT_EQ(same.same_until(), 90);
    record->samples[6].test_loss = std::numeric_limits<double>::quiet_NaN();
    RerunCheck other(record, {});
    other.compare(run);
    EXPECT_EQ(other.first_difference(), 60);
}

TEST(RerunCheck, OnlyEpochsThatBothHaveAreCompared) {
    const auto record = record_of({}, 20);
    record->samples.erase(record->samples.begin() + 5);
    RerunCheck check(record, {});
    check.compare(run_of({}, 20));
    EXPECT_EQ(check.same_until(), 190);
}

TEST(RerunCheck, TheSentencesNameEpochDayAndReason) {
    const auto record = record_of({}, 50);
    RerunCheck check(record, record->workplaces.front().workplace);
    check.compare(run_of({}, 40));
    EXPECT_EQ(text::rerun(check), "Same bits as the record of 2026-11-20 up to epoch 390.");
    EXPECT_EQ(text::rerun_short(check), "= record of 2026-11-20 to 390");
    record->samples[12].test_loss += 1;
    RerunCheck changed(record, record->workplaces.front().workplace);
    changed.compare(run_of({}, 40));
    EXPECT_NE(text::rerun(changed).find("from epoch 120 on. Program, step and machine are the "
                                        "same"),
              std::string::npos)
        << text::rerun(changed);
    record->workplaces = {{0, {"0.1.0", "fused, AVX2, 2 threads", "lab, Linux 6, BLAS OpenBLAS"}}};
    RerunCheck elsewhere(record, {"0.2.0", "fused, AVX-512, 1 thread", "hall, Linux 6, BLAS MKL"});
    elsewhere.compare(run_of({}, 40));
    EXPECT_EQ(
        text::rerun(elsewhere),
        "Other bits than the record of 2026-11-20 from epoch 120 on. Possible reason: the "
        "program was \"0.1.0\", here it is \"0.2.0\", the step was \"AVX2\", here it is "
        "\"AVX-512\", the machine was \"lab, BLAS OpenBLAS\", here it is \"hall, BLAS MKL\".");
    RerunCheck threads(record, {"0.1.0", "fused, AVX2, 1 thread", "lab, Linux 6, BLAS OpenBLAS"});
    threads.compare(run_of({}, 40));
    EXPECT_NE(text::rerun(threads).find("are the same"), std::string::npos)
        << "no bit depends on the number of threads";
    EXPECT_EQ(text::rerun_short(elsewhere), "not as on 2026-11-20 from 120 on");
    // The record itself went on elsewhere before it differs, or only after.
    const Workplace here{"0.1.0", "fused, AVX2, 1 thread", "lab, Linux 6, BLAS OpenBLAS"};
    record->workplaces.push_back(
        {100, {"0.1.0", "fused, SSSE3, 1 thread", "lab, Linux 6, BLAS OpenBLAS"}});
    RerunCheck moved(record, here);
    moved.compare(run_of({}, 40));
    EXPECT_NE(text::rerun(moved).find("the step was \"SSSE3\", here it is \"AVX2\""),
              std::string::npos)
        << text::rerun(moved);
    record->workplaces.back().epoch = 121;
    RerunCheck later(record, here);
    later.compare(run_of({}, 40));
    EXPECT_NE(text::rerun(later).find("are the same"), std::string::npos) << text::rerun(later);
}

TEST(RecordedGrokking, SaysAtWhichEpochsAndOfHowManyRuns) {
    KnownRuns known;
    EXPECT_EQ(text::recorded_grokking(known), "");
    EXPECT_EQ(text::recorded_grokking_short(known), "");
    known.grok_epochs = {3140, 4100, 4200, 4980};
    EXPECT_EQ(text::recorded_grokking(known),
              "4 recorded runs with these settings grokked, at epoch 3,140 to 4,980.");
    EXPECT_EQ(text::recorded_grokking_short(known), "not yet; others at 3,140 to 4,980");
    known.without_grok = 1;
    known.without_grok_until = 25000;
    known.same_seed = 4200;
    EXPECT_EQ(text::recorded_grokking(known),
              "4 recorded runs with these settings grokked, at epoch 3,140 to 4,980; 1 had not by "
              "epoch 25,000. This seed: 4,200.");
    EXPECT_EQ(text::recorded_grokking_short(known), "not yet; last time at 4,200");
    known = {};
    known.grok_epochs = {3140};
    EXPECT_EQ(text::recorded_grokking(known),
              "One recorded run with these settings grokked, at epoch 3,140.");
    known = {};
    known.without_grok = 2;
    known.without_grok_until = 6000;
    EXPECT_EQ(text::recorded_grokking(known),
              "None of 2 recorded runs with these settings had grokked by epoch 6,000.");
}

/// A window with a notebook, and the test in place of the file worker.
class RecordControllerTest : public testing::Test {
protected:
    RunId add(const RunConfig& config, int samples) {
        const RunId id = commands.new_run_id();
        EXPECT_TRUE(
            channels.events.try_push(event::RunAdded{id, config, "fused, AVX2", false, {}}));
        EXPECT_TRUE(channels.events.try_push(event::StateChanged{id, RunState::kRunning, 0, {}}));
        more(id, config, 0, samples);
        view.selected = id;
        return id;
    }
    void more(RunId id, const RunConfig& config, int first, int count) {
        for (int i = first; i < first + count; ++i) {
            EXPECT_TRUE(channels.metrics.try_push(fake::sample_at(id, config, i * 10)));
        }
        (void)book.drain(channels);
    }
    ActionContext context() { return {book, view, commands}; }
    bool turn() {
        (void)files.update(context(), {});
        const bool changed = records.update(context(), files);
        (void)files.update(context(), {});
        return changed;
    }
    /// The question under way; fails the test when there is none.
    file_request::LookUp question() {
        std::optional<FileRequest> request = file_channels.requests.try_pop();
        EXPECT_TRUE(request.has_value());
        job = request ? request->job : 0;
        return request ? std::get<file_request::LookUp>(request->body) : file_request::LookUp{};
    }
    bool asked() { return file_channels.requests.try_pop().has_value(); }
    void answer(const KnownRuns& known) {
        EXPECT_TRUE(file_channels.replies.try_push(
            {job, file_reply::Known{std::make_shared<const KnownRuns>(known)}}));
    }

    Channels channels;
    FileChannels file_channels;
    StoreStatus status{"/data/notebook.db", "", 0, 0, {}, {}, {}};
    RunBook book;
    ViewState view;
    CommandSink commands;
    std::uint64_t job = 0;
    FileController files{{.channels = &file_channels,
                          .folders = {},
                          .store_status = [this] { return &status; },
                          .ask_store = {},
                          .offers = {}}};
    RecordController records;
};

using Records = RecordControllerTest;

TEST_F(Records, AsksOnceForEachKindOfRunAndKeepsTheAnswer) {
    const RunConfig config;
    add(config, 3);
    turn();
    const auto wanted = question();
    EXPECT_EQ(wanted.notebook, "/data/notebook.db");
    EXPECT_EQ(course_of(wanted.config), course_of(config));
    EXPECT_FALSE(wanted.with_earlier);
    EXPECT_EQ(records.known(config), nullptr);
    turn();
    EXPECT_FALSE(asked()) << "one question at a time";
    KnownRuns known;
    known.grok_epochs = {3140};
    answer(known);
    EXPECT_TRUE(turn());
    ASSERT_NE(records.known(config), nullptr);
    EXPECT_EQ(records.known(config)->grok_epochs, known.grok_epochs);
    turn();
    EXPECT_FALSE(asked());
}

TEST_F(Records, AsksAnewOnceTheMarkOfARunThatGrokkedIsInTheNotebook) {
    const RunConfig config;
    const RunId waiting = add(config, 3);
    RunConfig second;
    second.seed = 1;
    const RunId grokking = add(second, 3);
    for (int i = 0; i < 2; ++i) {
        turn();
        (void)question();
        answer({});
    }
    turn();
    EXPECT_FALSE(asked());
    EXPECT_TRUE(channels.events.try_push(event::Mark{grokking, MarkKind::kGrokked, 20}));
    (void)book.drain(channels);
    turn();
    EXPECT_FALSE(asked()) << "the writer may not have it yet";
    status.commits = 1;
    turn();
    EXPECT_EQ(question().config.seed, book.find(waiting)->config.seed);
    answer({});
    status.commits = 2; // the first may have been under way
    turn();
    (void)question();
    answer({});
    status.commits = 3;
    turn();
    EXPECT_FALSE(asked());
}

TEST_F(Records, ComparesARunWithItsRecordOnceItsOwnHasBegun) {
    const RunConfig config;
    const RunId run = add(config, 3);
    view.selected = run;
    turn();
    EXPECT_FALSE(question().with_earlier) << "which record is its own is not known yet";
    answer({});
    status.runs = {{run, 12}};
    turn();
    const auto wanted = question();
    EXPECT_TRUE(wanted.with_earlier);
    EXPECT_EQ(wanted.itself, 12);
    KnownRuns known;
    const auto record = record_of(config, 50);
    record->samples[9].test_loss += 1;
    known.earlier = record;
    known.here = {"0.1.0", {}, "lab"};
    answer(known);
    turn();
    ASSERT_NE(records.check(run), nullptr);
    EXPECT_EQ(records.check(run)->same_until(), 20);
    EXPECT_EQ(records.check(run)->here(), (Workplace{"0.1.0", "fused, AVX2", "lab"}));
    more(run, config, 3, 20);
    turn();
    EXPECT_EQ(records.check(run)->first_difference(), 90);
}

TEST_F(Records, ARunThatIsResetIsComparedWithItsFirstLife) {
    const RunConfig config;
    const RunId run = add(config, 3);
    status.runs = {{run, 12}};
    turn();
    EXPECT_TRUE(question().with_earlier);
    answer({}); // its first life has no record before it
    turn();
    (void)question(); // of its kind
    answer({});
    EXPECT_TRUE(channels.events.try_push(event::RunReset{run, 1}));
    (void)book.drain(channels);
    MetricSample sample = fake::sample_at(run, config, 0);
    sample.life = 1;
    EXPECT_TRUE(channels.metrics.try_push(sample));
    (void)book.drain(channels);
    turn();
    EXPECT_FALSE(asked()) << "number 12 is still the first life's";
    status.runs = {{run, 13}};
    turn();
    const auto wanted = question();
    EXPECT_TRUE(wanted.with_earlier);
    EXPECT_EQ(wanted.itself, 13);
}

TEST_F(Records, AnAnswerThatComesTooLateIsNotTakenForTheNextLife) {
    const RunConfig config;
    const RunId run = add(config, 3);
    status.runs = {{run, 12}};
    turn();
    EXPECT_TRUE(question().with_earlier);
    EXPECT_TRUE(channels.events.try_push(event::RunReset{run, 1}));
    (void)book.drain(channels);
    KnownRuns known;
    known.earlier = record_of(config, 50);
    answer(known);
    turn();
    EXPECT_EQ(records.check(run), nullptr);
}

TEST_F(Records, TheFormAsksForWhatItShowsAndNeverForNonsense) {
    view.new_run_open = true;
    view.draft = RunConfig{};
    view.draft->p = 97;
    turn();
    EXPECT_EQ(question().config.p, 97);
    answer({});
    view.draft->p = 9999;
    turn();
    EXPECT_FALSE(asked());
}

TEST_F(Records, WithoutANotebookNothingIsAsked) {
    status.file = ":memory:";
    add({}, 3);
    turn();
    EXPECT_FALSE(asked());
}

TEST_F(Records, ANotebookThatCannotBeReadIsNotAskedAgainAtEveryTurn) {
    add({}, 3);
    turn();
    (void)question();
    EXPECT_TRUE(file_channels.replies.try_push({job, file_reply::Failed{"it is damaged", false}}));
    turn();
    turn();
    EXPECT_FALSE(asked());
    EXPECT_TRUE(view.banner.empty()) << "nobody asked for it";
}

} // namespace
} // namespace grokscope::ui
