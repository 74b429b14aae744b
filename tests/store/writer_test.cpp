// The way from a run to the notebook: recorder, rings, writer's thread, and back.
#include "engine/store/notebook_recorder.h"
#include "engine/store/notebook_writer.h"
#include "engine/store/process_owner.h"
#include "engine/store/sqlite.h"
#include "engine/store/stored_run_reader.h"
#include "engine/train/state_hash.h"
#include "tests/store/scratch_folder.h"
#include "tests/store/small_run.h"
#include "tests/support/deadline.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#ifndef _WIN32
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>
#endif

#ifdef __linux__
namespace {

// What link() below goes by; the C library's place for it leaves no other than a global.
std::atomic<bool> links_are_refused{false};
std::atomic<int> refused_links{0};

/// While this lives, the file system has no hard links, as exFAT has none.
class WithoutLinks {
public:
    WithoutLinks() {
        refused_links = 0;
        links_are_refused = true;
    }
    ~WithoutLinks() { links_are_refused = false; }
    WithoutLinks(const WithoutLinks&) = delete;
    WithoutLinks& operator=(const WithoutLinks&) = delete;
};

} // namespace

/// Takes the place of the C library's in this program.
extern "C" int link(const char* from, const char* to) noexcept {
    if (links_are_refused) {
        ++refused_links;
        errno = EPERM;
        return -1;
    }
    return linkat(AT_FDCWD, from, AT_FDCWD, to, 0);
}
#endif

namespace grokscope {
namespace {

using store_test::contents_of;
using store_test::ScratchFolder;
using store_test::small_config;
using store_test::small_parts;
using store_test::write_file;
using test::Deadline;
using Moment = Recorder::Moment;

constexpr auto kRead = Notebook::Access::kReadOnly;
constexpr auto kWrite = Notebook::Access::kReadWrite;

/// A run with its recorder and its writer, in the order in which the trainer calls.
class Bench {
public:
    explicit Bench(const std::string& file, std::size_t item_slots = 4096) : rings_(item_slots) {
        writer_.emplace(rings_, WriterOptions{.file = file,
                                              .provenance = {.step = "",
                                                             .program_version = "9.9",
                                                             .host = "here",
                                                             .threads = 1,
                                                             .split_hash = "",
                                                             .parent = "",
                                                             .parent_epoch = 0},
                                              .owner = new_owner(),
                                              .wake_front_end = {}});
    }

    void add(const RunConfig& config, const StoredRun* stored = nullptr) {
        run_ = std::make_unique<grokscope::Run>(config, small_parts(), pool_);
        if (stored != nullptr) {
            recorder_.resumed(kId, *stored);
            run_->restore(stored->state, stored->wall_seconds);
        }
        recorder_.record(Event(event::RunAdded{kId, config, run_->step_description()}));
        recorder_.record(Event(event::StateChanged{kId, RunState::kIdle, run_->epoch(), ""}));
        if (stored == nullptr) {
            recorder_.between_epochs(kId, run_->state(), 0, Moment::kMade);
        }
    }
    /// A new run that trains so many epochs.
    void begin(const RunConfig& config, int epochs) {
        add(config);
        change_state(RunState::kRunning);
        train(epochs);
    }
    void mark(MarkKind kind) { recorder_.record(Event(event::Mark{kId, kind, run_->epoch() - 1})); }
    void change_state(RunState state) {
        if (state != RunState::kRunning) {
            recorder_.between_epochs(kId, run_->state(), run_->wall_seconds(), Moment::kResting);
        }
        recorder_.record(Event(event::StateChanged{kId, state, run_->epoch(), ""}));
    }
    void train(int epochs) {
        for (int i = 0; i < epochs; ++i) {
            if (const auto sample = run_->advance_one_epoch()) {
                MetricSample copy = *sample;
                copy.run = kId;
                recorder_.record(copy);
            }
            if (run_->epoch() % run_->config().snapshot_every == 0) {
                Snapshot snapshot = run_->make_snapshot();
                snapshot.run = kId;
                recorder_.record(snapshot);
            }
            recorder_.between_epochs(kId, run_->state(), run_->wall_seconds(), Moment::kTrained);
            recorder_.flush();
        }
    }
    std::string finish() {
        return writer_->finish([this] { return recorder_.flush(); });
    }

