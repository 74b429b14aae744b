// What a recorded run goes on with, beside its state: until when.
#include "engine/store/stored_run_reader.h"

#include "engine/store/checkpoint.h"
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
