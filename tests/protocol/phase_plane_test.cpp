// Cells of a plane: medians with bounds, the regions of Liu et al., stable groks.
#include "engine/protocol/phase_plane.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>
#include <vector>

namespace grokscope {
namespace {

SweepRun run_of(std::optional<std::int32_t> memorised, std::optional<std::int32_t> grokked,
                std::int32_t last = 3000) {
    SweepRun run;
    run.memorised_epoch = memorised;
    run.grok_epoch = grokked;
    run.last_epoch = grokked.value_or(last);
    return run;
}

TEST(PhaseCell, TellsTheFourRegionsApart) {
    EXPECT_EQ(region_of(run_of(100, 1099)), PhaseRegion::kComprehension);
    EXPECT_EQ(region_of(run_of(100, 1100)), PhaseRegion::kGrokking);
    EXPECT_EQ(region_of(run_of(100, std::nullopt)), PhaseRegion::kMemorisation);
    EXPECT_EQ(region_of(run_of(std::nullopt, std::nullopt)), PhaseRegion::kConfusion);
}

TEST(PhaseCell, TakesTheMiddleOfAnOddNumberOfSeeds) {
    const PhaseCell cell =
        phase_cell(std::vector{run_of(90, 500), run_of(90, 2000), run_of(90, 2400)});
    EXPECT_EQ(cell.median_epoch, Bounded::exactly(2000));
    EXPECT_EQ(cell.regions, std::vector{PhaseRegion::kGrokking});
    EXPECT_EQ(letters_of(cell), "G");
}

TEST(PhaseCell, TakesHalfWayBetweenTheMiddlesOfAnEvenNumber) {
    const PhaseCell cell = phase_cell(std::vector{run_of(90, 400), run_of(90, 1500)});
    EXPECT_EQ(cell.median_epoch, Bounded::exactly(950));
    EXPECT_EQ(letters_of(cell), "C/G") << "one of each";
}

TEST(PhaseCell, IsABoundWhereMostHadNotGrokkedAndAValueWhereFewHadNot) {
    const PhaseCell most = phase_cell(
        std::vector{run_of(90, 2900), run_of(90, std::nullopt), run_of(90, std::nullopt)});
    EXPECT_EQ(most.median_epoch, Bounded::above(3000));
    EXPECT_EQ(most.grokked, 1);
    EXPECT_EQ(letters_of(most), "M");
    const PhaseCell half = phase_cell(std::vector{run_of(90, 700), run_of(90, std::nullopt)});
    EXPECT_FALSE(half.median_epoch.is_exact());
    EXPECT_GE(half.median_epoch.low, 700);
    const PhaseCell few =
        phase_cell(std::vector{run_of(90, 700), run_of(90, 900), run_of(90, std::nullopt)});
    EXPECT_EQ(few.median_epoch, Bounded::exactly(900));
}

TEST(PhaseCell, CountsFailedRunsAndTakesNothingElseOfThem) {
    SweepRun failed = run_of(90, std::nullopt, 10);
    failed.failed = true;
    const PhaseCell cell = phase_cell(std::vector{failed, run_of(90, 800)});
    EXPECT_EQ(cell.runs, 1);
    EXPECT_EQ(cell.failed, 1);
    EXPECT_EQ(cell.median_epoch, Bounded::exactly(800));
    const PhaseCell none = phase_cell(std::vector{failed});
    EXPECT_EQ(none.runs, 0);
    EXPECT_TRUE(std::isnan(none.median_epoch.low));
    EXPECT_TRUE(none.regions.empty());
}

TEST(PhaseCell, GoesByStableGroksWhereAskedTo) {
    SweepRun run = run_of(100, 600);
    for (const auto& [epoch, accuracy] : std::vector<std::pair<int, double>>{
             {590, 0.94}, {600, 0.99}, {700, 0.5}, {1500, 0.96}, {1990, 0.99}}) {
        run.lasting.observe(epoch, 1, accuracy);
    }
    EXPECT_EQ(by_stable_grok(run).grok_epoch, 1500) << "490 epochs at 95 % or more";
    EXPECT_EQ(region_of(run), PhaseRegion::kComprehension);
    EXPECT_EQ(region_of(by_stable_grok(run)), PhaseRegion::kGrokking);
    SweepRun ended = run_of(100, 600); // with its first touch
    ended.lasting.observe(600, 1, 0.99);
    EXPECT_EQ(by_stable_grok(ended).epoch(), Bounded::above(600));
}

const Setting& setting(std::string_view key) {
    return *std::ranges::find(kSettings, key, &Setting::key);
}

TEST(PhasePlane, SettingsHaveTheirValuesAsPeopleWriteThem) {
    RunConfig config;
    config.weight_decay = 0.3;
    config.operation = Operation::kMultiply;
    EXPECT_EQ(short_value(setting("weight_decay"), config), "0.3");
    EXPECT_EQ(short_value(setting("operation"), config), "mul");
    EXPECT_EQ(short_value(setting("p"), config), "113");
    EXPECT_EQ(number_of(setting("weight_decay"), config), 0.3);
    EXPECT_FALSE(number_of(setting("operation"), config));
    EXPECT_TRUE(may_vary(setting("train_fraction")));
    EXPECT_FALSE(may_vary(setting("seed")));
    EXPECT_FALSE(may_vary(setting("stencil_weight")));
}

} // namespace
} // namespace grokscope
