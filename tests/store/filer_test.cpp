// What the filer does to runs that are not, or not any more, its own.
#include "engine/store/checkpoint.h"
#include "engine/store/filer.h"
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

void write_all(Filer& filer, Notebook& notebook) {
    while (filer.waiting() > 0) {
        filer.write(notebook, Filer::Clock::now());
    }
}

/// A run under way, in the notebook.
void begin_run(Filer& filer, Notebook& notebook) {
    filer.accept(event::RunAdded{kRun, small_config(), ""});
    filer.accept(changed(RunState::kRunning));
    filer.accept(sample(0));
    filer.accept(checkpoint(1));
    write_all(filer, notebook);
}

TEST(Filer, LeavesARunAloneThatAnotherProcessHasTakenUpSinceItWasReset) {
    Notebook notebook(":memory:", kWrite);
    const std::string ours = new_owner();
    Filer filer({}, ours);
    begin_run(filer, notebook);
    constexpr StoredRunId kOld{1};
    EXPECT_EQ(notebook.run(kOld).owner, ours);
    filer.accept(event::RunReset{kRun, 1});
    filer.accept(changed(RunState::kIdle));
    filer.accept(changed(RunState::kRunning));
    filer.accept(sample(0));
    write_all(filer, notebook);
    EXPECT_EQ(notebook.run(kOld).owner, "");
    EXPECT_EQ(notebook.run(kOld).state, RunState::kPaused);

    notebook.set_owner(kOld, "elsewhere/1/0", 1000);
    notebook.set_state(kOld, RunState::kRunning, "");
    filer.release(notebook);
    EXPECT_EQ(notebook.run(kOld).owner, "elsewhere/1/0");
    EXPECT_EQ(notebook.run(kOld).state, RunState::kRunning);
    EXPECT_EQ(notebook.run(StoredRunId{2}).owner, "") << "its own is released";
    EXPECT_EQ(notebook.run(StoredRunId{2}).state, RunState::kPaused);
}

TEST(Filer, ReleasesNoRunThatIsAnothers) {
    Notebook notebook(":memory:", kWrite);
    Filer filer({}, new_owner());
    begin_run(filer, notebook);
    notebook.set_owner(StoredRunId{1}, "elsewhere/1/0", 1000);
    filer.accept(changed(RunState::kRemoved, 1));
    write_all(filer, notebook);
    EXPECT_EQ(notebook.run(StoredRunId{1}).owner, "elsewhere/1/0");
    EXPECT_EQ(notebook.run(StoredRunId{1}).state, RunState::kRunning);
}

TEST(Filer, ARunWhoseNotebookWasLeftBehindIsBegunAnewBesideOthersOfItsNumber) {
    Notebook other(":memory:", kWrite);
    const StoredRunId stranger = other.add_run(small_config({0}), {});
    MetricSample figures;
    figures.epoch = 500;
    other.add(stranger, figures);

    Filer filer({}, new_owner());
    filer.accept(item::Resumed{kRun, "0123456789abcdef0123456789abcdef", 40});
    filer.accept(event::RunAdded{kRun, small_config(), "", true});
    filer.accept(changed(RunState::kIdle, 40));
    filer.use(other); // before it began
    filer.accept(changed(RunState::kRunning, 40));
    filer.accept(sample(40));
    filer.accept(checkpoint(41));
    write_all(filer, other);

    ASSERT_EQ(other.runs().size(), 2U);
    EXPECT_EQ(other.metrics(stranger).size(), 1U) << "nothing of the other run is forgotten";
    EXPECT_EQ(other.run(stranger).owner, "");
    const RunSummary begun = other.run(StoredRunId{2});
    EXPECT_EQ(begun.config, small_config());
    EXPECT_EQ(begun.state, RunState::kRunning);
    EXPECT_EQ(other.metrics(begun.id).at(0).epoch, 40);
    EXPECT_EQ(other.checkpoint(begun.id).value().epoch, 41);
}

TEST(Filer, HoldsNoStatesOfARunThatIsOnlyLookedAt) {
    Notebook notebook(":memory:", kWrite);
    int returned = 0;
    Filer filer({}, new_owner(), [&](std::unique_ptr<TrainingState> state) {
        EXPECT_TRUE(state);
        ++returned;
    });
    filer.accept(item::Resumed{kRun, "0123456789abcdef0123456789abcdef", 1});
    filer.accept(event::RunAdded{kRun, small_config(), "", true});
    filer.accept(checkpoint(1));
    filer.accept(changed(RunState::kFinished, 1));
    EXPECT_EQ(returned, 1);
    EXPECT_EQ(filer.waiting(), 0U);
}

TEST(Filer, KeepsWhereARunWasComputedFromWhichEpochOn) {
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
        Filer filer({}, new_owner());
        const Workplace there{"0.1.0", step, "host"};
        filer.accept(item::Resumed{kRun, uuid, epoch});
        filer.accept(event::RunAdded{kRun, small_config(), step, true});
        filer.accept(event::WorkplaceChanged{kRun, epoch,
                                             workplaces_of(notebook, run).back().workplace, there});
        filer.accept(changed(RunState::kRunning, epoch));
        write_all(filer, notebook);
        filer.release(notebook);
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
