// The inspector's thread: newest question wins, nobody waits for it, and a run that is gone is said
// to be gone.
#include "engine/inspect/inspector.h"

#include "engine/task/task.h"
#include "engine/train/recorder.h"
#include "engine/train/stored_run.h"
#include "tests/inspect/naive_ablation.h"
#include "tests/support/deadline.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <functional>
#include <initializer_list>
#include <map>
#include <stdexcept>
#include <thread>
#include <utility>

namespace grokscope {
namespace {

constexpr RunId kRun{4};

RunConfig small_config() {
    RunConfig config;
    config.p = 7;
    config.d_model = 32;
    config.d_mlp = 64;
    config.train_fraction = 0.5;
    return config;
}

TrainingState state_at(std::int32_t epoch) {
    TrainingState state(ModelShape::of(small_config()));
    state.parameters =
        test::random_parameters(ModelShape::of(small_config()), static_cast<unsigned>(epoch) + 1);
    state.epoch = epoch;
    return state;
}

/// An archive in memory that counts what is read.
struct FakeArchive {
    std::map<std::int32_t, Parameters> records;
    std::atomic<std::int64_t> number{9};
    std::atomic<std::uint64_t> place{1};
    bool broken = false;
    std::atomic<bool> absent{false}; ///< no notebook is in use yet
    std::atomic<int> reads{0};
    std::atomic<std::int64_t> read_number{0};
    std::atomic<int> measured{0};
    std::atomic<bool> measuring{false};
    std::atomic<bool> let_go{false};
    std::atomic<std::int64_t> measured_number{0};
};

class ArchiveView final : public WeightArchive {
public:
    explicit ArchiveView(std::shared_ptr<FakeArchive> archive) : archive_(std::move(archive)) {}
    std::optional<std::int64_t> find(const RunConfig& config,
                                     const std::optional<BranchPoint>&) override {
        return config == small_config() ? std::optional(archive_->number.load()) : std::nullopt;
    }
    std::uint64_t place() override {
        if (archive_->absent) {
            throw std::runtime_error("there is no notebook yet");
        }
        return archive_->place;
    }
    std::vector<std::int32_t> epochs(std::int64_t number) override {
        std::vector<std::int32_t> epochs;
        if (number == archive_->number) {
            for (const auto& [epoch, parameters] : archive_->records) {
                epochs.push_back(epoch);
            }
        }
        return epochs;
    }
    Parameters weights(std::int64_t number, std::int32_t epoch) override {
        ++archive_->reads;
        archive_->read_number = number;
        if (archive_->broken) {
            throw std::runtime_error("the disk is gone");
        }
        return archive_->records.at(epoch);
    }
    bool is_exact(std::int64_t, std::int32_t epoch) override { return epoch % 200 == 0; }
    bool measure_finished(std::int64_t number, WorkerPool&,
                          const std::function<bool()>& go_on) override {
        if (++archive_->measured < 3) {
            return false; // still being written
        }
        while (go_on() && !archive_->let_go) {
            archive_->measuring = true;
            std::this_thread::yield();
        }
        archive_->measured_number = number;
        return true;
    }

private:
    std::shared_ptr<FakeArchive> archive_;
};

/// The front end and the trainer of an inspector, both played by the test's thread.
class Harness {
public:
    explicit Harness(InspectorOptions options = {}) : inspector_(channels_, std::move(options)) {}

    Recorder& recorder() { return inspector_.recorder(); }

    void make_run(RunId run = kRun) {
        recorder().record(Event(event::RunAdded{run, small_config(), "fake"}));
        recorder().between_epochs(run, state_at(0), 0, Recorder::Moment::kMade);
    }
    void train(RunId run, std::int32_t epoch) {
        recorder().between_epochs(run, state_at(epoch), 0, Recorder::Moment::kTrained);
    }
    void rest(RunId run, std::int32_t epoch) {
        recorder().between_epochs(run, state_at(epoch), 0, Recorder::Moment::kResting);
    }
    void finish(RunId run) {
        recorder().record(Event(event::StateChanged{run, RunState::kRunning, 0, ""}));
        recorder().record(Event(event::StateChanged{run, RunState::kFinished, 100, "done"}));
    }
    void remove(RunId run) {
        recorder().record(Event(event::StateChanged{run, RunState::kRemoved, 0, ""}));
    }

