// Trainer and notebook together: a run that is interrupted leaves the record of one that is not.
#include "engine/store/stored_run_reader.h"
#include "engine/train/state_hash.h"
#include "tests/store/scratch_folder.h"
#include "tests/store/small_run.h"
#include "tests/store/training_session.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace grokscope {
namespace {

using store_test::ScratchFolder;
using store_test::small_config;
using test::Deadline;

constexpr auto kRead = Notebook::Access::kReadOnly;
constexpr RunId kRun{3};

/// Small parts whose measures depend on all rows before, as the real ones do through their key
/// frequencies, and whose curves grok, so that there are marks.
EngineParts parts_with_measures() {
    EngineParts parts = store_test::small_parts();
    parts.make_progress = [](const RunConfig&, const Task&, WorkerPool&,
                             std::span<const int> keys) -> ProgressInstrument {
        const auto memory = std::make_shared<std::vector<int>>(keys.begin(), keys.end());
        return [memory](const Parameters& parameters, Step&) {
            ProgressRow row;
            row.order = 7;
            int set = 0;
            for (const int k : *memory) {
                set += 1 << (k - 1);
            }
            set = set % 7 + 1; // all subsets of {1, 2, 3} but the empty one, one after the other
            memory->clear();
            for (int k = 1; k <= 3; ++k) {
                if (set / (1 << (k - 1)) % 2 == 1) {
                    memory->push_back(k);
                }
            }
            row.key_frequencies = *memory;
            row.excluded_by_frequency.resize(memory->size(), 1.0);
            row.clock_coherence.resize(memory->size(), 0.5);
            row.fit_coefficients = {1, 2, 3};
            row.neurons_by_frequency = {0, 0, 0};
            row.excluded_loss = sum_squares(parameters.flat());
            return row;
        };
    };
    return parts;
}

RunConfig run_config() {
    RunConfig config = small_config({-1, 0, 2});
    config.epochs = 630;
    config.eval_every = 10;
    config.snapshot_every = 20;
    config.progress_every = 50;
    return config;
}

/// Trains with a notebook until told to stop.
class Session : public store_test::TrainingSession {
public:
    explicit Session(const std::string& file) : TrainingSession(file, parts_with_measures()) {}
};

/// Everything that training determines, as one text.
std::string record_of(const std::string& file) {
    Notebook notebook(file, kRead);
    notebook.check_integrity();
    EXPECT_EQ(notebook.runs().size(), 1U);
    const StoredRunId run = notebook.runs().at(0).id;
    std::string text;
    for (const MetricSample& sample : notebook.metrics(run)) {
        text += "m " + std::to_string(sample.epoch) + " " + std::to_string(sample.train_loss) +
                " " + std::to_string(sample.test_loss) + " " +
                std::to_string(sample.mismatch[offset_slot(2)]) + "\n";
    }
    for (const Snapshot& snapshot : notebook.spectra(run)) {
        text += "s " + std::to_string(snapshot.epoch) + " " +
                std::to_string(snapshot.weight_sum_squares) + "\n";
    }
    for (const ProgressRow& row : notebook.measures(run)) {
        text += "p " + std::to_string(row.epoch) + " " + std::to_string(row.key_frequencies.at(0)) +
                "\n";
    }
    for (const StoredMark& mark : notebook.marks(run)) {
        text += std::string(name_of(mark.kind)) + " " + std::to_string(mark.epoch) + "\n";
    }
    for (const std::int32_t epoch : notebook.weight_epochs(run)) {
        text += "w " + std::to_string(epoch) + " " +
                std::to_string(sum_squares(notebook.weights(run, epoch).flat())) + "\n";
    }
    const auto checkpoint = notebook.checkpoint(run);
    text += checkpoint ? "c " + std::to_string(hash_of(checkpoint->state)) : "no checkpoint";
    return text;
}

/// Epochs per second at which the end of a run is seconds away.
constexpr double kUnhurried = 200;

TEST(TrainerStore, AnInterruptedRunLeavesTheSameRecord) {
    const ScratchFolder folder;
    {
        Session session(folder / "whole.db");
        session.ask(command::AddRun{kRun, run_config(), true});
        ASSERT_TRUE(session.wait_for_state(RunState::kFinished)) << session.last_text;
        EXPECT_EQ(session.end(), "");
    }
    {
        Session session(folder / "cut.db");
        session.ask(command::SetSpeed{kUnhurried}); // or a busy machine finishes it meanwhile
        session.ask(command::AddRun{kRun, run_config(), true});
        ASSERT_TRUE(session.wait_until_epoch(90));
        EXPECT_EQ(session.end(), "");
    }
    for (const int until : {170, 310, 9999}) {
        std::shared_ptr<const StoredRun> stored;
        {
            Notebook notebook(folder / "cut.db", kRead);
            ASSERT_EQ(notebook.runs().at(0).state, RunState::kPaused);
            stored = read_for_resuming(notebook, StoredRunId{1});
        }
        const std::size_t past = stored->metrics.size();
        ASSERT_GT(past, 8U);
        Session session(folder / "cut.db");
        if (until != 9999) {
            session.ask(command::SetSpeed{kUnhurried});
        }
        session.ask(command::ResumeRun{kRun, stored, true});
        if (until == 9999) {
            ASSERT_TRUE(session.wait_for_state(RunState::kFinished)) << session.last_text;
            EXPECT_EQ(session.samples.size(), 63U);
            EXPECT_EQ(session.rows, 14); // 0, 50 .. 600, and the end
            // 0, 20 .. 620, the end, and where it went on.
            EXPECT_EQ(session.snapshots, stored->state.epoch % 20 == 0 ? 33 : 34);
        } else {
            ASSERT_TRUE(session.wait_until_epoch(until));
        }
        EXPECT_EQ(session.samples.front().epoch, 0) << "the past is sent, too";
        EXPECT_EQ(session.end(), "");
    }
    EXPECT_EQ(record_of(folder / "cut.db"), record_of(folder / "whole.db"));
    EXPECT_NE(record_of(folder / "whole.db").find("w 600 "), std::string::npos);
}

TEST(TrainerStore, ARunThatGoesOnPastItsEndLeavesTheSameRecord) {
    const ScratchFolder folder;
    RunConfig longer = run_config();
    longer.epochs = 765; // 735 and 765 are of no cadence: their last rows belong to an end alone
    {
        Session session(folder / "whole.db");
        session.ask(command::AddRun{kRun, longer, true});
        ASSERT_TRUE(session.wait_for_state(RunState::kFinished)) << session.last_text;
        EXPECT_EQ(session.end(), "");
    }
    RunConfig shorter = longer;
    shorter.epochs = 735;
    {
        Session session(folder / "cut.db");
        session.ask(command::AddRun{kRun, shorter, true});
        ASSERT_TRUE(session.wait_for_state(RunState::kFinished)) << session.last_text;
        EXPECT_EQ(session.end(), "");
    }
    std::shared_ptr<const StoredRun> stored;
    {
        Notebook notebook(folder / "cut.db", kRead);
        EXPECT_EQ(notebook.measures(StoredRunId{1}).back().epoch, 735);
        stored = read_for_resuming(notebook, StoredRunId{1}, 765);
        EXPECT_EQ(stored->progress.back().epoch, 700);
    }
    Session session(folder / "cut.db");
    session.ask(command::ResumeRun{kRun, stored, true});
    ASSERT_TRUE(session.wait_for_state(RunState::kFinished)) << session.last_text;
    EXPECT_EQ(session.end(), "");
    EXPECT_EQ(record_of(folder / "cut.db"), record_of(folder / "whole.db"));
}

TEST(TrainerStore, ToLookAtARunThatMetItsConditionTrainsNothing) {
    const ScratchFolder folder;
    {
        Session session(folder / "notes.db");
        session.ask(command::SetSpeed{kUnhurried});
        session.ask(command::AddRun{kRun, run_config(), true});
        ASSERT_TRUE(session.wait_until_epoch(90));
        EXPECT_EQ(session.end(), "");
    }
    const std::string before = record_of(folder / "notes.db");
    std::shared_ptr<StoredRun> stored;
    {
        Notebook notebook(folder / "notes.db", kRead);
        stored = std::make_shared<StoredRun>(*read_for_viewing(notebook, StoredRunId{1}));
    }
    stored->config.stop_when_grokked = true; // and it has, before its last epoch
    stored->metrics.back().train_accuracy = 1;
    stored->metrics.back().test_accuracy = 1;
    Session session(folder / "notes.db");
    session.ask(command::ResumeRun{kRun, stored, false});
    session.ask(command::StartAll{}); // the space bar
    session.ask(command::AddRun{RunId{4}, run_config(), false});
    ASSERT_TRUE(session.wait_for_states(3)); // the last is the second run's: all before is done
    session.states.resize(3);
    EXPECT_EQ(session.states, (std::vector{RunState::kIdle, RunState::kFinished, RunState::kIdle}));
    EXPECT_EQ(session.end(), "");
    EXPECT_EQ(record_of(folder / "notes.db"), before);
}

TEST(TrainerStore, ResumesOnlyWhatFits) {
    const ScratchFolder folder;
    {
        Session session(folder / "notes.db");
        session.ask(command::AddRun{kRun, run_config(), true});
        ASSERT_TRUE(session.wait_until_epoch(50));
        EXPECT_EQ(session.end(), "");
    }
    std::shared_ptr<StoredRun> stored;
    {
        Notebook notebook(folder / "notes.db", kRead);
        stored = std::make_shared<StoredRun>(*read_for_resuming(notebook, StoredRunId{1}));
    }
    stored->state.probes.pop_back();
    Session session(folder / "other.db");
    session.ask(command::ResumeRun{kRun, stored, true});
    ASSERT_TRUE(session.wait_for_state(RunState::kFailed));
    EXPECT_NE(session.last_text.find("another shape"), std::string::npos) << session.last_text;
    session.ask(command::ResumeRun{RunId{4}, nullptr, true});
    EXPECT_EQ(session.end(), "");
    EXPECT_TRUE(Notebook(folder / "other.db", kRead).runs().empty());
}

bool same_bits(const Parameters& one, const Parameters& other) {
    return std::memcmp(one.flat().data(), other.flat().data(), one.flat().size_bytes()) == 0;
}

TEST(TrainerStore, ABranchBeginsWithTheRecordedWeightsBitForBitAndTrainsTheSameTwice) {
    const ScratchFolder folder;
    const std::string file = folder / "notes.db";
    {
        Session session(file);
        session.ask(command::AddRun{kRun, run_config(), true});
        ASSERT_TRUE(session.wait_for_state(RunState::kFinished)) << session.last_text;
        EXPECT_EQ(session.end(), "");
    }
    std::shared_ptr<const BranchStart> from;
    {
        Notebook notebook(file, kRead);
        from = read_for_branching(notebook, StoredRunId{1}, 257);
        EXPECT_EQ(from->point.epoch, 200) << "the newest record at or before the cursor";
        EXPECT_EQ(from->point.parent, notebook.run(StoredRunId{1}).uuid);
        EXPECT_TRUE(same_bits(*from->weights, notebook.weights(StoredRunId{1}, 200)));
    }
    for (int i = 0; i < 2; ++i) {
        Session session(file);
        session.ask(command::BranchRun{kRun, from, true});
        ASSERT_TRUE(session.wait_for_state(RunState::kFinished)) << session.last_text;
        EXPECT_EQ(session.samples.front().epoch, 0);
        EXPECT_EQ(session.end(), "");
    }
    Notebook notebook(file, kRead);
    ASSERT_EQ(notebook.runs().size(), 3U) << "the run it came from is untouched";
    for (const StoredRunId branch : {StoredRunId{2}, StoredRunId{3}}) {
        const RunSummary summary = notebook.run(branch);
        EXPECT_EQ(summary.provenance.parent, from->point.parent);
        EXPECT_EQ(summary.provenance.parent_epoch, 200);
        EXPECT_EQ(summary.name, "branch from epoch 200");
        EXPECT_TRUE(same_bits(notebook.weights(branch, 0), *from->weights));
    }
    EXPECT_EQ(hash_of(notebook.checkpoint(StoredRunId{2})->state),
              hash_of(notebook.checkpoint(StoredRunId{3})->state));
    EXPECT_NE(hash_of(notebook.checkpoint(StoredRunId{2})->state),
              hash_of(notebook.checkpoint(StoredRunId{1})->state));
    EXPECT_EQ(read_for_viewing(notebook, StoredRunId{2})->branch, from->point);
}

TEST(TrainerStore, ABranchIsResetToItsOwnBeginningWhileThatIsKnown) {
    const ScratchFolder folder;
    const std::string file = folder / "notes.db";
    {
        Session session(file);
        session.ask(command::AddRun{kRun, run_config(), true});
        ASSERT_TRUE(session.wait_until_epoch(250));
        EXPECT_EQ(session.end(), "");
    }
    std::shared_ptr<const BranchStart> from;
    {
        Notebook notebook(file, kRead);
        from = read_for_branching(notebook, StoredRunId{1}, 200);
        EXPECT_THROW((void)read_for_branching(notebook, StoredRunId{1}, -1), NotebookError);
    }
    Session session(file);
    session.ask(command::BranchRun{kRun, from, true});
    ASSERT_TRUE(session.wait_until_epoch(50));
    session.ask(command::Reset{kRun});
    session.ask(command::Start{kRun});
    ASSERT_TRUE(session.wait_for_state(RunState::kFinished)) << session.last_text;
    EXPECT_EQ(session.end(), "");
    Notebook notebook(file, kRead);
    ASSERT_EQ(notebook.runs().size(), 3U) << "a run that begins anew has a record of its own";
    EXPECT_TRUE(same_bits(notebook.weights(StoredRunId{3}, 0), *from->weights));
}

TEST(TrainerStore, ARunThatGoesOnBesideOnesToLookAtGetsCheckpointsWhileItTrains) {
    const ScratchFolder folder;
    const std::string file = folder / "notes.db";
    RunConfig ended = run_config();
    ended.epochs = 20;
    RunConfig open_end = run_config();
    open_end.epochs = 1000000;
    for (const RunConfig& config : {ended, ended, ended, ended, open_end}) {
        Session session(file);
        session.ask(command::AddRun{kRun, config, true});
        ASSERT_TRUE(session.wait_until_epoch(10));
        if (config.epochs == ended.epochs) {
            ASSERT_TRUE(session.wait_for_state(RunState::kFinished)) << session.last_text;
        }
        EXPECT_EQ(session.end(), "");
    }
    constexpr StoredRunId kGoesOn{5};
    Notebook notebook(file, kRead);
    std::int32_t last = notebook.checkpoint(kGoesOn).value().epoch;
    Session session(file);
    for (std::uint32_t i = 1; i <= 4; ++i) {
        session.ask(command::ResumeRun{
            RunId{i}, read_for_viewing(notebook, StoredRunId{std::int64_t{i}}), false});
    }
    session.ask(command::ResumeRun{RunId{5}, read_for_resuming(notebook, kGoesOn), true});
    const Deadline deadline;
    for (int i = 0; i < 3; ++i) { // a kill at any time loses no more than the last moments
        ASSERT_TRUE(deadline.wait_for([&] {
            session.drain();
            return notebook.checkpoint(kGoesOn).value().epoch > last;
        })) << "no checkpoint after "
            << last;
        last = notebook.checkpoint(kGoesOn).value().epoch;
    }
    EXPECT_EQ(session.end(), "");
}

TEST(TrainerStore, KeepsAPausedRunThatTheWindowRemoved) {
    const ScratchFolder folder;
    Session session(folder / "notes.db");
    session.ask(command::AddRun{kRun, run_config(), true});
    ASSERT_TRUE(session.wait_until_epoch(50));
    session.ask(command::Remove{kRun});
    ASSERT_TRUE(session.wait_for_state(RunState::kRemoved));
    EXPECT_EQ(session.end(), "");
    Notebook notebook(folder / "notes.db", kRead);
    ASSERT_EQ(notebook.runs().size(), 1U);
    EXPECT_EQ(notebook.runs()[0].state, RunState::kPaused);
    EXPECT_EQ(notebook.runs()[0].owner, "");
    EXPECT_GE(notebook.checkpoint(notebook.runs()[0].id).value().epoch, 50);
}

TEST(TrainerStore, LivesTwiceInEveryOrder) {
    const ScratchFolder folder;
    for (int round = 0; round < 2; ++round) {
        {
            Session session(folder / "notes.db");
            EXPECT_EQ(session.end(), "");
        }
        Session session(folder / "notes.db");
        session.ask(command::AddRun{kRun, run_config(), true});
        EXPECT_EQ(session.end(), ""); // perhaps before it began
    }
}

} // namespace
} // namespace grokscope
