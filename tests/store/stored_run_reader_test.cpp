// What a recorded run goes on with, beside its state: until when.
#include "engine/store/stored_run_reader.h"

#include "engine/store/checkpoint.h"
#include "engine/store/notebook.h"
#include "engine/store/sqlite.h"
#include "tests/store/scratch_folder.h"
#include "tests/store/small_run.h"

#include <gtest/gtest.h>

namespace grokscope {
namespace {

using store_test::ScratchFolder;
using store_test::small_config;
using store_test::small_initial_state;

TEST(StoredRunReader, ARunThatGetsMoreEpochsKeepsTheConditionsItHasNotMet) {
    const ScratchFolder folder;
    Notebook notebook(folder / "notes.db", Notebook::Access::kReadWrite);
    RunConfig config = small_config();
    config.epochs = 30;
    config.stop_when_grokked = true;
    config.stop_when_stable = true;
    const StoredRunId run = notebook.add_run(config, Provenance{});
    TrainingState state = small_initial_state(config);
    state.epoch = 30;
    state.updates = 30;
    notebook.set_checkpoint(run, 30, 1.0, encode_state(state));
    notebook.set_state(run, RunState::kFinished, "it has trained all 30 epochs planned for it");
    notebook.add(run, StoredMark{MarkKind::kMemorised, 10});
    const auto neither = read_for_resuming(notebook, run, 60);
    EXPECT_EQ(neither->config.epochs, 60);
    EXPECT_TRUE(neither->config.stop_when_grokked);
    EXPECT_TRUE(neither->config.stop_when_stable);
    notebook.add(run, StoredMark{MarkKind::kGrokked, 20});
    const auto grokked = read_for_resuming(notebook, run, 60);
    EXPECT_FALSE(grokked->config.stop_when_grokked);
    EXPECT_TRUE(grokked->config.stop_when_stable);
    notebook.add(run, StoredMark{MarkKind::kStable, 20});
    const auto both = read_for_resuming(notebook, run, 60);
    EXPECT_FALSE(both->config.stop_when_grokked);
    EXPECT_FALSE(both->config.stop_when_stable);
}

TEST(StoredRunReader, AStateMayHaveSeveralParts) {
    const ScratchFolder folder;
    const std::string file = folder / "notes.db";
    Notebook notebook(file, Notebook::Access::kReadWrite);
    const RunConfig config = small_config();
    TrainingState state = small_initial_state(config);
    state.epoch = 20;
    state.updates = 20;
    const Bytes bytes = encode_state(state);
    constexpr std::size_t kPart = 1000;
    const auto rest = static_cast<std::int64_t>((bytes.size() - 1) / kPart);
    ASSERT_GT(rest, 3);
    std::vector<StoredRunId> runs;
    for (int i = 0; i < 2; ++i) {
        runs.push_back(notebook.add_run(config, Provenance{}));
        notebook.set_checkpoint(runs.back(), 20, 1.0, bytes, kPart);
    }
    const auto count = [&] {
        return Database(file, Database::Access::kReadOnly)
            .integer("SELECT count(*) FROM checkpoint_part");
    };
    EXPECT_EQ(count(), 2 * rest);
    EXPECT_EQ(encode_state(read_for_resuming(notebook, runs[0])->state), bytes);
    notebook.set_checkpoint(runs[0], 20, 1.0, bytes, bytes.size() / 2 + 1);
    EXPECT_EQ(count(), rest + 1) << "those of the state before are gone";
    EXPECT_EQ(encode_state(notebook.checkpoint(runs[0])->state), bytes);
    notebook.set_checkpoint(runs[0], 20, 1.0, bytes, bytes.size());
    EXPECT_EQ(count(), rest) << "one part alone";
    EXPECT_EQ(encode_state(notebook.checkpoint(runs[0])->state), bytes);
    Notebook copy(folder / "copy.db", Notebook::Access::kReadWrite);
    copy_run(notebook, runs[1], copy);
    EXPECT_EQ(encode_state(copy.checkpoint(StoredRunId{1})->state), bytes);
    Database(file, Database::Access::kReadWrite)
        .execute("DELETE FROM checkpoint_part WHERE part = 2");
    EXPECT_THROW((void)notebook.checkpoint(runs[1]), NotebookError);
    notebook.remove_run(runs[1]);
    EXPECT_EQ(count(), 0) << "a run takes them with it";
}

TEST(StoredRunReader, AScheduleEndsWhereItWasToEnd) {
    const ScratchFolder folder;
    Notebook notebook(folder / "notes.db", Notebook::Access::kReadWrite);
    RunConfig config = small_config();
    config.epochs = 60;
    config.schedule = Schedule::kCosine;
    const StoredRunId run = notebook.add_run(config, Provenance{});
    TrainingState state = small_initial_state(config);
    state.epoch = 30;
    state.updates = 30;
    notebook.set_checkpoint(run, 30, 1.0, encode_state(state));
    notebook.set_state(run, RunState::kPaused, "");
    EXPECT_EQ(read_for_resuming(notebook, run)->config.epochs, 60);
    EXPECT_EQ(read_for_resuming(notebook, run, 60)->config.epochs, 60);
    try {
        (void)read_for_resuming(notebook, run, 80);
        FAIL() << "other rates were accepted";
    } catch (const NotebookError& error) {
        EXPECT_NE(std::string(error.what()).find("falls to its last value at epoch 60"),
                  std::string::npos)
            << error.what();
    }
}

} // namespace
} // namespace grokscope