    /// As the window does it.
    void write(store_request::Words words) {
        StoreRequest request = std::move(words);
        ASSERT_TRUE(rings_.requests.try_push(request));
        rings_.doorbell.ring();
    }

    std::string rescue(const std::string& file) { return writer_->rescue(file); }

    /// Waits until the status fulfils the condition.
    template <typename Condition>
    [[nodiscard]] bool wait_for(Condition condition) {
        return deadline_.wait_for([&] {
            (void)rings_.status.refresh();
            recorder_.flush();
            return condition(rings_.status.value());
        });
    }

    StoreRings& rings() { return rings_; }
    NotebookRecorder& recorder() { return recorder_; }
    grokscope::Run& run() { return *run_; }

    static constexpr RunId kId{7};

private:
    Deadline deadline_;
    StoreRings rings_;
    NotebookRecorder recorder_{rings_};
    WorkerPool pool_{1};
    std::unique_ptr<grokscope::Run> run_;
    std::optional<NotebookWriter> writer_;
};

std::uint64_t uninterrupted(const RunConfig& config, int epochs) {
    WorkerPool pool(1);
    grokscope::Run run(config, small_parts(), pool);
    while (run.epoch() < epochs) {
        run.advance_one_epoch();
    }
    return hash_of(run.state());
}

TEST(NotebookWriter, KeepsARunThatTrained) {
    const ScratchFolder folder;
    const RunConfig config = small_config({-1, 0});
    Bench bench(folder / "notes.db");
    bench.begin(config, 230);
    bench.change_state(RunState::kPaused);
    EXPECT_EQ(bench.finish(), "");

    Notebook notebook(folder / "notes.db", kRead);
    const auto runs = notebook.runs();
    ASSERT_EQ(runs.size(), 1U);
    EXPECT_EQ(runs[0].config, config);
    EXPECT_EQ(runs[0].state, RunState::kPaused);
    EXPECT_EQ(runs[0].epoch, 230);
    EXPECT_EQ(runs[0].owner, "");
    EXPECT_EQ(runs[0].provenance.step, "arithmetic for tests");
    EXPECT_EQ(runs[0].provenance.program_version, "9.9");
    EXPECT_EQ(runs[0].provenance.split_hash.size(), 16U);
    EXPECT_EQ(notebook.metrics(runs[0].id).size(), 23U);
    EXPECT_EQ(notebook.spectra(runs[0].id).size(), 11U);
    EXPECT_EQ(notebook.weight_epochs(runs[0].id), (std::vector<std::int32_t>{0, 100, 200}));
    const auto checkpoint = notebook.checkpoint(runs[0].id);
    ASSERT_TRUE(checkpoint);
    EXPECT_EQ(hash_of(checkpoint->state), hash_of(bench.run().state()));
    EXPECT_EQ(notebook.events(runs[0].id).back().state, "paused");
}

TEST(NotebookWriter, RecordedWeightsAreThoseThatTrained) {
    const ScratchFolder folder;
    RunConfig config = small_config();
    Bench bench(folder / "notes.db");
    bench.begin(config, 1250);
    bench.mark(MarkKind::kGrokked); // at an epoch that is recorded for that alone
    bench.train(850);               // more than one chain of rounded records
    bench.change_state(RunState::kPaused);
    EXPECT_EQ(bench.finish(), "");
    Notebook notebook(folder / "notes.db", kRead);
    const StoredRunId run = notebook.runs().at(0).id;
    EXPECT_EQ(notebook.exact_weight_epochs(run), (std::vector<std::int32_t>{0, 1251}));
    WorkerPool pool(1);
    grokscope::Run again(config, small_parts(), pool);
    std::vector<std::int32_t> epochs = notebook.weight_epochs(run);
    ASSERT_EQ(epochs.size(), 23U);
    std::vector<Parameters> stored;
    for (const std::int32_t epoch : epochs) {
        while (again.epoch() < epoch) {
            again.advance_one_epoch();
        }
        stored.push_back(notebook.weights(run, epoch));
        const auto values = stored.back().flat();
        const auto flat = std::as_const(again.state().parameters).flat();
        if (epoch == 0 || epoch == 1251) {
            EXPECT_EQ(std::memcmp(values.data(), flat.data(), flat.size_bytes()), 0) << epoch;
            continue;
        }
        for (std::size_t i = 0; i < flat.size(); ++i) {
            ASSERT_NEAR(values[i], flat[i], 1.0 / 1024) << epoch; // all weights are below 1 here
        }
    }
    // The same in any order, and from a notebook that was not asked before.
    Notebook other(folder / "notes.db", kRead);
    for (std::size_t i = epochs.size(); i-- > 0;) {
        const Parameters weights = other.weights(run, epochs[i]);
        EXPECT_EQ(std::memcmp(weights.flat().data(), stored[i].flat().data(),
                              weights.flat().size_bytes()),
                  0)
            << epochs[i];
    }
}

TEST(NotebookWriter, MarksThatAreToldAgainRecordNoWeights) {
    const ScratchFolder folder;
    const RunConfig config = small_config();
    {
        Bench bench(folder / "notes.db");
        bench.begin(config, 150);
        bench.change_state(RunState::kPaused);
        EXPECT_EQ(bench.finish(), "");
    }
    std::shared_ptr<const StoredRun> stored;
    {
        Notebook notebook(folder / "notes.db", kRead);
        stored = read_for_resuming(notebook, StoredRunId{1});
    }
    Bench bench(folder / "notes.db");
    bench.add(config, stored.get());
    bench.mark(MarkKind::kMemorised); // as replay() tells it, before the run trains
    bench.change_state(RunState::kRunning);
    bench.train(100);
    EXPECT_EQ(bench.finish(), "");
    Notebook notebook(folder / "notes.db", kRead);
    EXPECT_EQ(notebook.weight_epochs(StoredRunId{1}), (std::vector<std::int32_t>{0, 100, 200}));
    EXPECT_EQ(notebook.marks(StoredRunId{1}).size(), 1U);
}

TEST(NotebookWriter, LosesNothingThroughARingOfOneSlot) {
    const ScratchFolder folder;
    Bench bench(folder / "notes.db", 1);
    bench.begin(small_config(), 2000);
    EXPECT_EQ(bench.finish(), "");
    Notebook notebook(folder / "notes.db", kRead);
    EXPECT_EQ(notebook.metrics(notebook.runs().at(0).id).size(), 200U);
    EXPECT_EQ(notebook.weight_epochs(notebook.runs().at(0).id).size(), 21U);
}

TEST(NotebookWriter, LeavesOutRunsThatNeverBegan) {
    const ScratchFolder folder;
    Bench bench(folder / "notes.db");
    bench.add(small_config());
    bench.change_state(RunState::kRemoved);
    EXPECT_EQ(bench.finish(), "");
    EXPECT_TRUE(Notebook(folder / "notes.db", kRead).runs().empty());
}

TEST(NotebookWriter, KeepsTheRecordOfARunThatIsReset) {
    const ScratchFolder folder;
    Bench bench(folder / "notes.db");
    bench.begin(small_config(), 50);
    bench.recorder().record(Event(event::RunReset{Bench::kId}));
    bench.recorder().between_epochs(Bench::kId, bench.run().state(), 0, Moment::kMade);
    bench.change_state(RunState::kRunning);
    bench.train(30);
    EXPECT_EQ(bench.finish(), "");
    Notebook notebook(folder / "notes.db", kRead);
    const auto runs = notebook.runs();
    ASSERT_EQ(runs.size(), 2U);
    EXPECT_EQ(notebook.metrics(runs[0].id).size(), 5U);
    EXPECT_EQ(notebook.metrics(runs[1].id).size(), 3U);
    EXPECT_EQ(runs[0].state, RunState::kPaused);
    EXPECT_EQ(runs[0].config, runs[1].config);
}

TEST(NotebookWriter, ARunGoesOnWithTheSameBits) {
    for (const std::vector<int>& offsets : {std::vector<int>{}, {-1, 0, 1}, {-8}}) {
        const ScratchFolder folder;
        const RunConfig config = small_config(offsets);
        {
            Bench bench(folder / "notes.db");
            bench.begin(config, 137);
            EXPECT_EQ(bench.finish(), "");
        }
        StoredRunId number{};
        for (int round = 0; round < 4; ++round) {
            std::shared_ptr<const StoredRun> stored;
            {
                Notebook notebook(folder / "notes.db", kRead);
                ASSERT_EQ(notebook.runs().size(), 1U);
                number = notebook.runs()[0].id;
                stored = read_for_resuming(notebook, number);
            }
            Bench bench(folder / "notes.db");
            bench.add(stored->config, stored.get());
            bench.change_state(RunState::kRunning);
            bench.train(round == 3 ? 300 - bench.run().epoch() : 23);
            if (round % 2 == 1) {
                bench.change_state(RunState::kPaused);
            }
            EXPECT_EQ(bench.finish(), "");
        }
        Notebook notebook(folder / "notes.db", kRead);
        const auto checkpoint = notebook.checkpoint(number);
        ASSERT_TRUE(checkpoint);
        EXPECT_EQ(checkpoint->epoch, 300);
        EXPECT_EQ(hash_of(checkpoint->state), uninterrupted(config, 300));
        EXPECT_EQ(notebook.metrics(number).size(), 30U);
        EXPECT_EQ(notebook.spectra(number).size(), 15U);
        EXPECT_EQ(notebook.weight_epochs(number), (std::vector<std::int32_t>{0, 100, 200, 300}));
        (void)notebook.weights(number, 300);
    }
}

TEST(NotebookWriter, GoesOnPastThePlannedEpochs) {
    const ScratchFolder folder;
    RunConfig config = small_config({0});
    config.epochs = 100;
    {
        Bench bench(folder / "notes.db");
        bench.begin(config, 100);
        bench.change_state(RunState::kFinished);
        EXPECT_EQ(bench.finish(), "");
    }
    std::shared_ptr<const StoredRun> stored;
    {
        Notebook notebook(folder / "notes.db", kRead);
        EXPECT_THROW((void)read_for_resuming(notebook, StoredRunId{1}), NotebookError);
        EXPECT_THROW((void)read_for_resuming(notebook, StoredRunId{1}, 90), NotebookError);
        stored = read_for_resuming(notebook, StoredRunId{1}, 150);
    }
    Bench bench(folder / "notes.db");
    bench.add(stored->config, stored.get());
    bench.change_state(RunState::kRunning);
    bench.train(50);
    bench.change_state(RunState::kFinished);
    EXPECT_EQ(bench.finish(), "");
    Notebook notebook(folder / "notes.db", kRead);
    EXPECT_EQ(notebook.run(StoredRunId{1}).config.epochs, 150);
    EXPECT_EQ(hash_of(notebook.checkpoint(StoredRunId{1})->state), uninterrupted(config, 150));
}

TEST(NotebookWriter, WaitsForTheLockAndThenWritesEverything) {
    const ScratchFolder folder;
    { const Notebook make(folder / "notes.db", kWrite); }
    Database other(folder / "notes.db", Database::Access::kReadWrite);
    other.execute("BEGIN IMMEDIATE");
    Bench bench(folder / "notes.db");
    bench.begin(small_config(), 500);
    ASSERT_TRUE(bench.wait_for([](const StoreStatus& status) { return !status.problem.empty(); }));
    EXPECT_NE(bench.rings().status.value().problem.find("locked"), std::string::npos);
    EXPECT_GT(bench.rings().status.value().waiting, 0U);
    bench.train(200); // goes on
    other.execute("ROLLBACK");
    ASSERT_TRUE(bench.wait_for(
        [](const StoreStatus& status) { return status.problem.empty() && status.commits > 0; }));
    EXPECT_EQ(bench.finish(), "");
    Notebook notebook(folder / "notes.db", kRead);
    EXPECT_EQ(notebook.metrics(notebook.runs().at(0).id).size(), 70U);
}

TEST(NotebookWriter, LeavesAForeignFileAloneAndSavesElsewhereOnRequest) {
    const ScratchFolder folder;
    const std::string diary = "dear diary " + std::string(3000, '.');
    write_file(folder / "diary", diary);
    Bench bench(folder / "diary");
    bench.begin(small_config(), 300);
    ASSERT_TRUE(bench.wait_for([](const StoreStatus& status) { return !status.problem.empty(); }));
    ASSERT_TRUE(bench.rings().requests.try_push(store_request::SaveAs{folder / "notes.db"}));
    bench.rings().doorbell.ring();
    ASSERT_TRUE(bench.wait_for(
        [](const StoreStatus& status) { return status.problem.empty() && status.commits > 0; }));
    bench.train(100);
    EXPECT_EQ(bench.finish(), "");
    EXPECT_EQ(contents_of(folder / "diary"), diary);
    Notebook notebook(folder / "notes.db", kRead);
    EXPECT_EQ(notebook.metrics(notebook.runs().at(0).id).size(), 40U);
}

TEST(NotebookWriter, ATakenNameIsNoTroubleOfANotebookThatIsWell) {
    const ScratchFolder folder;
    write_file(folder / "taken", "mine");
    Bench bench(folder / "notes.db");
    bench.begin(small_config(), 300);
    bench.change_state(RunState::kPaused);
    ASSERT_TRUE(bench.wait_for([](const StoreStatus& status) { return status.commits > 0; }));
    Notebook notebook(folder / "notes.db", kRead);
    ASSERT_TRUE(bench.wait_for([&](const StoreStatus&) { // the last thing to write
        return notebook.runs().at(0).state == RunState::kPaused;
    }));
    ASSERT_TRUE(bench.rings().requests.try_push(store_request::SaveAs{folder / "taken"}));
    // Taken from the ring when all before it is done; of a run that there is not.
    ASSERT_TRUE(bench.rings().requests.try_push(store_request::Words{RunId{99}, "nobody", {}, {}}));
    bench.rings().doorbell.ring();
    ASSERT_TRUE(
        bench.wait_for([&](const StoreStatus&) { return bench.rings().requests.size() == 0; }));
    (void)bench.rings().status.refresh();
    EXPECT_EQ(bench.rings().status.value().problem, "");
    EXPECT_EQ(bench.rings().status.value().file, folder / "notes.db");
    EXPECT_EQ(bench.finish(), "");
    EXPECT_EQ(contents_of(folder / "taken"), "mine");
}

TEST(NotebookWriter, SaysWhyATakenNameIsNoWayOutOfTrouble) {
    const ScratchFolder folder;
    { const Notebook make(folder / "notes.db", kWrite); }
    write_file(folder / "taken", "mine");
    Database other(folder / "notes.db", Database::Access::kReadWrite);
    other.execute("BEGIN IMMEDIATE");
    Bench bench(folder / "notes.db");
    bench.begin(small_config(), 300);
    ASSERT_TRUE(bench.wait_for([](const StoreStatus& status) { return !status.problem.empty(); }));
    ASSERT_TRUE(bench.rings().requests.try_push(store_request::SaveAs{folder / "taken"}));
    bench.rings().doorbell.ring();
    ASSERT_TRUE(bench.wait_for([](const StoreStatus& status) {
        return status.problem.find("locked") != std::string::npos &&
               status.problem.find("exists already") != std::string::npos;
    }));
    other.execute("ROLLBACK");
    ASSERT_TRUE(bench.wait_for(
        [](const StoreStatus& status) { return status.problem.empty() && status.commits > 0; }));
    EXPECT_EQ(bench.finish(), "");
    EXPECT_EQ(contents_of(folder / "taken"), "mine");
    EXPECT_EQ(Notebook(folder / "notes.db", kRead).runs().size(), 1U);
}

TEST(NotebookWriter, SavesACopyElsewhereWithWhatWasWrittenBefore) {
    const ScratchFolder folder;
    Bench bench(folder / "one.db");
    bench.begin(small_config(), 300);
    ASSERT_TRUE(bench.wait_for([](const StoreStatus& status) { return status.commits > 0; }));
    ASSERT_TRUE(bench.rings().requests.try_push(store_request::SaveAs{folder / "two.db"}));
    bench.rings().doorbell.ring();
    ASSERT_TRUE(bench.wait_for(
        [&](const StoreStatus& status) { return status.file == folder / "two.db"; }));
    bench.train(300);
    EXPECT_EQ(bench.finish(), "");
    Notebook notebook(folder / "two.db", kRead);
    EXPECT_EQ(notebook.metrics(notebook.runs().at(0).id).size(), 60U);
}

TEST(NotebookWriter, KeepsTheNameAndTheNotesAsTheyWereLast) {
    const ScratchFolder folder;
    Bench bench(folder / "notes.db");
    bench.add(small_config());
    bench.change_state(RunState::kRunning);
    bench.train(30);
    bench.write({Bench::kId, "long probe", {{10, "first"}, {20, "second"}}, {}});
    bench.write({Bench::kId, {}, {{10, "mended"}}, {{10, "first"}, {20, "second"}}});
    EXPECT_EQ(bench.finish(), "");
    Notebook notebook(folder / "notes.db", kRead);
    const auto runs = notebook.runs();
    ASSERT_EQ(runs.size(), 1U);
    EXPECT_EQ(runs[0].name, "long probe");
    const auto notes = notebook.annotations(runs[0].id);
    ASSERT_EQ(notes.size(), 1U);
    EXPECT_EQ(notes[0].epoch, 10);
    EXPECT_EQ(notes[0].text, "mended");
}

TEST(NotebookWriter, NewWordsLeaveTheRecordedOnesAlone) {
    const ScratchFolder folder;
    {
        Bench bench(folder / "notes.db");
        bench.begin(small_config(), 137);
        bench.write({Bench::kId, "my name", {{10, "teacher's note"}}, {}});
        bench.change_state(RunState::kPaused);
        EXPECT_EQ(bench.finish(), "");
    }
    const StoredRunId run{1};
    std::shared_ptr<const StoredRun> stored;
    std::int64_t first_note = 0;
    {
        Notebook notebook(folder / "notes.db", kRead);
        stored = read_for_resuming(notebook, run);
        first_note = notebook.annotations(run).at(0).id;
        const store_request::Words words = words_of(notebook, run);
        EXPECT_EQ(words.name, "my name");
        EXPECT_EQ(words.notes, (std::vector<store_request::Words::Note>{{10, "teacher's note"}}));
    }
    for (const bool trains : {false, true}) {
        Bench bench(folder / "notes.db");
        bench.write({Bench::kId, {}, {{20, "early"}}, {}}); // may be here before the run
        bench.add(stored->config, stored.get());
        if (trains) {
            bench.change_state(RunState::kRunning);
            bench.train(20);
            bench.change_state(RunState::kPaused);
        }
        bench.write({Bench::kId, {}, {{20, trains ? "while training" : "only looked at"}}, {}});
        EXPECT_EQ(bench.finish(), "");
        Notebook notebook(folder / "notes.db", kRead);
        ASSERT_EQ(notebook.runs().size(), 1U);
        EXPECT_EQ(notebook.run(run).name, "my name");
        EXPECT_EQ(notebook.run(run).owner, "");
        const auto notes = notebook.annotations(run);
        ASSERT_EQ(notes.size(), trains ? 4U : 3U);
        EXPECT_EQ(notes[0].id, first_note) << "it keeps its time of writing";
        EXPECT_EQ(notes[1].text, "early");
        EXPECT_EQ(notes.back().text, trains ? "while training" : "only looked at");
        EXPECT_EQ(notebook.checkpoint(run)->epoch, trains ? 157 : 137);
        const auto events = notebook.events(run);
        EXPECT_EQ(std::ranges::count(events, "resumed", &StoredEvent::state), trains ? 1 : 0);
    }
}

TEST(StoredRunReader, ARunIsHeldOnlyWhileItsOwnerMayGoOnWithIt) {
    const ScratchFolder folder;
    {
        Bench bench(folder / "notes.db");
        bench.begin(small_config(), 30);
        bench.change_state(RunState::kPaused);
        EXPECT_EQ(bench.finish(), "");
    }
    Notebook notebook(folder / "notes.db", kWrite);
    const StoredRunId run{1};
    notebook.set_owner(run, new_owner(), 0); // this process, and it lives
    for (const RunState state : {RunState::kRunning, RunState::kPaused}) {
        notebook.set_state(run, state, "");
        EXPECT_THROW((void)read_for_resuming(notebook, run), NotebookError);
        EXPECT_THROW((void)read_for_viewing(notebook, run), NotebookError);
        EXPECT_EQ(read_for_viewing(notebook, run, Afterwards::kOnlyShown)->state.epoch, 30);
    }
    notebook.set_state(run, RunState::kFinished, "it has met its condition");
    EXPECT_EQ(read_for_viewing(notebook, run)->state.epoch, 30);
    EXPECT_EQ(read_for_resuming(notebook, run, 60)->config.epochs, 60);
}

/// All that run 1 of `file` trained for 600 epochs must be there, from the first on.
void expect_whole_run(const std::string& file, Bench& bench) {
    Notebook notebook(file, kRead);
    notebook.check_integrity();
    const auto runs = notebook.runs();
    const auto own = std::ranges::find(runs, small_config(), &RunSummary::config);
    ASSERT_NE(own, runs.end());
    EXPECT_EQ(hash_of(notebook.checkpoint(own->id)->state), hash_of(bench.run().state()));
    const auto metrics = notebook.metrics(own->id);
    ASSERT_EQ(metrics.size(), 60U);
    EXPECT_EQ(metrics.front().epoch, 0);
    EXPECT_EQ(own->state, RunState::kPaused);
}

TEST(NotebookWriter, PutsEverythingBackWhenTheFileIsTakenAway) {
    const ScratchFolder folder;
    {
        Notebook earlier(folder / "notes.db", kWrite);
        RunConfig other = small_config();
        other.seed = 77;
        (void)earlier.add_run(other, Provenance{});
    }
    Bench bench(folder / "notes.db");
    bench.begin(small_config(), 300);
    ASSERT_TRUE(bench.wait_for(
        [](const StoreStatus& status) { return status.commits > 0 && status.waiting == 0; }));
    std::filesystem::remove(folder / "notes.db");
    bench.train(300);
    bench.change_state(RunState::kPaused);
    EXPECT_EQ(bench.finish(), "");
    expect_whole_run(folder / "notes.db", bench);
    Notebook notebook(folder / "notes.db", kRead);
    ASSERT_EQ(notebook.runs().size(), 2U) << "the earlier run, too";
    EXPECT_EQ(notebook.runs()[0].config.seed, 77U);
    EXPECT_FALSE(std::filesystem::exists(folder / "notes.db.partial"));
}

#ifdef __linux__
TEST(NotebookWriter, PutsEverythingBackWhereThereAreNoLinks) {
    const ScratchFolder folder;
    const WithoutLinks no_links;
    {
        Notebook earlier(folder / "notes.db", kWrite);
        RunConfig other = small_config();
        other.seed = 77;
        (void)earlier.add_run(other, Provenance{});
    }
    Bench bench(folder / "notes.db");
    bench.begin(small_config(), 300);
    ASSERT_TRUE(bench.wait_for(
        [](const StoreStatus& status) { return status.commits > 0 && status.waiting == 0; }));
    std::filesystem::remove(folder / "notes.db");
    bench.train(300);
    bench.change_state(RunState::kPaused);
    EXPECT_EQ(bench.finish(), "");
    EXPECT_GT(refused_links, 1) << "one to make the notebook, one to put it back";
    expect_whole_run(folder / "notes.db", bench);
    Notebook notebook(folder / "notes.db", kRead);
    ASSERT_EQ(notebook.runs().size(), 2U) << "the earlier run, too";
    EXPECT_EQ(notebook.runs()[0].config.seed, 77U);
    EXPECT_FALSE(std::filesystem::exists(folder / "notes.db.partial"));
}
#endif

TEST(NotebookWriter, JoinsTheNotebookThatAnotherProgramPutInItsPlace) {
    const ScratchFolder folder;
    Bench bench(folder / "notes.db");
    bench.begin(small_config(), 300);
    ASSERT_TRUE(bench.wait_for(
        [](const StoreStatus& status) { return status.commits > 0 && status.waiting == 0; }));
    RunConfig other = small_config();
    other.seed = 77;
    {
        Notebook stranger(folder / "other.db", kWrite);
        (void)stranger.add_run(other, Provenance{});
    }
    for (const char* part : {"notes.db", "notes.db-wal", "notes.db-shm"}) {
        std::filesystem::remove(folder / part);
    }
    std::filesystem::rename(folder / "other.db", folder / "notes.db");
    bench.train(300);
    bench.change_state(RunState::kPaused);
    EXPECT_EQ(bench.finish(), "");
    expect_whole_run(folder / "notes.db", bench);
    EXPECT_EQ(Notebook(folder / "notes.db", kRead).runs().size(), 2U);
}

TEST(NotebookWriter, SaysAtTheEndWhatCouldNotBeSaved) {
    const ScratchFolder folder;
    write_file(folder / "file", "x");
    Bench bench(folder / "file/notes.db");
    bench.begin(small_config(), 30);
    EXPECT_NE(bench.finish().find("cannot be opened"), std::string::npos);
}

#ifndef _WIN32
TEST(NotebookWriter, WaitsForRoomOnTheDiskAndThenWritesEverything) {
    // A limit on the size of files stands for a full disk: a write beyond it fails.
    const ScratchFolder folder;
    (void)std::signal(SIGXFSZ, SIG_IGN);
    rlimit usual{};
    ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &usual), 0);
    { const Notebook make(folder / "notes.db", kWrite); }
    rlimit small = usual;
    small.rlim_cur = std::filesystem::file_size(folder / "notes.db") + 20000;
    ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
    Bench bench(folder / "notes.db");
    bench.begin(small_config(), 2000);
    const bool noticed =
        bench.wait_for([](const StoreStatus& status) { return !status.problem.empty(); });
    const std::string problem = bench.rings().status.value().problem;
    bench.train(300); // goes on
    ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &usual), 0);
    ASSERT_TRUE(noticed);
    EXPECT_NE(problem.find("check the disk, or save to another place"), std::string::npos)
        << problem;
    ASSERT_TRUE(bench.wait_for(
        [](const StoreStatus& status) { return status.problem.empty() && status.commits > 0; }));
    bench.change_state(RunState::kPaused);
    EXPECT_EQ(bench.finish(), "");
    Notebook notebook(folder / "notes.db", kRead);
    notebook.check_integrity();
    EXPECT_EQ(notebook.metrics(notebook.runs().at(0).id).size(), 230U);
    EXPECT_EQ(hash_of(notebook.checkpoint(notebook.runs()[0].id)->state),
              hash_of(bench.run().state()));
}
#endif

