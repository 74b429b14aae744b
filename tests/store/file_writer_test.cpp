// What the file_writer does to runs that are not, or not any more, its own.
#include "engine/store/checkpoint.h"
#include "engine/store/file_writer.h"
#include "engine/store/process_owner.h"
#include "engine/store/workplaces.h"
#include "tests/store/small_run.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace grokscope {
namespace {

using store_test::small_config;
using store_test::small_initial_state;

constexpr auto kWrite = Notebook::Access::kReadWrite;
constexpr RunId kRun{7};

StoreItem changed(RunState state, std::int32_t epoch = 0) {
    return event::StateChanged{kRun, state, epoch, ""};
}

StoreItem sample(std::int32_t epoch) {
    MetricSample figures;
    figures.run = kRun;
    figures.epoch = epoch;
    figures.train_loss = 1.5;
    return figures;
}

StoreItem checkpoint(std::int32_t epoch) {
    auto state = std::make_unique<TrainingState>(small_initial_state(small_config()));
    state->epoch = epoch;
    state->updates = epoch;
    return item::Checkpoint{kRun, std::move(state), 0, nullptr};
}

void write_all(FileWriter& file_writer, Notebook& notebook) {
    while (file_writer.waiting() > 0) {
        file_writer.write(notebook, FileWriter::Clock::now());
    }
}

/// A run under way, in the notebook.
void begin_run(FileWriter& file_writer, Notebook& notebook) {
    file_writer.accept(event::RunAdded{kRun, small_config(), ""});
    file_writer.accept(changed(RunState::kRunning));
    file_writer.accept(sample(0));
    file_writer.accept(checkpoint(1));
    write_all(file_writer, notebook);
}

TEST(FileWriter, LeavesARunAloneThatAnotherProcessHasTakenUpSinceItWasReset) {
    Notebook notebook(":memory:", kWrite);
    const std::string ours = new_owner();
    FileWriter file_writer({}, ours);
    begin_run(file_writer, notebook);
    constexpr StoredRunId kOld{1};
    EXPECT_EQ(notebook.run(kOld).owner, ours);
    file_writer.accept(event::RunReset{kRun, 1});
    file_writer.accept(changed(RunState::kIdle));
    file_writer.accept(changed(RunState::kRunning));
    file_writer.accept(sample(0));
    write_all(file_writer, notebook);
    EXPECT_EQ(notebook.run(kOld).owner, "");
    EXPECT_EQ(notebook.run(kOld).state, RunState::kPaused);

    notebook.set_owner(kOld, "elsewhere/1/0", 1000);
    notebook.set_state(kOld, RunState::kRunning, "");
    file_writer.release(notebook);
    EXPECT_EQ(notebook.run(kOld).owner, "elsewhere/1/0");
    EXPECT_EQ(notebook.run(kOld).state, RunState::kRunning);
    EXPECT_EQ(notebook.run(StoredRunId{2}).owner, "") << "its own is released";
    EXPECT_EQ(notebook.run(StoredRunId{2}).state, RunState::kPaused);
}

TEST(FileWriter, ReleasesNoRunThatIsAnothers) {
    Notebook notebook(":memory:", kWrite);
    FileWriter file_writer({}, new_owner());
    begin_run(file_writer, notebook);
    notebook.set_owner(StoredRunId{1}, "elsewhere/1/0", 1000);
    file_writer.accept(changed(RunState::kRemoved, 1));
    write_all(file_writer, notebook);
    EXPECT_EQ(notebook.run(StoredRunId{1}).owner, "elsewhere/1/0");
    EXPECT_EQ(notebook.run(StoredRunId{1}).state, RunState::kRunning);
}

TEST(FileWriter, ARunWhoseNotebookWasLeftBehindIsBegunAnewBesideOthersOfItsNumber) {
    Notebook other(":memory:", kWrite);
    const StoredRunId stranger = other.add_run(small_config({0}), {});
    MetricSample figures;
    figures.epoch = 500;
    other.add(stranger, figures);

    FileWriter file_writer({}, new_owner());
    file_writer.accept(item::Resumed{kRun, "0123456789abcdef0123456789abcdef", 40});
    file_writer.accept(event::RunAdded{kRun, small_config(), "", true});
    file_writer.accept(changed(RunState::kIdle, 40));
    file_writer.use(other); // before it began
    file_writer.accept(changed(RunState::kRunning, 40));
    file_writer.accept(sample(40));
    file_writer.accept(checkpoint(41));
    write_all(file_writer, other);

    ASSERT_EQ(other.runs().size(), 2U);
    EXPECT_EQ(other.metrics(stranger).size(), 1U) << "nothing of the other run is forgotten";
    EXPECT_EQ(other.run(stranger).owner, "");
    const RunSummary begun = other.run(StoredRunId{2});
    EXPECT_EQ(begun.config, small_config());
    EXPECT_EQ(begun.state, RunState::kRunning);
    EXPECT_EQ(other.metrics(begun.id).at(0).epoch, 40);
    EXPECT_EQ(other.checkpoint(begun.id).value().epoch, 41);
}

TEST(FileWriter, HoldsNoStatesOfARunThatIsOnlyLookedAt) {
    Notebook notebook(":memory:", kWrite);
    int returned = 0;
    FileWriter file_writer({}, new_owner(), [&](std::unique_ptr<TrainingState> state) {
        EXPECT_TRUE(state);
        ++returned;
    });
    file_writer.accept(item::Resumed{kRun, "0123456789abcdef0123456789abcdef", 1});
    file_writer.accept(event::RunAdded{kRun, small_config(), "", true});
    file_writer.accept(checkpoint(1));
    file_writer.accept(changed(RunState::kFinished, 1));
    EXPECT_EQ(returned, 1);
    EXPECT_EQ(file_writer.waiting(), 0U);
}

TEST(FileWriter, KeepsWhereARunWasComputedFromWhichEpochOn) {
    Notebook notebook(":memory:", kWrite);
    Provenance provenance;
    provenance.step = "fused, AVX-512";
    const StoredRunId run = notebook.add_run(small_config(), provenance);
    const std::string uuid = notebook.run(run).uuid;
    const auto resume = [&](std::int32_t epoch, const char* step) {
        TrainingState state = small_initial_state(small_config());
        state.epoch = epoch;
        state.updates = epoch;
        notebook.set_checkpoint(run, epoch, 0, encode_state(state));
        FileWriter file_writer({}, new_owner());
        const Workplace there{"0.1.0", step, "host"};
        file_writer.accept(item::Resumed{kRun, uuid, epoch});
        file_writer.accept(event::RunAdded{kRun, small_config(), step, true});
        file_writer.accept(event::WorkplaceChanged{
            kRun, epoch, workplaces_of(notebook, run).back().workplace, there});
        file_writer.accept(changed(RunState::kRunning, epoch));
        write_all(file_writer, notebook);
        file_writer.release(notebook);
    };
    const auto told = [&] {
        std::string text;
        for (const WorkplaceSince& since : workplaces_of(notebook, run)) {
            text += std::to_string(since.epoch) + " " + since.workplace.step + "; ";
        }
        return text;
    };
    EXPECT_EQ(told(), "0 fused, AVX-512; ");
    resume(40, "fused, AVX2");
    resume(60, "fused, SSE4");
    EXPECT_EQ(told(), "0 fused, AVX-512; 40 fused, AVX2; 60 fused, SSE4; ");
    resume(50, "portable"); // what was computed from 60 on is taken back
    EXPECT_EQ(told(), "0 fused, AVX-512; 40 fused, AVX2; 50 portable; ");
    resume(40, "fused, AVX-512");
    EXPECT_EQ(told(), "0 fused, AVX-512; ");
    int sentences = 0;
    for (const StoredEvent& event : notebook.events(run)) {
        sentences += static_cast<int>(event.text.find("instead of") != std::string::npos);
    }
    EXPECT_EQ(sentences, 4);
}

} // namespace
} // namespace grokscope
