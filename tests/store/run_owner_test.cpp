// Of several that want one run, one gets it, and none writes where another does.
#include "engine/store/file_writer.h"
#include "engine/store/process_owner.h"
#include "engine/store/run_origin.h"
#include "engine/store/run_owner.h"
#include "engine/store/stored_run_reader.h"
#include "engine/train/state_hash.h"
#include "tests/store/scratch_folder.h"
#include "tests/store/small_run.h"
#include "tests/store/writer_bench.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <latch>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace grokscope {
namespace {

using store_test::ScratchFolder;
using store_test::small_parts;
using Bench = store_test::WriterBench;

constexpr auto kRead = Notebook::Access::kReadOnly;
constexpr auto kWrite = Notebook::Access::kReadWrite;
constexpr StoredRunId kOne{1};
constexpr int kEnd = 160;

RunConfig every_epoch_config() {
    RunConfig config = store_test::small_config();
    config.eval_every = 1;
    return config;
}

/// A notebook with a run that rests at epoch 60, or has ended there.
void record_a_run(const std::string& file, RunState state = RunState::kPaused) {
    Bench bench(file);
    bench.begin(every_epoch_config(), 60);
    bench.change_state(state);
    ASSERT_EQ(bench.finish(), "");
}

std::uint64_t hash_at_the_end() {
    WorkerPool pool(1);
    Run run(every_epoch_config(), small_parts(), pool);
    while (run.epoch() < kEnd) {
        run.advance_one_epoch();
    }
    return hash_of(run.state());
}

/// The record of one run that trained to kEnd without a break, whoever trained it.
void expect_whole(Notebook& notebook, StoredRunId run, int first_epoch = 0) {
    const std::vector<MetricSample> figures = notebook.metrics(run);
    ASSERT_EQ(figures.size(), static_cast<std::size_t>(kEnd - first_epoch));
    for (int i = 0; i < kEnd - first_epoch; ++i) {
        EXPECT_EQ(figures[static_cast<std::size_t>(i)].epoch, first_epoch + i);
    }
    EXPECT_EQ(notebook.checkpoint(run).value().epoch, kEnd);
    EXPECT_EQ(hash_of(notebook.checkpoint(run)->state), hash_at_the_end());
}

std::string refusal_of(const std::function<void()>& work) {
    try {
        work();
    } catch (const NotebookError& error) {
        return error.what();
    }
    return {};
}

TEST(RunOwner, OfManyWhoWantARunOneGetsIt) {
    for (const RunState state : {RunState::kPaused, RunState::kFinished}) {
        const ScratchFolder folder;
        const std::string file = folder / "runs.db";
        record_a_run(file, state);
        constexpr int kMany = 4;
        std::atomic<int> taken{0};
        std::atomic<int> refused{0};
        std::latch ready(kMany);
        std::latch decided(kMany);
        {
            std::vector<std::jthread> threads;
            for (int i = 0; i < kMany; ++i) {
                threads.emplace_back([&] {
                    const std::string owner = new_owner();
                    OwnerLock lock(lock_file_of(file), lock_byte_of(owner).value());
                    (void)lock.hold();
                    Notebook notebook(file, kWrite);
                    ready.arrive_and_wait();
                    const std::string refusal =
                        refusal_of([&] { take_run(notebook, kOne, owner, 60); });
                    taken += static_cast<int>(refusal.empty());
                    refused += static_cast<int>(refusal.find("trains it") != std::string::npos);
                    decided.arrive_and_wait(); // holding the lock until all have asked
                });
            }
        }
        EXPECT_EQ(taken, 1);
        EXPECT_EQ(refused, kMany - 1);
    }
}

TEST(RunOwner, IsGivenNoStateThatIsNotTheRunsAnyMore) {
    const ScratchFolder folder;
    const std::string file = folder / "runs.db";
    record_a_run(file);
    Notebook notebook(file, kWrite);
    const std::string refusal = refusal_of([&] { take_run(notebook, kOne, new_owner(), 40); });
    EXPECT_NE(refusal.find("read at epoch 40"), std::string::npos) << refusal;
    EXPECT_NE(refusal.find("to epoch 60"), std::string::npos) << refusal;
    EXPECT_EQ(notebook.owner(kOne), "");
    EXPECT_EQ(notebook.owner(StoredRunId{2}), std::nullopt);
}

TEST(RunOwner, OfAProcessThatDiedIsFreeAtOnce) {
#ifdef __linux__
    const ScratchFolder folder;
    const std::string file = folder / "runs.db";
    record_a_run(file);
    Notebook notebook(file, kWrite);
    SystemView container = present_system(); // another one on this machine
    container.namespace_id = "1";
    const std::string other = new_owner(container);
    notebook.set_state(kOne, RunState::kRunning, "");
    {
        OwnerLock lock(lock_file_of(file), lock_byte_of(other).value());
        ASSERT_TRUE(lock.hold());
        take_run(notebook, kOne, other, 60);
        EXPECT_TRUE(is_held(notebook.run(kOne)));
        EXPECT_TRUE(interrupted_runs(notebook).empty());
    }
    EXPECT_FALSE(is_held(notebook.run(kOne))) << "though it wrote this second";
    EXPECT_EQ(interrupted_runs(notebook).size(), 1U);
    EXPECT_EQ(read_for_resuming(notebook, kOne)->state.epoch, 60);
#endif
}

/// Trains a recorded run to kEnd as a process of its own would.
std::string train_to_the_end(Bench& bench, const StoredRun& stored) {
    bench.add(stored.config, &stored);
    bench.change_state(RunState::kRunning);
    bench.train(kEnd - stored.state.epoch);
    bench.change_state(RunState::kFinished);
    return bench.finish();
}

TEST(RunOwner, TwoThatTrainOneRunAtOnceLeaveTwoWholeRecords) {
    for (int round = 0; round < 20; ++round) {
        const ScratchFolder folder;
        const std::string file = folder / "runs.db";
        record_a_run(file);
        std::shared_ptr<const StoredRun> stored;
        {
            Notebook notebook(file, kRead);
            stored = read_for_resuming(notebook, kOne); // before either has begun
        }
        std::array<std::string, 2> problems;
        {
            std::latch ready(2);
            std::vector<std::jthread> threads;
            for (std::string& problem : problems) {
                threads.emplace_back([&] {
                    Bench bench(file);
                    ready.arrive_and_wait();
                    problem = train_to_the_end(bench, *stored);
                });
            }
        }
        EXPECT_EQ(problems[0] + problems[1], "");
        Notebook notebook(file, kRead);
        notebook.check_integrity();
        ASSERT_EQ(notebook.runs().size(), 2U);
        expect_whole(notebook, kOne);
        expect_whole(notebook, StoredRunId{2}, 60);
        const RunSummary rest = notebook.run(StoredRunId{2});
        EXPECT_EQ(rest.provenance.parent, notebook.run(kOne).uuid);
        EXPECT_EQ(rest.provenance.parent_epoch, 60);
        EXPECT_EQ(rest.state, RunState::kFinished);
        EXPECT_EQ(rest.owner, "");
    }
}

TEST(RunOwner, WhoLosesHisRunLeavesItAloneAndKeepsWhatHeTrains) {
    const ScratchFolder folder;
    const std::string file = folder / "runs.db";
    Bench sleeper(file);
    sleeper.begin(every_epoch_config(), 60);
    sleeper.change_state(RunState::kPaused); // all of it is written, then nothing for long
    ASSERT_TRUE(sleeper.wait_for([&](const StoreStatus& status) {
        return status.waiting == 0 && !status.runs.empty() &&
               Notebook(file, kRead).checkpoint_epoch(kOne) == 60 &&
               Notebook(file, kRead).run(kOne).state == RunState::kPaused;
    }));
    {
        Notebook notebook(file, kWrite); // what another machine does that sees no sign of life
        EXPECT_THROW((void)read_for_resuming(notebook, kOne), NotebookError);
        notebook.set_owner(kOne, "", 0);
        const auto stored = read_for_resuming(notebook, kOne);
        Bench other(file);
        EXPECT_EQ(train_to_the_end(other, *stored), "");
    }
    sleeper.change_state(RunState::kRunning);
    sleeper.train(kEnd - 60);
    sleeper.change_state(RunState::kFinished);
    std::string notice;
    EXPECT_TRUE(sleeper.wait_for([&](const StoreStatus& status) {
        notice = status.notice;
        return !notice.empty();
    }));
    sleeper.write({Bench::kId, "mine", {}, {}});
    EXPECT_EQ(sleeper.finish(), "");
    EXPECT_EQ(notice,
              "run 1 was taken over by another process while it trained here; its record is "
              "left alone, and what is trained here from epoch 60 on is recorded as run 2");
    Notebook notebook(file, kRead);
    ASSERT_EQ(notebook.runs().size(), 2U);
    expect_whole(notebook, kOne);
    expect_whole(notebook, StoredRunId{2}, 60);
    EXPECT_EQ(notebook.run(kOne).name, "");
    EXPECT_EQ(notebook.run(StoredRunId{2}).name, "mine");
    EXPECT_EQ(read_for_viewing(notebook, StoredRunId{2})->branch.value().epoch, 60);
    const RunSummary taken = notebook.run(kOne);
    const RunSummary rest = notebook.run(StoredRunId{2});
    const auto origin = origin_of(notebook, rest);
    ASSERT_TRUE(origin && origin->run);
    EXPECT_TRUE(origin->apart) << "though it has another name by now";
    EXPECT_EQ(*origin->run, kOne);
    EXPECT_EQ(origin->epoch, 60);
    EXPECT_FALSE(origin_of(notebook, taken));
    EXPECT_EQ(first_part(notebook, rest).id, kOne);
    const auto later = later_runs(notebook, notebook.runs(), taken);
    ASSERT_EQ(later.size(), 1U);
    EXPECT_EQ(later[0].run, StoredRunId{2});
    EXPECT_TRUE(later[0].apart && later[0].epoch == 60);
    EXPECT_EQ(whole_metrics(notebook, rest).size(), static_cast<std::size_t>(kEnd))
        << "both parts, no epoch twice";
    EXPECT_EQ(whole_metrics(notebook, taken).size(), static_cast<std::size_t>(kEnd));
    EXPECT_FALSE(std::filesystem::exists(lock_file_of(file))) << "gone with the last that held one";
}

TEST(RunOrigin, ABranchIsATrainingOfItsOwn) {
    Notebook notebook(":memory:", kWrite);
    Provenance provenance;
    const StoredRunId from = notebook.add_run(every_epoch_config(), provenance);
    notebook.add(from, StoredMark{MarkKind::kMemorised, 10});
    provenance.parent = notebook.run(from).uuid;
    provenance.parent_epoch = 30;
    const StoredRunId branch = notebook.add_run(every_epoch_config(), provenance);
    const StoredRunId old = notebook.add_run(every_epoch_config(), provenance, {},
                                             "apart from epoch 30"); // as older versions had it
    EXPECT_FALSE(origin_of(notebook, notebook.run(branch)).value().apart);
    EXPECT_TRUE(whole_marks(notebook, notebook.run(branch)).empty());
    EXPECT_TRUE(origin_of(notebook, notebook.run(old)).value().apart);
    EXPECT_EQ(whole_marks(notebook, notebook.run(old)).size(), 1U);
    EXPECT_EQ(later_runs(notebook, notebook.runs(), notebook.run(from)).size(), 2U);
    notebook.remove_run(from);
    EXPECT_FALSE(origin_of(notebook, notebook.run(old)).value().run);
    EXPECT_EQ(first_part(notebook, notebook.run(old)).id, old);
}

TEST(RunOrigin, WhatWasWrittenBetweenTheStateAndTheLossIsTakenFromWhereItStands) {
    Notebook notebook(":memory:", kWrite);
    Provenance provenance;
    const StoredRunId from = notebook.add_run(every_epoch_config(), provenance);
    for (std::int32_t epoch = 0; epoch < 80; epoch += 10) {
        notebook.add(from, MetricSample{.epoch = epoch});
    }
    provenance.parent = notebook.run(from).uuid;
    provenance.parent_epoch = 45; // the last state: figures of 50 were written there, too
    const StoredRunId rest = notebook.add_run(every_epoch_config(), provenance);
    add_apart(notebook, rest, 45);
    for (std::int32_t epoch = 60; epoch < 100; epoch += 10) {
        notebook.add(rest, MetricSample{.epoch = epoch, .train_loss = 1});
    }
    const auto all = whole_metrics(notebook, notebook.run(rest));
    ASSERT_EQ(all.size(), 10U);
    for (std::size_t i = 0; i < all.size(); ++i) {
        EXPECT_EQ(all[i].epoch, static_cast<std::int32_t>(10 * i));
        EXPECT_EQ(all[i].train_loss, i < 6 ? 0 : 1);
    }
}

TEST(RunOrigin, RunsThatGoOnFromEachOtherInACircleEnd) {
    Notebook notebook(":memory:", kWrite);
    Provenance provenance;
    const std::array<std::string, 2> uuids{std::string(32, 'a'), std::string(32, 'b')};
    for (std::size_t i = 0; i < 2; ++i) {
        provenance.parent = uuids.at(1 - i);
        provenance.parent_epoch = 40;
        const auto run = notebook.add_run(every_epoch_config(), provenance, uuids.at(i));
        add_apart(notebook, run, 40);
        notebook.add(run, StoredMark{MarkKind::kMemorised, 10});
    }
    const std::vector<StoredMark> marks = whole_marks(notebook, notebook.run(kOne));
    EXPECT_GE(marks.size(), 2U);
    EXPECT_LE(marks.size(), 16U);
}

TEST(RunOwner, AnEndedRunThatAnotherGaveMoreEpochsIsNotWrittenBack) {
    const ScratchFolder folder;
    const std::string file = folder / "runs.db";
    RunConfig config = every_epoch_config();
    config.epochs = 60;
    Bench window(file);
    window.begin(config, 60);
    window.change_state(RunState::kFinished); // and the window stays open
    ASSERT_TRUE(window.wait_for([&](const StoreStatus& status) {
        return status.waiting == 0 && !status.runs.empty() &&
               Notebook(file, kRead).run(kOne).state == RunState::kFinished;
    }));
    {
        Notebook notebook(file, kRead);
        const auto stored = read_for_resuming(notebook, kOne, kEnd);
        Bench other(file);
        EXPECT_EQ(train_to_the_end(other, *stored), "");
    }
    window.write({Bench::kId, "its name", {{50, "a late note"}}, {}});
    ASSERT_TRUE(window.wait_for(
        [&](const StoreStatus&) { return Notebook(file, kRead).annotations(kOne).size() == 1; }));
    window.change_state(RunState::kRemoved); // the state it rests at is handed over once more
    EXPECT_EQ(window.finish(), "");
    Notebook notebook(file, kRead);
    ASSERT_EQ(notebook.runs().size(), 1U) << "nothing was trained here";
    EXPECT_EQ(notebook.run(kOne).state, RunState::kFinished);
    EXPECT_EQ(notebook.run(kOne).name, "its name");
    EXPECT_EQ(notebook.checkpoint_epoch(kOne), kEnd);
    EXPECT_EQ(notebook.metrics(kOne).size(), static_cast<std::size_t>(kEnd));
}

TEST(RunOwner, ARunThatIsTrainedIsReplacedByNoImportedOne) {
    const ScratchFolder folder;
    record_a_run(folder / "runs.db");
    Notebook further(folder / "runs.db", kRead);
    Notebook target(":memory:", kWrite);
    const StoredRunId run = copy_run(further, kOne, target);
    const CheckedRun checked = check_run(further, kOne);
    for (const RunState state : {RunState::kRunning, RunState::kPaused}) {
        target.set_state(run, state, "");
        target.set_owner(run, new_owner(), 0); // this process, and it lives
        EXPECT_EQ(replace_run(further, checked, target, run), std::nullopt);
        EXPECT_EQ(target.run(run).id, run);
    }
    target.set_owner(run, "", 0);
    EXPECT_TRUE(replace_run(further, checked, target, run).has_value());
}

TEST(RunOwner, WhatTheUserWroteStaysWhenTheRunIsReplaced) {
    const ScratchFolder folder;
    record_a_run(folder / "runs.db");
    Notebook further(folder / "runs.db", kWrite);
    further.add(kOne, StoredAnnotation{0, 10, "in both", ""});
    further.add(kOne, StoredAnnotation{0, 20, "theirs", ""});
    Notebook target(":memory:", kWrite);
    const StoredRunId run = copy_run(further, kOne, target);
    target.set_name(run, "mine");
    target.add(run, StoredAnnotation{0, 30, "my own", ""});
    const auto replaced = replace_run(further, check_run(further, kOne), target, run);
    ASSERT_TRUE(replaced.has_value());
    EXPECT_EQ(target.run(*replaced).name, "mine");
    std::vector<std::string> notes;
    for (const StoredAnnotation& note : target.annotations(*replaced)) {
        notes.push_back(std::to_string(note.epoch) + " " + note.text);
    }
    EXPECT_EQ(notes, (std::vector<std::string>{"10 in both", "20 theirs", "30 my own"}));
}

} // namespace
} // namespace grokscope