TEST(NotebookWriter, SavesElsewhereAtTheEndWithAllThatWasWrittenBefore) {
    const ScratchFolder folder;
    Bench bench(folder / "notes.db");
    bench.begin(small_config(), 300);
    ASSERT_TRUE(bench.wait_for([](const StoreStatus& status) { return status.commits > 0; }));
    Database other(folder / "notes.db", Database::Access::kReadWrite);
    other.execute("BEGIN IMMEDIATE");
    bench.train(300);
    bench.change_state(RunState::kPaused);
    EXPECT_NE(bench.finish().find("locked"), std::string::npos);
    EXPECT_EQ(bench.rescue(folder / "rescued.db"), "");
    Notebook notebook(folder / "rescued.db", kRead);
    notebook.check_integrity();
    ASSERT_EQ(notebook.runs().size(), 1U);
    EXPECT_EQ(notebook.metrics(StoredRunId{1}).size(), 60U);
    EXPECT_EQ(notebook.run(StoredRunId{1}).state, RunState::kPaused);
    EXPECT_EQ(hash_of(notebook.checkpoint(StoredRunId{1})->state), hash_of(bench.run().state()));
}

TEST(NotebookWriter, ForgetsNothingInMemory) {
    Bench bench(":memory:");
    bench.begin(small_config(), 300);
    EXPECT_EQ(bench.finish(), "");
}