    /// Asks and waits for the answer to this very question.
    InspectReply ask(InspectQuery query) {
        query.number = ++number_;
        channels_.ask(query);
        EXPECT_TRUE(deadline_.wait_for([&] {
            return channels_.reply.refresh() && channels_.reply.value().query.number == number_;
        })) << "no answer came";
        return channels_.reply.value();
    }
    InspectReply ask(RunId run, std::int32_t epoch) {
        InspectQuery query;
        query.run = run;
        query.epoch = epoch;
        return ask(query);
    }

    InspectChannels& channels() { return channels_; }
    std::uint64_t next_number() { return ++number_; }
    [[nodiscard]] const test::Deadline& deadline() const { return deadline_; }

private:
    test::Deadline deadline_{std::chrono::seconds(60)};
    InspectChannels channels_;
    std::uint64_t number_ = 0;
    Inspector inspector_; // last: gone before the channels
};

double loss_of(std::int32_t epoch) {
    const TrainingState state = state_at(epoch);
    const test::NaiveModel naive(state.parameters);
    const auto logits = naive.logits({}, {});
    const Task task = make_task(small_config());
    double loss = 0;
    for (std::size_t i = 0; i < task.test.size(); ++i) {
        const Pair pair = task.test.pairs[i];
        const auto& row = logits[static_cast<std::size_t>(pair.a * 7 + pair.b)];
        double total = 0;
        for (const double logit : row) {
            total += std::exp(logit);
        }
        loss += std::log(total) - row[task.test.labels[i]];
    }
    return loss / static_cast<double>(task.test.size());
}

TEST(Inspector, AnswersFromTheNewestRecordedWeightsAtOrBeforeTheEpoch) {
    Harness harness;
    harness.make_run();
    for (std::int32_t epoch = 1; epoch <= 250; ++epoch) {
        harness.train(kRun, epoch);
    }
    for (const auto& [asked, used] :
         {std::pair{0, 0}, {99, 0}, {100, 100}, {199, 100}, {250, 200}}) {
        const InspectReply reply = harness.ask(kRun, asked);
        EXPECT_EQ(reply.problem, "");
        EXPECT_EQ(reply.epoch, used) << "asked for " << asked;
        EXPECT_EQ(reply.query.epoch, asked);
        EXPECT_NEAR(reply.intact.figures.test_loss, loss_of(used), 1e-5);
        EXPECT_EQ(reply.memory.records, 3U); // 0, 100, 200
        EXPECT_FALSE(reply.from_notebook);
        EXPECT_GT(reply.milliseconds, 0);
    }
}

TEST(Inspector, RecordsWeightsAtMarksToo) {
    Harness harness;
    harness.make_run();
    // A mark of a run that does not train is an old one, told again.
    harness.recorder().record(Event(event::Mark{kRun, MarkKind::kMemorised, 20}));
    harness.train(kRun, 21);
    EXPECT_EQ(harness.ask(kRun, 99).epoch, 0);
    harness.recorder().record(Event(event::StateChanged{kRun, RunState::kRunning, 0, ""}));
    harness.train(kRun, 41);
    harness.recorder().record(Event(event::Mark{kRun, MarkKind::kGrokked, 41}));
    harness.train(kRun, 42);
    harness.train(kRun, 43);
    EXPECT_EQ(harness.ask(kRun, 99).epoch, 42);
}

TEST(Inspector, AtRestTheWeightsTheRunStandsAtAnswer) {
    Harness harness;
    harness.make_run();
    harness.train(kRun, 200);
    harness.train(kRun, 250);
    EXPECT_EQ(harness.ask(kRun, 250).epoch, 200);
    harness.rest(kRun, 250); // paused, stable or at its end
    const InspectReply reply = harness.ask(kRun, 250);
    EXPECT_EQ(reply.epoch, 250);
    EXPECT_NEAR(reply.intact.figures.test_loss, loss_of(250), 1e-5);
    EXPECT_EQ(harness.ask(kRun, 249).epoch, 200);
}

std::shared_ptr<FakeArchive> archive_of(std::initializer_list<std::int32_t> epochs) {
    auto archive = std::make_shared<FakeArchive>();
    for (const std::int32_t epoch : epochs) {
        archive->records.emplace(epoch, state_at(epoch).parameters);
    }
    return archive;
}

InspectorOptions remembering(std::shared_ptr<FakeArchive> archive,
                             std::size_t budget = InspectorOptions{}.memory_budget) {
    InspectorOptions options;
    options.memory_budget = budget;
    options.archive = std::make_unique<ArchiveView>(std::move(archive));
    return options;
}

TEST(Inspector, WhereTheArchiveHasNoneOfARestItHasThoseBefore) {
    const auto archive = std::make_shared<FakeArchive>();
    Harness harness(remembering(archive, 1)); // memory holds the first and the last
    harness.make_run();
    for (const std::int32_t epoch : {100, 200, 300, 400, 500}) {
        if (epoch == 300) {
            harness.rest(kRun, 250);
        }
        harness.train(kRun, epoch);
        archive->records.emplace(epoch, state_at(epoch).parameters);
        (void)harness.ask(kRun, epoch); // it has thinned them
    }
    const InspectReply reply = harness.ask(kRun, 260);
    EXPECT_EQ(reply.epoch, 200);
    EXPECT_TRUE(reply.from_notebook);
    EXPECT_NEAR(reply.intact.figures.test_loss, loss_of(200), 1e-5);
}

TEST(Inspector, WhereTheArchiveIsSparserThanMemoryItsNewestAnswers) {
    const auto archive = archive_of({0, 400, 800}); // as of a byte budget
    Harness harness(remembering(archive, 1));       // memory holds the first and the last
    harness.make_run();
    for (std::int32_t epoch = 100; epoch <= 1000; epoch += 100) {
        harness.train(kRun, epoch);
        (void)harness.ask(kRun, epoch); // it has thinned them
    }
    const InspectReply reply = harness.ask(kRun, 750);
    EXPECT_EQ(reply.epoch, 400);
    EXPECT_TRUE(reply.from_notebook);
    EXPECT_NEAR(reply.intact.figures.test_loss, loss_of(400), 1e-5);
    EXPECT_EQ(harness.ask(kRun, 1000).epoch, 1000);
    EXPECT_FALSE(harness.ask(kRun, 1000).from_notebook);
}

TEST(Inspector, SaysWhatIsWrongInOneSentence) {
    Harness harness;
    EXPECT_EQ(harness.ask(kRun, 10).problem, "there is no run 4; it may have been removed");
    harness.make_run();
    EXPECT_EQ(harness.ask(kRun, 10).problem, "");
    EXPECT_EQ(harness.ask(kRun, -1).problem, "run 4 has no recorded weights at epoch -1 or before");
    InspectQuery query;
    query.run = kRun;
    query.ablation.frequencies = {4};
    EXPECT_EQ(harness.ask(query).problem,
              "a frequency of a group of 7 elements must lie between 1 and 3, got 4");
    harness.remove(kRun);
    EXPECT_EQ(harness.ask(kRun, 10).problem, "there is no run 4; it may have been removed");
    EXPECT_EQ(harness.ask(kRun, 10).memory.records, 0U);
}

TEST(Inspector, AResetRunHasOnlyItsNewWeights) {
    Harness harness;
    harness.make_run();
    harness.train(kRun, 100);
    EXPECT_EQ(harness.ask(kRun, 100).epoch, 100);
    harness.recorder().record(Event(event::RunReset{kRun, 1}));
    harness.recorder().between_epochs(kRun, state_at(0), 0, Recorder::Moment::kMade);
    const InspectReply reply = harness.ask(kRun, 100);
    EXPECT_EQ(reply.epoch, 0);
    EXPECT_EQ(reply.life, 1U);
}

TEST(Inspector, TheNewestQuestionWinsAndNobodyWaits) {
    std::atomic<int> woken{0};
    InspectorOptions options;
    options.wake_front_end = [&] { ++woken; };
    Harness harness(std::move(options));
    harness.make_run();
    std::uint64_t last = 0;
    for (int i = 0; i < 2000; ++i) { // far faster than answers can come
        InspectQuery query;
        query.run = kRun;
        query.epoch = i;
        query.number = last = harness.next_number();
        harness.channels().ask(query);
    }
    std::uint64_t newest = 0;
    ASSERT_TRUE(harness.deadline().wait_for([&] {
        if (harness.channels().reply.refresh()) {
            const std::uint64_t number = harness.channels().reply.value().query.number;
            EXPECT_GE(number, newest); // never back in time
            newest = number;
        }
        return newest == last;
    }));
    EXPECT_EQ(harness.channels().reply.value().query.epoch, 1999);
    EXPECT_LT(woken.load(), 2000); // some were overtaken
}

TEST(Inspector, ATrainerAndAFrontEndOnTheirOwnThreadsGetOn) {
    InspectChannels channels;
    Inspector inspector(channels, {});
    const test::Deadline deadline;
    std::atomic<bool> done{false};
    // More weights than the ring holds, while questions are asked.
    std::jthread trainer([&] {
        Recorder& recorder = inspector.recorder();
        recorder.record(Event(event::RunAdded{kRun, small_config(), "fake"}));
        TrainingState state = state_at(0);
        recorder.between_epochs(kRun, state, 0, Recorder::Moment::kMade);
        for (std::int32_t epoch = 100; epoch <= 60'000; epoch += 100) {
            state.epoch = epoch;
            recorder.between_epochs(kRun, state, 0, Recorder::Moment::kTrained);
        }
        while (!recorder.flush() && !deadline.passed()) {
            std::this_thread::yield();
        }
        done = true;
    });
    std::uint64_t number = 0;
    int answers = 0;
    std::int32_t newest = -1;
    ASSERT_TRUE(deadline.wait_for([&] {
        InspectQuery query;
        query.run = kRun;
        query.epoch = 60'000;
        query.number = ++number;
        channels.ask(query);
        if (channels.reply.refresh() && channels.reply.value().problem.empty()) {
            ++answers;
            EXPECT_GE(channels.reply.value().epoch, newest);
            newest = channels.reply.value().epoch;
        }
        return done && newest == 60'000;
    }));
    EXPECT_GT(answers, 0);
}

TEST(Inspector, ReadsBackWhatWasThinnedOut) {
    const auto archive = std::make_shared<FakeArchive>();
    for (std::int32_t epoch = 0; epoch <= 1000; epoch += 100) {
        archive->records.emplace(epoch, state_at(epoch).parameters);
    }
    Harness harness(remembering(archive, 4 * state_at(0).parameters.flat().size_bytes()));
    harness.make_run();
    for (std::int32_t epoch = 100; epoch <= 1000; epoch += 100) {
        harness.train(kRun, epoch);
    }
    int read_back = 0;
    for (std::int32_t epoch = 0; epoch <= 1000; epoch += 100) {
        const InspectReply reply = harness.ask(kRun, epoch);
        EXPECT_EQ(reply.epoch, epoch);
        EXPECT_NEAR(reply.intact.figures.test_loss, loss_of(epoch), 1e-5);
        EXPECT_LE(reply.memory.bytes, reply.memory.budget);
        read_back += reply.from_notebook ? 1 : 0;
    }
    EXPECT_GE(read_back, 6);
    EXPECT_EQ(archive->reads.load(), read_back);
}

TEST(Inspector, ANumberIsOfTheRecordInWhichItWasFound) {
    const auto archive = archive_of({0, 100, 200, 300});
    Harness harness(remembering(archive));
    StoredRun stored{.number = 9,
                     .config = small_config(),
                     .state = state_at(250),
                     .metrics = {},
                     .snapshots = {},
                     .progress = {}};
    harness.recorder().resumed(kRun, stored);
    harness.recorder().record(Event(event::RunAdded{kRun, small_config(), "fake"}));
    EXPECT_EQ(harness.ask(kRun, 100).epoch, 100);
    EXPECT_EQ(archive->read_number.load(), 9);
    archive->number = 1; // the notebook was deleted, and the record begins anew in another one
    archive->place = 2;
    EXPECT_EQ(harness.ask(kRun, 200).epoch, 200);
    EXPECT_EQ(archive->read_number.load(), 1);
}

TEST(Inspector, WithoutAnArchiveTheNearestEarlierWeightsInMemoryAnswer) {
    for (const bool broken : {false, true}) {
        InspectorOptions options;
        options.memory_budget = 4 * state_at(0).parameters.flat().size_bytes();
        if (broken) {
            const auto archive = std::make_shared<FakeArchive>();
            archive->broken = true;
            options.archive = std::make_unique<ArchiveView>(archive);
        }
        Harness harness(std::move(options));
        harness.make_run();
        for (std::int32_t epoch = 100; epoch <= 400; epoch += 100) {
            harness.train(kRun, epoch);
        }
        const InspectReply reply = harness.ask(kRun, 300); // thinned to 0, 200, 400
        EXPECT_EQ(reply.problem, "");
        EXPECT_EQ(reply.epoch, 200);
        EXPECT_NEAR(reply.intact.figures.test_loss, loss_of(200), 1e-5);
    }
}

TEST(Inspector, ARecordedRunIsReadFromTheNotebookUpToItsState) {
    const auto archive = archive_of({0, 100, 200, 300});
    Harness harness(remembering(archive));
    StoredRun stored{.number = 9,
                     .config = small_config(),
                     .state = state_at(250),
                     .metrics = {},
                     .snapshots = {},
                     .progress = {}};
    harness.recorder().resumed(kRun, stored);
    harness.recorder().record(Event(event::RunAdded{kRun, small_config(), "fake"}));
    for (const auto& [asked, used] :
         {std::pair{50, 0}, {130, 100}, {249, 200}, {250, 250}, {400, 250}}) {
        const InspectReply reply = harness.ask(kRun, asked);
        EXPECT_EQ(reply.epoch, used);
        EXPECT_NEAR(reply.intact.figures.test_loss, loss_of(used), 1e-5);
    }
}

TEST(Inspector, ARecordedRunIsReadThoughItsNotebookComesIntoUseLater) {
    const auto archive = archive_of({0, 100, 200, 300});
    archive->absent = true;
    Harness harness(remembering(archive));
    harness.recorder().resumed(kRun, {.number = 9,
                                      .config = small_config(),
                                      .state = state_at(250),
                                      .metrics = {},
                                      .snapshots = {},
                                      .progress = {}});
    harness.recorder().record(Event(event::RunAdded{kRun, small_config(), "fake"}));
    EXPECT_EQ(harness.ask(kRun, 130).problem,
              "run 4 has no recorded weights at epoch 130 or before");
    archive->absent = false;
    for (const auto& [asked, used] : {std::pair{130, 100}, {50, 0}, {250, 250}}) {
        const InspectReply reply = harness.ask(kRun, asked);
        EXPECT_EQ(reply.problem, "");
        EXPECT_EQ(reply.epoch, used);
    }
}

TEST(Inspector, MeasuresAFinishedRunAgainAndAnswersMeanwhile) {
    const auto archive = std::make_shared<FakeArchive>();
    Harness harness(remembering(archive));
    harness.make_run();
    harness.finish(kRun);
    ASSERT_TRUE(harness.deadline().wait_for([&] { return archive->measuring.load(); }));
    EXPECT_EQ(harness.ask(kRun, 10).problem, ""); // while it measures
    EXPECT_EQ(archive->measured_number.load(), 0);
    archive->let_go = true;
    ASSERT_TRUE(harness.deadline().wait_for([&] { return archive->measured_number != 0; }));
    EXPECT_EQ(archive->measured_number.load(), 9);
    EXPECT_EQ(archive->measured.load(), 3); // asked again until the record was complete
}

TEST(Inspector, EndsAtOnceWhileItMeasures) {
    const auto archive = std::make_shared<FakeArchive>();
    InspectorOptions options;
    options.archive = std::make_unique<ArchiveView>(archive);
    {
        Harness harness(std::move(options));
        harness.make_run();
        harness.finish(kRun);
        ASSERT_TRUE(harness.deadline().wait_for([&] { return archive->measuring.load(); }));
    } // would hang if go_on() did not tell
    EXPECT_EQ(archive->measured_number.load(), 9);
}

} // namespace
} // namespace grokscope
