// What a notebook offers to begin with: newest first, sweeps as one entry, curves in small.
#include "engine/store/recent_runs.h"

#include "engine/store/process_owner.h"

#include <gtest/gtest.h>

#include <cmath>

namespace grokscope {
namespace {

class RecentRunsTest : public testing::Test {
protected:
    StoredRunId add(const RunConfig& config, std::int32_t epochs,
                    RunState state = RunState::kPaused) {
        const StoredRunId run = notebook.add_run(config, {}, {}, {}, "2026-11-20T08:00:00Z");
        for (std::int32_t epoch = 0; epoch < epochs; epoch += 10) {
            MetricSample sample;
            sample.epoch = epoch;
            sample.test_accuracy = epoch / 1000.0;
            notebook.add(run, sample);
        }
        notebook.set_progress(run, epochs, 1.0);
        notebook.set_state(run, state, "");
        return run;
    }
    static RunConfig of_sweep(std::uint32_t seed, const Stencil& stencil) {
        RunConfig config;
        config.seed = seed;
        config.stencil = stencil;
        config.stop_when_grokked = true;
        return config;
    }
    /// The numbers of the runs of each entry.
    std::vector<std::vector<std::int64_t>> numbers(std::size_t most = 100) {
        std::vector<std::vector<std::int64_t>> all;
        for (const RecentRuns& entry : recent_runs(notebook, most).entries) {
            all.emplace_back();
            for (const RecentRun& run : entry.runs) {
                all.back().push_back(run.number);
            }
        }
        return all;
    }

    Notebook notebook{":memory:", Notebook::Access::kReadWrite};
};

using Numbers = std::vector<std::vector<std::int64_t>>;

TEST_F(RecentRunsTest, AnEmptyNotebookHasNone) {
    EXPECT_TRUE(recent_runs(notebook, 10).entries.empty());
    EXPECT_EQ(recent_runs(notebook, 10).all_runs, 0U);
}

TEST_F(RecentRunsTest, TheNewestComeFirstAndThoseLeftOutAreCounted) {
    for (std::uint32_t seed = 0; seed < 5; ++seed) {
        RunConfig config;
        config.seed = seed;
        add(config, 20);
    }
    EXPECT_EQ(numbers(3), (Numbers{{5}, {4}, {3}}));
    EXPECT_EQ(recent_runs(notebook, 3).all_runs, 5U);
}

TEST_F(RecentRunsTest, ASweepIsOneEntryWhereItsNewestRunStands) {
    add(of_sweep(0, {}), 20);
    add(of_sweep(0, Stencil::of({0})), 20);
    RunConfig other;
    other.seed = 77;
    add(other, 20);
    add(of_sweep(1, {}), 20);
    RunConfig another_problem = of_sweep(1, Stencil::of({0}));
    another_problem.p = 59;
    add(another_problem, 20);
    EXPECT_EQ(numbers(), (Numbers{{5}, {4}, {3}, {2}, {1}})) << "three runs are no sweep";
    add(of_sweep(1, Stencil::of({0})), 20);
    EXPECT_EQ(numbers(), (Numbers{{6, 4, 2, 1}, {5}, {3}}));
}

TEST_F(RecentRunsTest, ARaceIsAllRunsInTheOrderInWhichTheyWereMade) {
    EXPECT_TRUE(race_in(notebook).runs.empty());
    RunConfig config;
    add(config, 400);
    config.stencil = Stencil::of({0});
    add(config, 200);
    const RecentRuns race = race_in(notebook);
    ASSERT_EQ(race.runs.size(), 2U);
    EXPECT_EQ(race.runs[0].number, 1);
    EXPECT_EQ(race.runs[1].config.label(), "[0]");
    EXPECT_EQ(race.runs[0].test_accuracy.size(), kRecentPoints);
    EXPECT_EQ(race.runs[0].test_accuracy.back(), 0.39F);
}

TEST_F(RecentRunsTest, RepeatsOfOneSeedAreNoSweep) {
    for (int i = 0; i < 5; ++i) {
        add(of_sweep(7, {}), 20);
    }
    EXPECT_EQ(numbers().size(), 5U);
}

TEST_F(RecentRunsTest, TheCurveGoesEvenlyFromTheFirstEpochToTheLast) {
    add({}, 1000);
    const RecentRun run = recent_runs(notebook, 1).entries.front().runs.front();
    ASSERT_EQ(run.test_accuracy.size(), kRecentPoints);
    EXPECT_FLOAT_EQ(run.test_accuracy.front(), 0);
    EXPECT_FLOAT_EQ(run.test_accuracy.back(), 0.99F);
    EXPECT_NEAR(run.test_accuracy[kRecentPoints / 2], 0.51, 0.02);
    EXPECT_EQ(run.epoch, 1000);
    EXPECT_FALSE(run.grok_epoch.has_value());
    EXPECT_EQ(run.begun, "2026-11-20T08:00:00Z");
}

TEST_F(RecentRunsTest, ARunWithoutFiguresHasNoCurve) {
    add({}, 0);
    EXPECT_TRUE(recent_runs(notebook, 1).entries.front().runs.front().test_accuracy.empty());
    EXPECT_FALSE(recent_runs(notebook, 1).entries.front().runs.front().can_go_on);
}

TEST_F(RecentRunsTest, WhatCanGoOnHasEpochsLeftAndNobodyWhoTrainsIt) {
    const auto newest = [&] { return recent_runs(notebook, 1).entries.front().runs.front(); };
    RunConfig config;
    config.epochs = 100;
    const StoredRunId run = add(config, 50);
    EXPECT_TRUE(newest().can_go_on);
    EXPECT_FALSE(newest().held);
    notebook.set_owner(run, new_owner(), 0); // this process, and it lives
    EXPECT_TRUE(newest().held);
    EXPECT_FALSE(newest().can_go_on);
    add(config, 100, RunState::kFinished);
    EXPECT_FALSE(newest().can_go_on) << "all its epochs are trained";
    add(config, 50, RunState::kFailed);
    EXPECT_FALSE(newest().can_go_on);
}

} // namespace
} // namespace grokscope
