#include "app/sweep_statistics.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace grokscope {
namespace {

SweepRun run_of(std::uint32_t seed, const std::vector<int>& offsets, std::int32_t epoch,
                bool grokked = true) {
    SweepRun run;
    run.config.seed = seed;
    run.config.stencil = Stencil::of(offsets);
    run.last_epoch = epoch;
    run.seconds = epoch * 0.01;
    if (grokked) {
        run.grok_epoch = epoch;
    }
    return run;
}

/// The four pairs of science.md section 2.2.
std::vector<SweepRun> measured() {
    return {run_of(999, {}, 5130),       run_of(999, {-1, 0, 1}, 1970), run_of(0, {}, 4950),
            run_of(0, {-1, 0, 1}, 2110), run_of(1, {}, 9620),           run_of(1, {-1, 0, 1}, 3430),
            run_of(2, {}, 6060),         run_of(2, {-1, 0, 1}, 1760)};
}

TEST(SweepStatistics, GivesThePublishedSpeedUpOfFourPairs) {
    const auto rows = sweep_rows(measured());
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_TRUE(rows[0].speed_ups.empty());
    EXPECT_TRUE(std::isnan(rows[0].speed_up));
    const SweepRow& full = rows[1];
    ASSERT_EQ(full.speed_ups.size(), 4U);
    EXPECT_NEAR(full.speed_ups[0].ratio, 2.604, 5e-4);
    EXPECT_NEAR(full.speed_up, 2.77, 5e-3); // geometric mean, science.md 2.2
    EXPECT_NEAR(full.smallest, 2.346, 5e-4);
    EXPECT_NEAR(full.largest, 3.443, 5e-4);
    EXPECT_GT(full.low, full.smallest);
    EXPECT_LT(full.low, full.speed_up);
    EXPECT_GT(full.high, full.speed_up);
    EXPECT_LT(full.high, full.largest);
    EXPECT_NEAR(full.mean_epoch, 2317.5, 1e-9);
    EXPECT_NEAR(full.deviation, 755.485, 1e-3);
    EXPECT_NEAR(full.mean_seconds, 23.175, 1e-9);
    // 0.97 + 2 * 0.39 + 0.31 MFLOP per row, 3,830 rows.
    EXPECT_NEAR(full.mean_gflop, 2.06e-3 * 3830 * 2317.5, 1e-6);
}

TEST(SweepStatistics, GivesTheSameIntervalEveryTime) {
    EXPECT_EQ(sweep_rows(measured())[1].low, sweep_rows(measured())[1].low);
    EXPECT_EQ(sweep_table(sweep_rows(measured())), sweep_table(sweep_rows(measured())));
}

TEST(SweepStatistics, DropsNoRunThatDidNotGrok) {
    const auto rows = sweep_rows({run_of(1, {}, 8000, false), run_of(1, {0}, 4000),
                                  run_of(2, {}, 5000), run_of(2, {0}, 8000, false)});
    ASSERT_EQ(rows[1].speed_ups.size(), 2U);
    EXPECT_TRUE(rows[1].speed_ups[0].is_lower_bound);
    EXPECT_FALSE(rows[1].speed_ups[0].is_upper_bound);
    EXPECT_TRUE(rows[1].speed_ups[1].is_upper_bound);
    EXPECT_EQ(rows[1].grokked, 1);
    const std::string table = sweep_table(rows);
    EXPECT_NE(table.find("> 2.00 (seed 1)"), std::string::npos) << table;
    EXPECT_NE(table.find("< 0.62 (seed 2)"), std::string::npos) << table;
    EXPECT_NE(table.find("1/2"), std::string::npos) << table;
}

TEST(SweepStatistics, APairOfWhichNeitherGrokkedHasNoSpeedUp) {
    const auto rows = sweep_rows({run_of(1, {}, 300, false), run_of(1, {0}, 300, false),
                                  run_of(2, {}, 300, false), run_of(2, {0}, 200)});
    ASSERT_EQ(rows[1].speed_ups.size(), 1U);
    EXPECT_EQ(rows[1].speed_ups[0].seed, 2U);
    EXPECT_DOUBLE_EQ(rows[1].speed_up, 1.5);
    const std::string table = sweep_table(rows);
    EXPECT_EQ(table.find("? "), std::string::npos) << table;
    EXPECT_NE(table.find("neither run grokked has no speed-up"), std::string::npos) << table;
    EXPECT_EQ(sweep_table(sweep_rows(measured())).find("neither"), std::string::npos);
}

TEST(SweepStatistics, PairsOnlyWhatDiffersInTheStencilAlone) {
    std::vector<SweepRun> runs = {run_of(1, {}, 5000), run_of(1, {0}, 2500)};
    runs[1].config.weight_decay = 0.5;
    EXPECT_TRUE(sweep_rows(runs)[1].speed_ups.empty());
    runs[1].config.weight_decay = 1.0;
    const auto rows = sweep_rows(runs);
    EXPECT_EQ(rows[1].speed_ups.size(), 1U);
    EXPECT_TRUE(std::isnan(rows[1].low)) << "one pair has no interval";
    EXPECT_NE(sweep_table(rows).find("1 pair:"), std::string::npos);
}

TEST(SweepStatistics, CountsNoOperationsAndQuotesNothingForOtherShapes) {
    SweepRun run = run_of(1, {0}, 100);
    EXPECT_EQ(published_speed_up(run.config), 2.55);
    run.config.d_mlp = 256;
    EXPECT_TRUE(std::isnan(gflop_to_grok(run)));
    EXPECT_EQ(published_speed_up(run.config), std::nullopt);
}

TEST(SweepStatistics, KeepsControlsApartFromTheirStencil) {
    std::vector<SweepRun> runs = {run_of(1, {}, 5000), run_of(1, {0}, 2500), run_of(1, {0}, 4000),
                                  run_of(1, {}, 6000), run_of(1, {}, 8000)};
    runs[2].config.control = Control::kFrozenProbe;
    runs[3].config.control = Control::kActivationPenalty;
    runs[4].config.control = Control::kActivationPenalty;
    runs[4].config.stencil_weight = 0.3;
    const auto rows = sweep_rows(runs);
    ASSERT_EQ(rows.size(), 5U);
    EXPECT_EQ(rows[2].label, "[0] frozen");
    EXPECT_EQ(rows[3].label, "penalty 0.1");
    EXPECT_EQ(rows[4].label, "penalty 0.3");
    ASSERT_EQ(rows[2].speed_ups.size(), 1U);
    EXPECT_NEAR(rows[2].speed_up, 1.25, 1e-12);
    EXPECT_NEAR(rows[4].speed_up, 0.625, 1e-12);
    EXPECT_EQ(published_speed_up(rows[1].runs[0].config), 2.55);
    EXPECT_EQ(published_speed_up(rows[2].runs[0].config), std::nullopt);
    EXPECT_NEAR(rows[2].mean_gflop, (0.97 + 0.16) * 1e-3 * 3830 * 4000, 1e-6)
        << "a frozen probe does not learn";
    EXPECT_NEAR(rows[3].mean_gflop, 0.97e-3 * 3830 * 6000, 1e-6);
}

TEST(SweepStatistics, KeepsExperimentsApartThatHaveTheSameLabel) {
    std::vector<SweepRun> runs = {run_of(1, {}, 5000),  run_of(2, {}, 6000), run_of(1, {}, 900),
                                  run_of(1, {0}, 2500), run_of(1, {0}, 300), run_of(1, {0}, 1250)};
    runs[2].config.p = 59;
    runs[4].config.p = 59;
    runs[5].config.stencil_weight = 0.5;
    runs[1].config.progress_every = 0;      // what is recorded beside
    runs[1].config.probe_width = 7;         // no probes, no width
    runs[1].config.step = StepKind::kFused; // bits, but no other experiment
    const auto rows = sweep_rows(runs);
    ASSERT_EQ(rows.size(), 5U);
    EXPECT_EQ(rows[0].runs.size(), 2U);
    EXPECT_DOUBLE_EQ(rows[0].mean_epoch, 5500);
    EXPECT_DOUBLE_EQ(rows[1].mean_epoch, 900);
    EXPECT_EQ(rows[0].label, "baseline, p 113");
    EXPECT_EQ(rows[1].label, "baseline, p 59");
    EXPECT_EQ(rows[2].label, "[0], p 113, stencil_weight 0.1");
    EXPECT_EQ(rows[3].label, "[0], p 59, stencil_weight 0.1");
    EXPECT_EQ(rows[4].label, "[0], p 113, stencil_weight 0.5");
    ASSERT_EQ(rows[3].speed_ups.size(), 1U);
    EXPECT_DOUBLE_EQ(rows[3].speed_ups[0].ratio, 3.0);
    EXPECT_DOUBLE_EQ(rows[2].speed_up, 2.0);
    EXPECT_DOUBLE_EQ(rows[4].speed_up, 4.0);
    EXPECT_NE(sweep_csv(rows).find("\"baseline, p 59\",1,1,900,"), std::string::npos);
}

TEST(SweepStatistics, AFailedRunIsCountedAndHasNoEpoch) {
    std::vector<SweepRun> runs = {run_of(1, {}, 5000),     run_of(1, {0}, 2500),
                                  run_of(2, {}, 6000),     run_of(2, {0}, 7, false),
                                  run_of(3, {}, 9, false), run_of(3, {0}, 2000),
                                  run_of(3, {1}, 5, false)};
    for (const std::size_t i : {3, 4, 6}) {
        runs[i].failed = true;
    }
    const auto rows = sweep_rows(runs);
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_DOUBLE_EQ(rows[0].mean_epoch, 5500);
    EXPECT_EQ(rows[1].runs.size(), 3U);
    EXPECT_EQ(rows[1].grokked, 2);
    EXPECT_EQ(rows[1].failed, 1);
    EXPECT_DOUBLE_EQ(rows[1].mean_epoch, 2250);
    ASSERT_EQ(rows[1].speed_ups.size(), 1U) << "neither with a failed run nor with its baseline";
    EXPECT_EQ(rows[1].speed_ups[0].seed, 1U);
    EXPECT_FALSE(rows[1].speed_ups[0].is_upper_bound);
    const std::string table = sweep_table(rows);
    EXPECT_NE(table.find("2/3"), std::string::npos) << table;
    EXPECT_NE(table.find("0/1"), std::string::npos) << table;
    EXPECT_NE(table.find("A run that failed"), std::string::npos) << table;
    EXPECT_EQ(table.find('>'), std::string::npos) << table;
    EXPECT_EQ(table.find("nan"), std::string::npos) << table;
    EXPECT_NE(sweep_csv(rows).find("\"[0]\",2,0,,,,\n"), std::string::npos) << sweep_csv(rows);
}

TEST(SweepStatistics, WritesEveryRunAsCsv) {
    const std::string csv = sweep_csv(sweep_rows(measured()));
    EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 9);
    EXPECT_NE(csv.find("\"[-1,0,+1]\",999,1,1970,19.700,"), std::string::npos) << csv;
}

} // namespace
} // namespace grokscope
