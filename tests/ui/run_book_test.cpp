// The window's record of every run: complete, in order, within its budget.
#include "ui/core/run_book.h"

#include "tests/support/deadline.h"
#include "tests/ui/fake_engine.h"
#include "ui/core/text.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <utility>
#include <vector>

namespace grokscope::ui {
namespace {

constexpr RunId kRun{1};

void add_run(Channels& channels, RunId id, const RunConfig& config) {
    ASSERT_TRUE(channels.events.try_push(event::RunAdded{id, config, "made up"}));
}

void push_sample(Channels& channels, RunId id, const RunConfig& config, int epoch,
                 std::uint32_t life = 0) {
    MetricSample sample = fake::sample_at(id, config, epoch);
    sample.life = life;
    ASSERT_TRUE(channels.metrics.try_push(sample));
}

RunConfig small_config() {
    RunConfig config;
    config.p = 13;
    config.d_model = 32;
    return config;
}

TEST(RunBook, KeepsEverySampleInOrder) {
    Channels channels;
    RunBook book;
    add_run(channels, kRun, {});
    for (int epoch = 0; epoch < 500; epoch += 10) {
        push_sample(channels, kRun, {}, epoch);
        if (epoch % 80 == 0) {
            EXPECT_TRUE(book.drain(channels));
        }
    }
    EXPECT_TRUE(book.drain(channels));
    EXPECT_FALSE(book.drain(channels));
    const RunRecord* run = book.find(kRun);
    ASSERT_NE(run, nullptr);
    ASSERT_EQ(run->samples.size(), 50U);
    for (std::size_t i = 0; i < run->samples.size(); ++i) {
        EXPECT_EQ(run->samples[i].epoch, static_cast<int>(i) * 10);
        EXPECT_EQ(run->curves.test_loss.y()[i], run->samples[i].test_loss);
    }
    EXPECT_EQ(run->last_epoch(), 490);
}

TEST(RunBook, KeepsWhatArrivesBeforeItsRunAndDropsWhatFollowsARemovedOne) {
    Channels channels;
    RunBook book;
    const RunId other{2};
    push_sample(channels, kRun, {}, 0);
    ASSERT_TRUE(channels.snapshots.try_push(fake::snapshot_at(kRun, small_config(), 0)));
    EXPECT_FALSE(book.drain(channels));
    push_sample(channels, kRun, {}, 10);
    push_sample(channels, other, {}, 0);
    add_run(channels, kRun, {});
    EXPECT_TRUE(book.drain(channels));
    const RunRecord* run = book.find(kRun);
    ASSERT_NE(run, nullptr);
    ASSERT_EQ(run->samples.size(), 2U);
    EXPECT_EQ(run->samples[0].epoch, 0);
    EXPECT_EQ(run->samples[1].epoch, 10);
    EXPECT_EQ(run->spectra.size(), 1U);
    add_run(channels, other, {});
    EXPECT_TRUE(book.drain(channels));
    EXPECT_EQ(book.find(other)->samples.size(), 1U);
    ASSERT_TRUE(channels.events.try_push(event::StateChanged{other, RunState::kRemoved, -1, {}}));
    EXPECT_TRUE(book.drain(channels));
    push_sample(channels, other, {}, 10);
    (void)book.drain(channels);
    EXPECT_FALSE(book.drain(channels)) << "it waits for nothing";
}

// ------------------------------------------------------------------- runs that would look alike

void add_branch(Channels& channels, RunId id, const RunConfig& config, int epoch) {
    ASSERT_TRUE(channels.events.try_push(
        event::RunAdded{id, config, "made up", false, BranchPoint{"made up", epoch}}));
}

TEST(RunBook, BranchesAndTwinsHaveNamesOfTheirOwn) {
    Channels channels;
    RunBook book;
    add_run(channels, RunId{1}, {});
    add_branch(channels, RunId{2}, {}, 0);
    add_branch(channels, RunId{3}, {}, 0);
    add_branch(channels, RunId{4}, {}, 2300);
    RunConfig smaller;
    smaller.p = 59;
    add_run(channels, RunId{5}, smaller);
    RunConfig sown = smaller;
    sown.seed = 7;
    add_run(channels, RunId{6}, sown);
    (void)book.drain(channels);
    const auto name = [&](std::uint32_t id) {
        return text::run_name(*book.find(RunId{id}), false);
    };
    EXPECT_EQ(name(1), "baseline");
    EXPECT_EQ(name(2), "baseline from 0");
    EXPECT_EQ(name(3), "baseline from 0 (2)");
    EXPECT_EQ(name(4), "baseline from 2,300");
    EXPECT_EQ(name(5), "baseline (2)") << "of another p, but it is called the same";
    EXPECT_EQ(name(6), "baseline") << "its seed tells it apart";
    EXPECT_EQ(text::run_name(*book.find(RunId{5}), true), "baseline 999 (2)");
}

TEST(RunBook, NoTwoRunsHaveOneShapeAsLongAsThereAreShapes) {
    Channels channels;
    RunBook book;
    std::vector<Stencil> stencils{Stencil()};
    for (const std::vector<int>& offsets : std::vector<std::vector<int>>{{-1},
                                                                         {0},
                                                                         {1},
                                                                         {-1, 0},
                                                                         {0, 1},
                                                                         {-1, 1},
                                                                         {-1, 0, 1},
                                                                         {2},
                                                                         {-2},
                                                                         {-2, 2},
                                                                         {8},
                                                                         {-8, 8}}) {
        stencils.push_back(Stencil::of(offsets));
    }
    std::uint32_t id = 0;
    for (std::uint32_t seed = 1; seed <= 3; ++seed) {
        for (const Stencil& stencil : stencils) {
            RunConfig config;
            config.stencil = stencil;
            config.seed = seed;
            add_run(channels, RunId{++id}, config);
        }
        add_branch(channels, RunId{++id}, {}, 0);
    }
    (void)book.drain(channels);
    ASSERT_EQ(book.runs().size(), 42U);
    std::set<std::pair<int, MarkerShape>> seen;
    for (const auto& run : book.runs()) {
        const CurveShape shape = run->shape.value_or(shape_of(run->config));
        EXPECT_TRUE(seen.insert({shape.dash, shape.marker}).second) << text::run_name(*run, true);
    }
    for (std::size_t i = 0; i < stencils.size(); ++i) {
        EXPECT_FALSE(book.runs()[i]->shape) << "the first of a stencil looks as its button does";
    }
}

TEST(RunBook, ALookIsKeptWhenOthersGoAndAFreeOneIsTakenAgain) {
    Channels channels;
    RunBook book;
    add_branch(channels, RunId{1}, {}, 0);
    add_branch(channels, RunId{2}, {}, 0);
    add_branch(channels, RunId{3}, {}, 0);
    (void)book.drain(channels);
    const auto shape = [&](std::uint32_t id) { return book.find(RunId{id})->shape; };
    const auto second = shape(2);
    const auto third = shape(3);
    ASSERT_TRUE(second && third);
    EXPECT_NE(second->dash, third->dash);
    EXPECT_NE(second->dash, 0) << "another dash before another marker";
    book.set_aside(std::vector{RunId{2}}); // removed, but it can come back
    add_branch(channels, RunId{4}, {}, 0);
    (void)book.drain(channels);
    EXPECT_EQ(text::run_name(*book.find(RunId{4}), false), "baseline from 0 (4)");
    EXPECT_NE(shape(4), second);
    ASSERT_TRUE(channels.events.try_push(event::StateChanged{RunId{2}, RunState::kRemoved, 0, {}}));
    add_branch(channels, RunId{5}, {}, 0);
    (void)book.drain(channels);
    EXPECT_EQ(shape(3), third);
    EXPECT_EQ(shape(5), second);
    EXPECT_EQ(text::run_name(*book.find(RunId{5}), false), "baseline from 0 (2)");
}

TEST(RunBook, WhenAllShapesAreTakenTheyAreSharedEvenly) {
    Channels channels;
    RunBook book;
    for (std::uint32_t seed = 1; seed <= 86; ++seed) {
        RunConfig config;
        config.seed = seed;
        add_run(channels, RunId{seed}, config);
    }
    (void)book.drain(channels);
    std::map<std::pair<int, MarkerShape>, int> owners;
    for (const auto& run : book.runs()) {
        const CurveShape shape = run->shape.value_or(CurveShape{});
        ++owners[{shape.dash, shape.marker}];
    }
    EXPECT_EQ(owners.size(), 43U);
    for (const auto& [shape, count] : owners) {
        EXPECT_EQ(count, 2);
    }
}

TEST(RunBook, KeepsProgressRowsAndLeavesGapsWhereTheyLackAKeyFrequency) {
    Channels channels;
    RunBook book;
    const RunConfig config = small_config();
    add_run(channels, kRun, config);
    const int keys_from = fake::grok_epoch(config) / 2;
    for (const int epoch : {0, 50, keys_from + 50}) {
        push_sample(channels, kRun, config, epoch);
        ASSERT_TRUE(channels.progress.try_push(fake::progress_at(kRun, config, epoch)));
    }
    EXPECT_TRUE(book.drain(channels));
    const RunRecord* run = book.find(kRun);
    ASSERT_NE(run, nullptr);
    ASSERT_EQ(run->progress.size(), 3U);
    const RunCurves& curves = run->curves;
    for (const Series* const series :
         {&curves.full_loss, &curves.restricted_loss, &curves.excluded_loss, &curves.gini_W_E,
          &curves.gini_W_L, &curves.sum_squares}) {
        ASSERT_EQ(series->y().size(), 3U);
        EXPECT_TRUE(std::isfinite(series->y()[2]));
    }
    EXPECT_TRUE(std::isnan(curves.restricted_loss.y()[1]));
    EXPECT_TRUE(std::isnan(curves.excluded_loss.y()[1]));
    EXPECT_TRUE(std::isfinite(curves.full_loss.y()[1]));
    EXPECT_EQ(curves.sum_squares.y()[2], run->progress[2].total_sum_squares);
    ASSERT_NE(run->progress_at(70), nullptr);
    EXPECT_EQ(run->progress_at(70)->epoch, 50);

    ASSERT_TRUE(channels.events.try_push(event::RunReset{kRun, 1}));
    EXPECT_TRUE(book.drain(channels));
    EXPECT_TRUE(run->progress.empty());
    EXPECT_TRUE(run->curves.sum_squares.empty());
}

TEST(RunBook, DrawsAFinishedRecordWithItsFinalKeyFrequenciesUntilItIsTrainedOn) {
    Channels channels;
    RunBook book;
    const RunConfig config = small_config();
    event::RunAdded added{kRun, config, "made up"};
    added.recorded = true;
    ASSERT_TRUE(channels.events.try_push(added));
    for (const int epoch : {0, 50, 100}) {
        push_sample(channels, kRun, config, epoch);
        ProgressRow row = fake::progress_at(kRun, config, epoch);
        if (epoch != 50) { // no weights are recorded there
            row.final_measures.emplace();
            row.final_measures->key_frequencies = {3};
            row.final_measures->restricted_loss.all = 1.5 + epoch;
            row.final_measures->excluded_loss = 2.5 + epoch;
        }
        ASSERT_TRUE(channels.progress.try_push(std::move(row)));
    }
    EXPECT_TRUE(book.drain(channels));
    const RunRecord* run = book.find(kRun);
    ASSERT_NE(run, nullptr);
    const auto values = [](const Series& series) {
        return std::vector<double>(series.y().begin(), series.y().end());
    };
    EXPECT_EQ(values(run->curves.restricted_loss), (std::vector{1.5, 101.5}));
    EXPECT_EQ(values(run->curves.excluded_loss), (std::vector{2.5, 102.5}));
    EXPECT_EQ(run->curves.full_loss.size(), 3U);

    ASSERT_TRUE(channels.events.try_push(event::StateChanged{kRun, RunState::kRunning, 110, {}}));
    EXPECT_TRUE(book.drain(channels));
    ASSERT_TRUE(channels.progress.try_push(
        fake::progress_at(kRun, config, fake::grok_epoch(config) / 2 + 50)));
    EXPECT_TRUE(book.drain(channels));
    ASSERT_EQ(run->curves.restricted_loss.size(), 3U);
    EXPECT_EQ(run->curves.restricted_loss.y()[2], run->progress.back().restricted_loss.all);
}

TEST(RunBook, AnswersWithTheNewestRecordAtOrBeforeAnEpoch) {
    Channels channels;
    RunBook book;
    const RunConfig config = small_config();
    add_run(channels, kRun, config);
    for (const int epoch : {0, 20, 40}) {
        push_sample(channels, kRun, config, epoch);
        ASSERT_TRUE(channels.snapshots.try_push(fake::snapshot_at(kRun, config, epoch)));
    }
    ASSERT_TRUE(book.drain(channels));
    const RunRecord& run = *book.find(kRun);
    EXPECT_EQ(run.sample_at(-1), nullptr);
    EXPECT_EQ(run.sample_at(19)->epoch, 0);
    EXPECT_EQ(run.embedding_at(39)->epoch, 20);
    EXPECT_EQ(run.embedding_at(40)->epoch, 40);
    EXPECT_EQ(run.spectrum_at(1000), 2U);
    EXPECT_EQ(run.spectrum_at(-5), std::nullopt);
    EXPECT_GT(run.largest_amplitude, 0);
}

TEST(RunBook, AResetVoidsTheRecordAndWhatFollowsIsKept) {
    Channels channels;
    RunBook book;
    add_run(channels, kRun, {});
    push_sample(channels, kRun, {}, 0);
    push_sample(channels, kRun, {}, 10);
    ASSERT_TRUE(book.drain(channels));
    // Records travel beside events: one of the old life may still be on its way.
    push_sample(channels, kRun, {}, 20);
    ASSERT_TRUE(channels.events.try_push(event::RunReset{kRun, 1}));
    push_sample(channels, kRun, {}, 0, 1);
    ASSERT_TRUE(book.drain(channels));
    ASSERT_EQ(book.find(kRun)->samples.size(), 1U);
    EXPECT_EQ(book.find(kRun)->samples[0].epoch, 0);
    EXPECT_EQ(book.find(kRun)->generation, 1U);
}

TEST(RunBook, ANewLifeMayArriveBeforeTheEventThatAnnouncesIt) {
    Channels channels;
    RunBook book;
    add_run(channels, kRun, {});
    for (const int epoch : {0, 10, 20}) {
        push_sample(channels, kRun, {}, epoch);
    }
    push_sample(channels, kRun, {}, 0, 1);
    push_sample(channels, kRun, {}, 10, 1);
    ASSERT_TRUE(book.drain(channels));
    EXPECT_EQ(book.find(kRun)->samples.size(), 2U);
    ASSERT_TRUE(channels.events.try_push(event::RunReset{kRun, 1}));
    ASSERT_TRUE(book.drain(channels));
    EXPECT_EQ(book.find(kRun)->samples.size(), 2U) << "the late event must void nothing";
}

TEST(RunBook, RemovedRunsAreGoneWithTheirBytes) {
    Channels channels;
    RunBook book;
    const RunConfig config = small_config();
    add_run(channels, kRun, config);
    ASSERT_TRUE(channels.snapshots.try_push(fake::snapshot_at(kRun, config, 0)));
    ASSERT_TRUE(book.drain(channels));
    EXPECT_GT(book.embedding_bytes(), 13U * 32 * sizeof(float));
    ASSERT_TRUE(channels.events.try_push(event::StateChanged{kRun, RunState::kRemoved, 0, {}}));
    ASSERT_TRUE(book.drain(channels));
    EXPECT_TRUE(book.runs().empty());
    EXPECT_EQ(book.embedding_bytes(), 0U);
}

TEST(RunBook, ThinsEmbeddingsOverTheBudgetAndKeepsAllSpectra) {
    Channels channels;
    const RunConfig config = small_config();
    const std::size_t one = fake::snapshot_at(kRun, config, 0).embedding.size() * sizeof(float);
    RunBook book(one * 20);
    add_run(channels, kRun, config);
    for (int epoch = 0; epoch < 100 * 20; epoch += 20) {
        ASSERT_TRUE(channels.snapshots.try_push(fake::snapshot_at(kRun, config, epoch)));
        ASSERT_TRUE(book.drain(channels));
        EXPECT_LE(book.embedding_bytes(), book.embedding_budget());
    }
    const RunRecord& run = *book.find(kRun);
    EXPECT_EQ(run.spectra.size(), 100U);
    EXPECT_LT(run.embeddings.size(), 20U);
    EXPECT_EQ(run.embeddings.front().epoch, 0);
    EXPECT_EQ(run.embeddings.back().epoch, 1980);
    EXPECT_GT(book.thinnings(), 0);
}

TEST(RunBook, SpeedUpNeedsAPairedBaselineAndBothGrokEpochs) {
    Channels channels;
    RunBook book;
    RunConfig variant;
    variant.stencil = Stencil::of({-1, 1});
    RunConfig elsewhere = variant;
    elsewhere.seed = 5;
    add_run(channels, RunId{1}, {});
    add_run(channels, RunId{2}, variant);
    add_run(channels, RunId{3}, elsewhere);
    ASSERT_TRUE(channels.events.try_push(event::Mark{RunId{2}, MarkKind::kGrokked, 2000}));
    ASSERT_TRUE(channels.events.try_push(event::Mark{RunId{3}, MarkKind::kGrokked, 2000}));
    ASSERT_TRUE(book.drain(channels));
    EXPECT_EQ(book.speed_up(*book.find(RunId{2})), std::nullopt) << "the baseline has no figure";
    MetricSample sample;
    sample.run = RunId{1};
    sample.epoch = 3000;
    ASSERT_TRUE(channels.metrics.try_push(sample));
    ASSERT_TRUE(book.drain(channels));
    EXPECT_EQ(book.speed_up(*book.find(RunId{2})), Bounded::above(1.5)) << "it still trains";
    ASSERT_TRUE(channels.events.try_push(event::Mark{RunId{1}, MarkKind::kGrokked, 5000}));
    ASSERT_TRUE(book.drain(channels));
    EXPECT_EQ(book.speed_up(*book.find(RunId{2})), Bounded::exactly(2.5));
    EXPECT_EQ(book.lasting_speed_up(*book.find(RunId{2})), std::nullopt) << "no figures yet";
    for (std::int32_t epoch = 2000; epoch <= 6000; epoch += 10) {
        sample.run = RunId{2};
        sample.epoch = epoch;
        sample.train_accuracy = 1;
        sample.test_accuracy = epoch == 2000 || epoch >= 2500 ? 1 : 0.5;
        ASSERT_TRUE(channels.metrics.try_push(sample));
        if (epoch > 3000) {
            sample.run = RunId{1};
            sample.test_accuracy = epoch >= 5000 ? 1 : 0.5;
            ASSERT_TRUE(channels.metrics.try_push(sample));
        }
        ASSERT_TRUE(book.drain(channels));
    }
    EXPECT_EQ(book.lasting_speed_up(*book.find(RunId{2})), Bounded::exactly(2));
    EXPECT_EQ(text::lasting(book.find(RunId{2})->lasting, Bounded::exactly(2)),
              "lasts from 2,500  \xE2\x80\xA2  2.0x (1 pair)  \xE2\x80\xA2  lost 1 time");
    EXPECT_EQ(text::lasting(book.find(RunId{3})->lasting, std::nullopt), "");
    RunConfig slow = variant;
    slow.stencil = Stencil::of({-1});
    add_run(channels, RunId{4}, slow);
    sample.run = RunId{4};
    sample.epoch = 8000;
    ASSERT_TRUE(channels.metrics.try_push(sample));
    ASSERT_TRUE(book.drain(channels));
    EXPECT_EQ(book.speed_up(*book.find(RunId{4})), std::nullopt) << "it may still grok";
    ASSERT_TRUE(channels.events.try_push(
        event::StateChanged{RunId{4}, RunState::kFinished, 8001, "all epochs"}));
    ASSERT_TRUE(book.drain(channels));
    EXPECT_EQ(book.speed_up(*book.find(RunId{4})), (Bounded{0, 5000.0 / 8000}));
    EXPECT_EQ(book.speed_up(*book.find(RunId{3})), std::nullopt) << "no baseline of that seed";
    EXPECT_EQ(book.speed_up(*book.find(RunId{1})), std::nullopt) << "a baseline has none";
    EXPECT_EQ(book.baseline_of(*book.find(RunId{2})), book.find(RunId{1}));
}

TEST(RunBook, KnowsTheSoftmaxCollapseAtAnEpoch) {
    RunRecord run;
    EXPECT_EQ(run.softmax_collapse(1000), std::nullopt);
    EXPECT_EQ(text::softmax_collapse(run.softmax_collapse(1000)), "");
    for (const auto& [epoch, share] : {std::pair{100, 0.0}, std::pair{200, 0.123}}) {
        run.readings[std::string(kCollapseInstrument)].rows.push_back(
            {.epoch = epoch,
             .instrument = std::string(kCollapseInstrument),
             .figures = {{std::string(kSoftmaxCollapse), {share}}}});
    }
    EXPECT_EQ(run.softmax_collapse(99), std::nullopt);
    EXPECT_EQ(run.softmax_collapse(199), 0);
    EXPECT_EQ(run.softmax_collapse(1000), 0.123);
    EXPECT_EQ(text::softmax_collapse(run.softmax_collapse(1000)), "softmax collapse 12.3 %");
}

TEST(RunBook, LeavesOutWhatIsOutOfOrderAndCountsIt) {
    Channels channels;
    RunBook book;
    const RunConfig config = small_config();
    add_run(channels, kRun, config);
    for (const int epoch : {0, 10, 10, 5, 20}) {
        push_sample(channels, kRun, config, epoch);
        ASSERT_TRUE(channels.snapshots.try_push(fake::snapshot_at(kRun, config, epoch)));
        ASSERT_TRUE(channels.progress.try_push(fake::progress_at(kRun, config, epoch)));
    }
    (void)book.drain(channels);
    const RunRecord* run = book.find(kRun);
    ASSERT_NE(run, nullptr);
    EXPECT_EQ(run->samples.size(), 3U);
    EXPECT_EQ(run->curves.test_loss.size(), 3U);
    EXPECT_EQ(run->spectra.size(), 3U);
    EXPECT_EQ(run->progress.size(), 3U);
    EXPECT_EQ(run->curves.full_loss.size(), 3U);
    EXPECT_EQ(book.misplaced(), 6U);
}

TEST(RunBook, RemembersTheFirstEpochThatIsNotANumber) {
    Channels channels;
    RunBook book;
    add_run(channels, kRun, {});
    for (const int epoch : {0, 10, 20}) {
        MetricSample sample = fake::sample_at(kRun, {}, epoch);
        if (epoch > 0) {
            sample.train_loss = std::numeric_limits<double>::quiet_NaN();
        }
        ASSERT_TRUE(channels.metrics.try_push(sample));
    }
    ASSERT_TRUE(book.drain(channels));
    EXPECT_EQ(book.find(kRun)->first_nan_epoch, 10);
    EXPECT_EQ(book.find(kRun)->samples.size(), 3U);
}

TEST(RunBook, PartsOfTheTestCurveBeginWhereTheyAreKnown) {
    Channels channels;
    RunBook book;
    add_run(channels, kRun, {});
    for (const int epoch : {0, 10, 20, 30}) {
        MetricSample sample;
        sample.run = kRun;
        sample.epoch = epoch;
        if (epoch == 10 || epoch == 30) { // a record that an older version began, and a gap
            sample.mirrored_accuracy = 0.25;
            sample.mirrored_loss = 4;
        }
        ASSERT_TRUE(channels.metrics.try_push(std::move(sample)));
    }
    ASSERT_TRUE(book.drain(channels));
    const RunCurves& curves = book.find(kRun)->curves;
    EXPECT_EQ(curves.test_accuracy.size(), 4U);
    ASSERT_EQ(curves.mirrored_accuracy.size(), 3U);
    EXPECT_EQ(curves.mirrored_accuracy.x()[0], 10);
    EXPECT_EQ(curves.mirrored_accuracy.y()[0], 0.25);
    EXPECT_TRUE(std::isnan(curves.mirrored_accuracy.y()[1]));
    EXPECT_EQ(curves.mirrored_loss.y()[2], 4);
    EXPECT_TRUE(curves.new_accuracy.empty()) << "there is no such pair";
}

TEST(RunBook, AFrozenWindowWithRingsOfEightSlotsLosesNothing) {
    ChannelSizes sizes;
    sizes.events = sizes.metrics = sizes.snapshots = sizes.progress = 8;
    Channels channels(sizes);
    const RunConfig config = small_config();
    ASSERT_TRUE(channels.commands.try_push(Command{1, command::AddRun{kRun, config, true}}));
    fake::EngineOptions options;
    options.epochs_per_second = 20'000;
    const fake::Engine engine(channels, options);
    channels.ring_doorbell();
    const test::Deadline deadline;
    ASSERT_TRUE(deadline.wait_for([&] { return channels.deferred.load() > 100; }));
    RunBook book;
    ASSERT_TRUE(deadline.wait_for([&] {
        (void)book.drain(channels);
        const RunRecord* run = book.find(kRun);
        return run != nullptr && run->last_epoch() > 5000;
    }));
    const RunRecord& run = *book.find(kRun);
    for (std::size_t i = 0; i < run.samples.size(); ++i) {
        ASSERT_EQ(run.samples[i].epoch, static_cast<int>(i) * config.eval_every);
    }
    for (std::size_t i = 0; i < run.spectra.size(); ++i) {
        ASSERT_EQ(run.spectra[i].epoch, static_cast<int>(i) * config.snapshot_every);
    }
    EXPECT_GT(book.deferred(), 100U);
}

TEST(RunBook, HandsOutEventsOnceAndInOrder) {
    Channels channels;
    RunBook book;
    add_run(channels, kRun, {});
    ASSERT_TRUE(channels.events.try_push(Acknowledgement{4, true, {}}));
    ASSERT_TRUE(book.drain(channels));
    const std::vector<Event> events = book.take_events();
    ASSERT_EQ(events.size(), 2U);
    EXPECT_TRUE(std::holds_alternative<event::RunAdded>(events[0]));
    EXPECT_EQ(std::get<Acknowledgement>(events[1]).number, 4U);
    EXPECT_TRUE(book.take_events().empty());
}

} // namespace
} // namespace grokscope::ui