TEST(StoredRunReader, OffersWhatWasUnderWayAndRefusesWhatIsBeingTrained) {
    const ScratchFolder folder;
    Notebook notebook(folder / "notes.db", kWrite);
    const StoredRunId dead = notebook.add_run(small_config(), {});
    const StoredRunId live = notebook.add_run(small_config(), {});
    const StoredRunId ended = notebook.add_run(small_config(), {});
    notebook.set_state(dead, RunState::kRunning, "");
    notebook.set_owner(dead, host_name() + "/1999999999/0", 0);
    notebook.set_state(live, RunState::kRunning, "");
    notebook.set_owner(live, new_owner(), 0);
    notebook.set_state(ended, RunState::kFinished, "");
    const auto offered = interrupted_runs(notebook);
    ASSERT_EQ(offered.size(), 1U);
    EXPECT_EQ(offered[0].id, dead);
    for (const StoredRunId run : {dead, live}) {
        try {
            (void)read_for_resuming(notebook, run);
            FAIL();
        } catch (const NotebookError& error) {
            EXPECT_NE(std::string(error.what()).find(run == dead ? "no checkpoint" : "trains it"),
                      std::string::npos)
                << error.what();
        }
    }
}

TEST(ProcessOwner, KnowsTheLivingFromTheDead) {
    EXPECT_TRUE(may_be_alive(new_owner(), 0, 1000000));
    EXPECT_FALSE(may_be_alive(host_name() + "/1999999999/0", 0, 0));
    EXPECT_FALSE(may_be_alive("", 0, 0));
    EXPECT_FALSE(may_be_alive("nonsense", 0, 0));
    EXPECT_FALSE(may_be_alive("a/b/c", 0, 0));
    EXPECT_TRUE(may_be_alive("elsewhere/1/0", 1000, 1030));
    EXPECT_FALSE(may_be_alive("elsewhere/1/0", 1000, 1100));
}

} // namespace
} // namespace grokscope
