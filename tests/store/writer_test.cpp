// The way from a run to the notebook: recorder, rings, writer's thread, and back.
#include "engine/store/file_identity.h"
#include "engine/store/notebook_store.h"
#include "engine/store/notebook_writer.h"
#include "engine/store/process_owner.h"
#include "engine/store/sqlite.h"
#include "engine/store/stored_run_reader.h"
#include "engine/train/state_hash.h"
#include "tests/store/scratch_folder.h"
#include "tests/store/small_run.h"
#include "tests/store/writer_bench.h"

#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace grokscope {
namespace {

using store_test::contents_of;
using store_test::ScratchFolder;
using store_test::small_config;
using store_test::small_parts;
using store_test::write_file;
using Bench = store_test::WriterBench;
using Moment = Recorder::Moment;

constexpr auto kRead = Notebook::Access::kReadOnly;
constexpr auto kWrite = Notebook::Access::kReadWrite;

std::uint64_t uninterrupted(const RunConfig& config, int epochs) {
    WorkerPool pool(1);
    grokscope::Run run(config, small_parts(), pool);
    while (run.epoch() < epochs) {
        run.advance_one_epoch();
    }
    return hash_of(run.state());
}

TEST(NotebookStore, EveryReaderKnowsTheFileFromTheStartAndItsIdentityOnceItIsOpen) {
    const ScratchFolder folder;
    WriterOptions options;
    options.file = folder / "notebook.db";
    options.owner = new_owner();
    NotebookStore store(std::move(options));
    EXPECT_EQ(store.in_use().file, folder / "notebook.db");
    EXPECT_EQ(store.in_use_of_laboratory().file, folder / "notebook.db");
    EXPECT_EQ(store.wait_until_opened(), "");
    EXPECT_EQ(store.finish(), ""); // by then it has told of it
    const std::optional<FileIdentity> identity = identity_of(folder / "notebook.db");
    ASSERT_TRUE(identity);
    EXPECT_EQ(store.in_use().identity, identity);
    EXPECT_EQ(store.in_use_of_laboratory().identity, identity);
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
        EXPECT_EQ(read_for_viewing(notebook, run)->state.epoch, 30);
    }
    notebook.set_state(run, RunState::kFinished, "it has met its condition");
    EXPECT_EQ(read_for_viewing(notebook, run)->state.epoch, 30);
    EXPECT_EQ(read_for_resuming(notebook, run, 60)->config.epochs, 60);
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

} // namespace
} // namespace grokscope
