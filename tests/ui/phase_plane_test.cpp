// Which runs of a notebook lie in one plane, its axes, and what is said of a cell.
#include "ui/core/phase_plane.h"
#include "ui/views/plane/plane_text.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace grokscope::ui {
namespace {

PlaneRun run_at(double fraction, double decay, std::uint32_t seed,
                std::optional<std::int32_t> grokked, std::int32_t last = 3000) {
    PlaneRun run;
    run.run.config.p = 23;
    run.run.config.train_fraction = fraction;
    run.run.config.weight_decay = decay;
    run.run.config.seed = seed;
    run.run.memorised_epoch = 100;
    run.run.grok_epoch = grokked;
    run.run.last_epoch = grokked.value_or(last);
    run.number = 1;
    run.over = true;
    return run;
}

/// Fractions .3 and .5, decays .1, 1 and 10, two seeds each; one cell is not there.
PlaneRuns small_plane() {
    PlaneRuns runs{.file = "a.db", .runs = {}};
    for (const std::uint32_t seed : {0U, 1U}) {
        for (const double decay : {1.0, 0.1, 10.0}) {
            const auto epoch =
                static_cast<std::int32_t>(2000 / decay) + static_cast<int>(seed) * 10;
            runs.runs.push_back(
                run_at(0.5, decay, seed, decay < 1 ? std::nullopt : std::optional(epoch)));
            if (decay < 5) {
                runs.runs.push_back(run_at(0.3, decay, seed, 2500 + static_cast<int>(seed)));
            }
        }
    }
    return runs;
}

TEST(PhasePlane, LaysRunsOutByTheTwoSettingsInWhichTheyDiffer) {
    const PlaneRuns runs = small_plane();
    const auto plane = phase_plane(runs, {}, nullptr);
    ASSERT_TRUE(plane);
    EXPECT_EQ(plane->across.setting->key, "weight_decay");
    EXPECT_EQ(plane->up.setting->key, "train_fraction");
    ASSERT_EQ(plane->columns(), 3U);
    ASSERT_EQ(plane->rows(), 2U);
    EXPECT_EQ(plane->across.values[0].weight_decay, 0.1) << "increasing";
    EXPECT_TRUE(plane->across.logarithmic);
    EXPECT_TRUE(plane->across.to_scale);
    EXPECT_NEAR(plane->across.edges[1], 1.0 / 3, 1e-6);
    EXPECT_FALSE(plane->up.logarithmic);
    EXPECT_EQ(plane->cell(1, 1).figures.median_epoch, Bounded::exactly(2005));
    EXPECT_EQ(plane->cell(2, 1).figures.median_epoch, Bounded::exactly(205));
    EXPECT_EQ(plane->cell(0, 1).figures.median_epoch, Bounded::above(3000));
    EXPECT_TRUE(plane->cell(2, 0).empty());
    EXPECT_EQ(plane->fastest, 205);
    EXPECT_EQ(plane->slowest, 2500.5);
    EXPECT_EQ(cell_epoch(plane->cell(0, 1)), "> 3,000");
    EXPECT_EQ(cell_epoch(plane->cell(2, 0)), "none yet");
}

TEST(PhasePlane, SaysOfACellWhatEachSeedDid) {
    PlaneRuns runs = small_plane();
    runs.runs.push_back(run_at(0.5, 1, 7, std::nullopt, 340));
    runs.runs.back().over = false;
    runs.runs.push_back(run_at(0.5, 1, 8, std::nullopt, 12));
    runs.runs.back().run.failed = true;
    const auto plane = phase_plane(runs, {}, nullptr);
    ASSERT_TRUE(plane);
    const auto lines = cell_in_words(*plane, runs, 1, 1, false);
    ASSERT_EQ(lines.size(), 3U);
    EXPECT_EQ(lines[0], "weight decay 1, share of pairs to train on 0.5");
    EXPECT_EQ(lines[1], "median grok epoch 2,005, 2 of 2: grokking, 1 failed, 1 under way");
    EXPECT_EQ(lines[2],
              "seed 0: 2,000   seed 1: 2,010   seed 7: under way, at 340   seed 8: failed at 12");
    EXPECT_EQ(cell_in_words(*plane, runs, 0, 1, false)[2], "seed 0: > 3,000   seed 1: > 3,000");
    EXPECT_EQ(cell_in_words(*plane, runs, 2, 0, false)[1], "Not trained yet");
}

TEST(PhasePlane, ShowsWhatASweepHasNotBegun) {
    PlaneRuns runs{.file = "a.db", .runs = {run_at(0.5, 1, 0, 900)}};
    runs.planned.push_back(run_at(0.5, 3, 0, {}).run.config);
    const auto plane = phase_plane(runs, {}, nullptr);
    ASSERT_TRUE(plane);
    EXPECT_EQ(plane->up.setting, nullptr);
    ASSERT_EQ(plane->columns(), 2U);
    EXPECT_EQ(plane->cell(1, 0).planned, 1);
    EXPECT_TRUE(plane->cell(1, 0).empty());
}

TEST(PhasePlane, TakesThoseLikeTheSelectedRunAndItsChoiceOfAxes) {
    PlaneRuns runs = small_plane();
    for (const double rate : {3e-4, 1e-3, 3e-3}) { // a third setting, at one place of the plane
        PlaneRun other = run_at(0.5, 1, 0, 700);
        other.run.config.learning_rate = rate;
        other.run.config.p = 29;
        runs.runs.push_back(other);
        other.run.config.p = 23;
        runs.runs.push_back(other);
    }
    const RunConfig near = runs.runs.front().run.config;
    const auto plane = phase_plane(runs, {}, &near);
    ASSERT_TRUE(plane);
    EXPECT_EQ(plane->varied.size(), 4U) << "p, fraction, rate, decay";
    EXPECT_EQ(plane->across.setting->key, "weight_decay") << "most runs differ so";
    const auto chosen = phase_plane(runs, {.across = "learning_rate", .up = "p"}, &near);
    ASSERT_TRUE(chosen);
    EXPECT_EQ(chosen->across.setting->key, "learning_rate");
    EXPECT_EQ(chosen->up.setting->key, "p");
    EXPECT_EQ(chosen->columns(), 3U);
    EXPECT_EQ(chosen->rows(), 2U);
    EXPECT_EQ(chosen->cell(2, 1).runs.size(), 1U);
    const auto halfway = phase_plane(runs, {.across = "p"}, &near);
    EXPECT_EQ(halfway->across.setting->key, "p");
    EXPECT_NE(halfway->up.setting->key, "p");
}

TEST(PhasePlane, KeepsOtherVariantsApart) {
    PlaneRuns runs = small_plane();
    for (PlaneRun run : std::vector<PlaneRun>(runs.runs)) {
        run.run.config.stencil = Stencil::of({0});
        run.run.grok_epoch = 50;
        runs.runs.push_back(run);
    }
    const RunConfig plain = runs.runs.front().run.config;
    EXPECT_EQ(phase_plane(runs, {}, &plain)->cell(2, 1).figures.median_epoch,
              Bounded::exactly(205));
    EXPECT_EQ(phase_plane(runs, {}, nullptr)->cell(2, 1).figures.median_epoch, Bounded::exactly(50))
        << "the newest runs";
}

TEST(PhasePlane, HasNoneWhereOnlySeedsDiffer) {
    const PlaneRuns runs{.file = "a.db", .runs = {run_at(0.5, 1, 0, 900), run_at(0.5, 1, 1, 950)}};
    EXPECT_FALSE(phase_plane(runs, {}, nullptr));
    EXPECT_FALSE(phase_plane({}, {}, nullptr));
}

TEST(PhasePlane, CellsAreAlikeWhereSomeWouldBeTooNarrow) {
    PlaneRuns runs{.file = "a.db", .runs = {}};
    for (const double decay : {0.0, 0.01, 0.02, 1.0}) { // 0 has no logarithm
        runs.runs.push_back(run_at(0.5, decay, 0, 900));
    }
    const auto plane = phase_plane(runs, {}, nullptr);
    ASSERT_TRUE(plane);
    EXPECT_FALSE(plane->across.to_scale);
    EXPECT_FALSE(plane->across.logarithmic);
    EXPECT_EQ(plane->across.edges, (std::vector<float>{0, 0.25F, 0.5F, 0.75F, 1}));
    EXPECT_EQ(axis_title(plane->across), "weight decay (not to scale)");
}

TEST(PhasePlane, StableGroksStandForFirstTouchesWhereChosen) {
    PlaneRuns runs = small_plane();
    for (PlaneRun& run : runs.runs) { // ended at the first touch: none is known to last
        run.run.lasting.observe(run.run.last_epoch, 1, run.run.grok_epoch ? 0.99 : 0.2);
    }
    const auto plane = phase_plane(runs, {.stable = true}, nullptr);
    ASSERT_TRUE(plane);
    EXPECT_EQ(plane->cell(2, 1).figures.median_epoch, Bounded::above(210));
    EXPECT_EQ(plane->fastest, 0);
}

} // namespace
} // namespace grokscope::ui
