// What a notebook says of runs like one: the range of grok epochs, and the record of a rerun.
#include "engine/store/known_runs.h"

#include "engine/store/process_owner.h"

#include <gtest/gtest.h>

#include <chrono>

namespace grokscope {
namespace {

std::int64_t now() {
    return std::chrono::duration_cast<std::chrono::seconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

class KnownRunsTest : public testing::Test {
protected:
    /// A recorded run; `grok` 0: it did not.
    StoredRunId add(const RunConfig& config, std::int32_t epochs, std::int32_t grok,
                    const Provenance& provenance = {}) {
        const StoredRunId run =
            notebook.add_run(config, provenance, {}, {}, "2026-11-20T08:00:00Z");
        notebook.set_progress(run, epochs, 1.0);
        notebook.set_state(run, RunState::kFinished, "");
        if (grok > 0) {
            notebook.add(run, StoredMark{MarkKind::kGrokked, grok});
        }
        return run;
    }
    RunConfig with_seed(std::uint32_t seed) const {
        RunConfig config;
        config.seed = seed;
        return config;
    }
    KnownRuns ask(const RunConfig& config, StoredRunId itself = {}, bool with_earlier = false) {
        return known_runs(notebook, config, itself, with_earlier);
    }

    Notebook notebook{":memory:", Notebook::Access::kReadWrite};
};

using Known = KnownRunsTest;

TEST_F(Known, AnEmptyNotebookKnowsNothing) {
    const KnownRuns known = ask({});
    EXPECT_TRUE(known.grok_epochs.empty());
    EXPECT_EQ(known.without_grok, 0);
    EXPECT_FALSE(known.same_seed.has_value());
    EXPECT_EQ(ask({}, {}, true).earlier, nullptr);
}

TEST_F(Known, TheRangeIsOverSeedsOfTheSameSettings) {
    add(with_seed(0), 9000, 4980);
    add(with_seed(1), 9000, 3140);
    RunConfig longer = with_seed(2); // where it ends and what is recorded beside change nothing
    longer.epochs = 40000;
    longer.stop_when_stable = true;
    longer.progress_every = 200;
    add(longer, 9000, 4100);
    RunConfig other = with_seed(3);
    other.weight_decay = 0.5;
    add(other, 9000, 700);
    other = with_seed(4);
    other.stencil = Stencil::of({0});
    add(other, 9000, 800);
    const KnownRuns known = ask(with_seed(999));
    EXPECT_EQ(known.grok_epochs, (std::vector<std::int32_t>{3140, 4100, 4980}));
    EXPECT_FALSE(known.same_seed.has_value());
    EXPECT_EQ(ask(with_seed(1)).same_seed, 3140);
}

TEST_F(Known, ASeedCountsOnce) {
    add(with_seed(0), 6000, 4980);
    add(with_seed(0), 9000, 4980);
    EXPECT_EQ(ask(with_seed(999)).grok_epochs.size(), 1U);
}

TEST_F(Known, RunsThatDidNotGrokCountOnlyWhereTheyCouldHave) {
    add(with_seed(0), 9000, 4980);
    add(with_seed(1), 300, 0); // far too short to say anything
    add(with_seed(2), 12000, 0);
    add(with_seed(3), 25000, 0);
    const KnownRuns known = ask(with_seed(999));
    EXPECT_EQ(known.without_grok, 2);
    EXPECT_EQ(known.without_grok_until, 12000);
}

TEST_F(Known, BranchesAndTheRunItselfAreLeftOut) {
    Provenance branch;
    branch.parent = "0123456789abcdef0123456789abcdef";
    branch.parent_epoch = 100;
    add(with_seed(0), 9000, 4980, branch);
    const StoredRunId itself = add(with_seed(999), 9000, 3140);
    EXPECT_TRUE(ask(with_seed(999), itself, true).grok_epochs.empty());
    EXPECT_EQ(ask(with_seed(999), itself, true).earlier, nullptr);
}

TEST_F(Known, TheRecordOfARerunIsTheOneThatCameFarthest) {
    RunConfig config = with_seed(5);
    add(config, 200, 0);
    Provenance provenance;
    provenance.program_version = "0.0.9";
    provenance.step = "fused, AVX2";
    provenance.host = "elsewhere";
    config.epochs = 1234; // ends elsewhere, the same course
    const StoredRunId longest = add(config, 400, 0, provenance);
    add(config, 400, 0);
    MetricSample sample;
    sample.epoch = 10;
    sample.test_loss = 4.7;
    notebook.add(longest, sample);
    EXPECT_EQ(ask(with_seed(5)).earlier, nullptr) << "not asked for";
    const KnownRuns known = ask(with_seed(5), {}, true);
    ASSERT_NE(known.earlier, nullptr);
    EXPECT_EQ(known.earlier->number, static_cast<std::int64_t>(longest));
    EXPECT_EQ(known.earlier->begun, "2026-11-20T08:00:00Z");
    EXPECT_EQ(known.earlier->workplaces.front().workplace,
              (Workplace{"0.0.9", "fused, AVX2", "elsewhere"}));
    ASSERT_EQ(known.earlier->samples.size(), 1U);
    EXPECT_EQ(known.earlier->samples.front().test_loss, 4.7);
    EXPECT_EQ(ask(with_seed(6), {}, true).earlier, nullptr) << "another seed, other bits";
}

TEST_F(Known, WhatALivingProcessTrainsIsNoRecordYet) {
    const StoredRunId run = add(with_seed(5), 30000, 0);
    notebook.set_owner(run, new_owner(), now());
    const KnownRuns known = ask(with_seed(5), {}, true);
    EXPECT_EQ(known.earlier, nullptr);
    EXPECT_EQ(known.without_grok, 0);
    notebook.set_owner(run, "", 0);
    EXPECT_NE(ask(with_seed(5), {}, true).earlier, nullptr);
}

} // namespace
} // namespace grokscope
