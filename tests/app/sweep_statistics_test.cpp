#include "app/commands/sweep_statistics.h"

#include "engine/protocol/epoch_cost.h"

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
    run.wall_seconds = epoch * 0.01;
    run.cpu_seconds = epoch * 0.02;
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
    EXPECT_TRUE(rows[0].speed_ups.pairs.empty());
    const SweepRow& full = rows[1];
    const SpeedUps& speed_ups = full.speed_ups;
    ASSERT_EQ(speed_ups.pairs.size(), 4U);
    EXPECT_NEAR(speed_ups.pairs[0].ratio.low, 2.604, 5e-4);
    EXPECT_NEAR(speed_ups.geometric_mean.low, 2.77, 5e-3); // science.md 2.2
    EXPECT_NEAR(speed_ups.median.low, 2.70, 5e-3);
    EXPECT_NEAR(speed_ups.smallest.low, 2.346, 5e-4);
    EXPECT_NEAR(speed_ups.largest.low, 3.443, 5e-4);
    // Logarithms .8527, .9570, 1.0313, 1.2364: mean 1.01936, sd 0.16218, t 3.1824.
    EXPECT_EQ(speed_ups.interval, IntervalKind::kStudent);
    EXPECT_NEAR(speed_ups.low.low, std::exp(1.01936 - 3.1824 * 0.16218 / 2), 1e-4);
    EXPECT_NEAR(speed_ups.high.low, std::exp(1.01936 + 3.1824 * 0.16218 / 2), 1e-4);
    EXPECT_EQ(full.mean_epoch, Bounded::exactly(2317.5));
    EXPECT_EQ(full.median_epoch, Bounded::exactly(2040));
    EXPECT_NEAR(full.deviation, 755.485, 1e-3);
    EXPECT_NEAR(full.mean_wall_seconds.low, 23.175, 1e-9);
    EXPECT_NEAR(full.mean_cpu_seconds.low, 46.35, 1e-9);
    EXPECT_FALSE(full.censored);
    // docs/engine.md section 5: 5.3 GFLOP an epoch.
    EXPECT_NEAR(full.mean_gflop.low, 5.3 * 2317.5, 0.2 * 2317.5);
    EXPECT_NE(sweep_table(rows).find("Student's t"), std::string::npos);
}

TEST(SweepStatistics, FewerThanFourPairsAreListedWithoutAnInterval) {
    std::vector<SweepRun> three = measured();
    three.resize(6);
    const auto rows = sweep_rows(three);
    EXPECT_EQ(rows[1].speed_ups.interval, IntervalKind::kNone);
    const std::string table = sweep_table(rows);
    EXPECT_NE(table.find("3 pairs, 2.35 .. 2.80: 2.60 (seed 999) 2.35 (seed 0) 2.80 (seed 1)"),
              std::string::npos)
        << table;
    EXPECT_NE(table.find("from 4 pairs on"), std::string::npos) << table;
}

TEST(SweepStatistics, DropsNoRunThatDidNotGrok) {
    const auto rows = sweep_rows({run_of(1, {}, 8000, false), run_of(1, {0}, 4000),
                                  run_of(2, {}, 5000), run_of(2, {0}, 8000, false)});
    const auto& pairs = rows[1].speed_ups.pairs;
    ASSERT_EQ(pairs.size(), 2U);
    EXPECT_EQ(pairs[0].ratio, Bounded::above(2));
    EXPECT_EQ(pairs[1].ratio, (Bounded{0, 0.625}));
    EXPECT_EQ(rows[1].grokked, 1);
    EXPECT_TRUE(rows[1].censored);
    EXPECT_EQ(rows[1].mean_epoch, Bounded::above(6000));
    EXPECT_TRUE(rows[1].mean_cpu_seconds.is_above());
    EXPECT_TRUE(std::isnan(rows[1].deviation)) << "no spread of what is not known";
    const std::string table = sweep_table(rows);
    EXPECT_NE(table.find("> 2.00 (seed 1)"), std::string::npos) << table;
    EXPECT_NE(table.find("< 0.62 (seed 2)"), std::string::npos) << table;
    EXPECT_NE(table.find("1/2"), std::string::npos) << table;
    EXPECT_NE(table.find("> 6000"), std::string::npos) << table;
    EXPECT_NE(table.find("log-rank p = "), std::string::npos) << table;
}

TEST(SweepStatistics, APairOfWhichNeitherGrokkedStaysAndIsNamed) {
    const auto rows = sweep_rows({run_of(1, {}, 300, false), run_of(1, {0}, 300, false),
                                  run_of(2, {}, 300, false), run_of(2, {0}, 200)});
    const SpeedUps& speed_ups = rows[1].speed_ups;
    ASSERT_EQ(speed_ups.pairs.size(), 2U);
    EXPECT_TRUE(speed_ups.pairs[0].neither_grokked());
    EXPECT_EQ(speed_ups.pairs[1].ratio, Bounded::above(1.5));
    EXPECT_EQ(speed_ups.geometric_mean, Bounded{});
    const std::string table = sweep_table(rows);
    EXPECT_NE(table.find("2 pairs, in 1 of which neither run grokked"), std::string::npos) << table;
    EXPECT_NE(table.find("? (seed 1) > 1.50 (seed 2)"), std::string::npos) << table;
    EXPECT_EQ(sweep_table(sweep_rows(measured())).find("neither"), std::string::npos);
}

TEST(SweepStatistics, TheFileTellsABoundFromAFigure) {
    const std::string csv = sweep_csv(
        sweep_rows({run_of(1, {}, 3000, false), run_of(1, {0}, 1120), run_of(2, {}, 3000),
                    run_of(2, {0}, 1500), run_of(3, {}, 2000), run_of(3, {0}, 4000, false),
                    run_of(4, {}, 3000, false), run_of(4, {0}, 3000, false)}));
    EXPECT_NE(csv.find("gflop,speed_up,pair,speed_up_low,speed_up_high,stable_grok,"),
              std::string::npos);
    const auto ends = [&](const std::string& begin, const std::string& end) {
        const std::size_t at = csv.find(begin);
        const std::string line = csv.substr(at, csv.find('\n', at) - at);
        const std::size_t seconds = line.rfind(',', line.rfind(',') - 1); // and softmax collapse
        return at != std::string::npos &&
               line.substr(0, seconds).ends_with(end + ",nan,0,nan,none,nan,nan");
    };
    EXPECT_TRUE(ends("\"[0]\",1,1,1120,", ",nan,above,2.6785714285714284,nan")) << csv;
    EXPECT_TRUE(ends("\"[0]\",2,1,1500,", ",2,exact,2,2")) << csv;
    EXPECT_TRUE(ends("\"[0]\",3,0,4000,", ",nan,below,nan,0.5")) << csv;
    EXPECT_TRUE(ends("\"[0]\",4,0,3000,", ",nan,neither,nan,nan")) << csv;
    EXPECT_TRUE(ends("\"baseline\",1,0,3000,", ",nan,none,nan,nan")) << csv;
    EXPECT_EQ(csv.find("exact,2.678"), std::string::npos);
}

TEST(SweepStatistics, TellsTheSoftmaxCollapseOfTheRunsThatMeasuredIt) {
    std::vector<SweepRun> runs = measured();
    EXPECT_EQ(sweep_table(sweep_rows(runs)).find("ollapse"), std::string::npos);
    runs[0].softmax_collapse = 0.5; // two of the four baselines
    runs[2].softmax_collapse = 0.125;
    const auto rows = sweep_rows(runs);
    EXPECT_EQ(rows[0].collapse_measured, 2);
    EXPECT_EQ(rows[0].mean_collapse, 0.3125);
    EXPECT_EQ(rows[1].collapse_measured, 0);
    EXPECT_TRUE(std::isnan(rows[1].mean_collapse));
    const std::string table = sweep_table(rows);
    EXPECT_NE(table.find("softmax collapse: 31.2 % on average of 2 of 4 runs"), std::string::npos)
        << table;
    EXPECT_NE(table.find("Softmax collapse: share of training pairs"), std::string::npos);
    const std::string csv = sweep_csv(rows);
    EXPECT_NE(csv.find(",cpu_seconds,softmax_collapse\n"), std::string::npos) << csv;
    EXPECT_NE(csv.find("102.600,0.5\n"), std::string::npos) << csv; // 5,130 epochs of 0.02 s
    EXPECT_NE(csv.find("39.400,nan\n"), std::string::npos) << csv;
}

/// A run that grokked and was watched until `last`, its test accuracy at 80 % before `lasting`.
SweepRun watched(std::uint32_t seed, const std::vector<int>& offsets, std::int32_t grok,
                 std::int32_t lasting, std::int32_t last) {
    SweepRun run = run_of(seed, offsets, grok);
    run.config.stop_when_stable = true;
    run.last_epoch = last;
    for (std::int32_t epoch = 0; epoch < last; epoch += 10) {
        run.lasting.observe(epoch, 1.0, epoch == grok || epoch >= lasting ? 1.0 : 0.8);
    }
    return run;
}

TEST(SweepStatistics, ShowsTheGrokThatLastsBesideTheFirstTouch) {
    // Seed 7 of the full stencil: 1,630, lost again, 1,950 for good.
    const auto rows =
        sweep_rows({watched(7, {}, 4400, 4400, 5400), watched(7, {-1, 0, 1}, 1630, 1950, 3000),
                    watched(8, {}, 4000, 4000, 4300), // not long enough to say
                    watched(8, {-1, 0, 1}, 2000, 2000, 3000)});
    const SweepRow& full = rows[1];
    EXPECT_NEAR(full.speed_ups.pairs[0].ratio.low, 2.70, 5e-3);
    EXPECT_NEAR(full.lasting_speed_ups.pairs[0].ratio.low, 2.26, 5e-3);
    EXPECT_EQ(full.lasting_speed_ups.pairs[1].ratio, Bounded::above(2));
    EXPECT_EQ(full.lasting, 2);
    EXPECT_EQ(rows[0].lasting, 1);
    EXPECT_EQ(full.times_lost, 1);
    EXPECT_EQ(full.mean_lasting, Bounded::exactly(1975));
    const std::string table = sweep_table(rows);
    EXPECT_NE(table.find("lasting: 2/2 from 1975 on average, lost again 1 time; geo.mean > 2.12"),
              std::string::npos)
        << table;
    EXPECT_NE(table.find("2.26 (seed 7) > 2.00 (seed 8)"), std::string::npos) << table;
    const std::string csv = sweep_csv(rows);
    EXPECT_NE(csv.find("1950,1,2.256"), std::string::npos) << csv;
    EXPECT_NE(csv.find(",2000,0,nan,above,2,nan,40.000,nan\n"), std::string::npos) << csv;
}

TEST(SweepStatistics, ProcessorTimeIsMissingWhereOneRunHasNone) {
    std::vector<SweepRun> runs = {run_of(1, {}, 3000), run_of(2, {}, 2000)};
    EXPECT_NE(sweep_csv(sweep_rows(runs)).find(",40.000,nan\n"), std::string::npos);
    runs[1].cpu_seconds = std::nan("");
    const auto rows = sweep_rows(runs);
    EXPECT_TRUE(std::isnan(rows[0].mean_cpu_seconds.low));
    EXPECT_NEAR(rows[0].mean_wall_seconds.low, 25, 1e-9);
    const std::string csv = sweep_csv(rows);
    EXPECT_NE(csv.find(",60.000,nan\n"), std::string::npos) << csv;
    EXPECT_TRUE(csv.ends_with(",nan,nan\n")) << "missing, never 0: " << csv;
    const std::string table = sweep_table(rows);
    EXPECT_NE(table.find("     -     25.0 "), std::string::npos) << table;
}

TEST(SweepStatistics, RunsThatEndAtTheirGrokEpochSayNothingOfWhetherItLasts) {
    std::vector<SweepRun> runs = measured();
    for (SweepRun& run : runs) {
        run.config.stop_when_grokked = true;
    }
    const std::string table = sweep_table(sweep_rows(runs));
    EXPECT_NE(table.find("lasting: not known\n"), std::string::npos) << table;
    EXPECT_NE(table.find("--until-stable trains them on"), std::string::npos) << table;
}

TEST(SweepStatistics, ComparesGrokEpochsWithThoseOfTheBaselinesByLogRank) {
    std::vector<SweepRun> runs;
    for (std::uint32_t seed = 0; seed < 5; ++seed) {
        runs.push_back(run_of(seed, {}, 3000, false));
        runs.push_back(run_of(seed, {0}, 1000 + 10 * static_cast<int>(seed)));
    }
    auto rows = sweep_rows(runs);
    EXPECT_TRUE(std::isnan(rows[0].log_rank_p));
    // Observed 5, expected 1/2 + 4/9 + 3/8 + 2/7 + 1/6, variance of these shares.
    const double excess = 5 - (5.0 / 10 + 4.0 / 9 + 3.0 / 8 + 2.0 / 7 + 1.0 / 6);
    const double variance = 25.0 / 100 + 20.0 / 81 + 15.0 / 64 + 10.0 / 49 + 5.0 / 36;
    EXPECT_NEAR(rows[1].log_rank_p, std::erfc(excess / std::sqrt(2 * variance)), 1e-12);
    EXPECT_LT(rows[1].log_rank_p, 0.01);
    EXPECT_EQ(rows[0].median_epoch, Bounded::above(3000));
    EXPECT_EQ(rows[1].median_epoch, Bounded::exactly(1020));
    EXPECT_EQ(rows[1].not_grokked.size(), 5U);
}

TEST(SweepStatistics, PairsOnlyWhatDiffersInTheStencilAlone) {
    std::vector<SweepRun> runs = {run_of(1, {}, 5000), run_of(1, {0}, 2500)};
    runs[1].config.weight_decay = 0.5;
    EXPECT_TRUE(sweep_rows(runs)[1].speed_ups.pairs.empty());
    runs[1].config.weight_decay = 1.0;
    const auto rows = sweep_rows(runs);
    EXPECT_EQ(rows[1].speed_ups.pairs.size(), 1U);
    EXPECT_EQ(rows[1].speed_ups.interval, IntervalKind::kNone) << "one pair has none";
    EXPECT_NE(sweep_table(rows).find("1 pair:"), std::string::npos);
}

TEST(SweepStatistics, CountsOperationsOfEveryShapeAndQuotesNothingForOthers) {
    SweepRun run = run_of(1, {0}, 100);
    EXPECT_EQ(published_speed_up(run.config), 2.55);
    run.config.d_mlp = 256;
    RunConfig usual;
    usual.stencil = Stencil::of({0});
    EXPECT_GT(gflop_to_grok(run), 0.4 * 100 * gflop_per_epoch(usual));
    EXPECT_LT(gflop_to_grok(run), 0.6 * 100 * gflop_per_epoch(usual)) << "half the hidden units";
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
    ASSERT_EQ(rows[2].speed_ups.pairs.size(), 1U);
    EXPECT_NEAR(rows[2].speed_ups.geometric_mean.low, 1.25, 1e-12);
    EXPECT_NEAR(rows[4].speed_ups.geometric_mean.low, 0.625, 1e-12);
    EXPECT_EQ(published_speed_up(rows[1].runs[0].config), 2.55);
    EXPECT_EQ(published_speed_up(rows[2].runs[0].config), std::nullopt);
    const double plain = gflop_per_epoch(RunConfig{});
    const double product = 2e-9 * 3830 * 512 * 64; // of a probe's second layer
    EXPECT_NEAR(rows[1].mean_gflop.low, (plain + 5 * product) * 2500, 1e-6);
    EXPECT_NEAR(rows[2].mean_gflop.low, (plain + 2 * product) * 4000, 1e-6)
        << "a frozen probe does not learn";
    EXPECT_NEAR(rows[3].mean_gflop.low, plain * 6000, 1e-6);
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
    EXPECT_DOUBLE_EQ(rows[0].mean_epoch.low, 5500);
    EXPECT_DOUBLE_EQ(rows[1].mean_epoch.low, 900);
    EXPECT_EQ(rows[0].label, "baseline, p 113");
    EXPECT_EQ(rows[1].label, "baseline, p 59");
    EXPECT_EQ(rows[2].label, "[0], p 113, stencil_weight 0.1");
    EXPECT_EQ(rows[3].label, "[0], p 59, stencil_weight 0.1");
    EXPECT_EQ(rows[4].label, "[0], p 113, stencil_weight 0.5");
    ASSERT_EQ(rows[3].speed_ups.pairs.size(), 1U);
    EXPECT_DOUBLE_EQ(rows[3].speed_ups.pairs[0].ratio.low, 3.0);
    EXPECT_DOUBLE_EQ(rows[2].speed_ups.geometric_mean.low, 2.0);
    EXPECT_DOUBLE_EQ(rows[4].speed_ups.geometric_mean.low, 4.0);
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
    EXPECT_DOUBLE_EQ(rows[0].mean_epoch.low, 5500);
    EXPECT_EQ(rows[1].runs.size(), 3U);
    EXPECT_EQ(rows[1].grokked, 2);
    EXPECT_EQ(rows[1].failed, 1);
    EXPECT_DOUBLE_EQ(rows[1].mean_epoch.low, 2250);
    ASSERT_EQ(rows[1].speed_ups.pairs.size(), 1U)
        << "neither with a failed run nor with its baseline";
    EXPECT_EQ(rows[1].speed_ups.pairs[0].seed, 1U);
    EXPECT_TRUE(rows[1].speed_ups.pairs[0].ratio.is_exact());
    const std::string table = sweep_table(rows);
    EXPECT_NE(table.find("2/3"), std::string::npos) << table;
    EXPECT_NE(table.find("0/1"), std::string::npos) << table;
    EXPECT_NE(table.find("A run that failed"), std::string::npos) << table;
    EXPECT_EQ(table.find('>'), std::string::npos) << table;
    EXPECT_EQ(table.find("nan"), std::string::npos) << table;
    EXPECT_NE(sweep_csv(rows).find("\"[0]\",2,0,nan,nan,nan,nan,none,nan,nan,nan,nan,nan,none,nan,"
                                   "nan,nan,nan\n"),
              std::string::npos)
        << sweep_csv(rows);
}

TEST(SweepStatistics, KeepsItsColumnsBesideLongLabels) {
    std::vector<SweepRun> runs;
    for (const double fraction : {0.4, 0.6}) {
        for (const std::vector<int>& offsets : {std::vector<int>(), {-1, 0, 1}}) {
            runs.push_back(run_of(999, offsets, 1000));
            runs.back().config.train_fraction = fraction;
        }
    }
    const auto rows = sweep_rows(runs);
    ASSERT_EQ(rows.size(), 4U);
    EXPECT_GT(rows[3].label.size(), 22U) << rows[3].label;
    const std::string table = sweep_table(rows);
    const std::size_t end = table.find("grokked") + 7;
    for (const SweepRow& row : rows) {
        const std::size_t line = table.find("\n" + row.label + " ") + 1;
        ASSERT_NE(line, 0U) << table;
        EXPECT_EQ(table.find("1/1", line), line + end - 3) << table;
    }
}

TEST(SweepStatistics, WritesEveryRunAsCsv) {
    const std::string csv = sweep_csv(sweep_rows(measured()));
    EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 9);
    EXPECT_NE(csv.find("\"[-1,0,+1]\",999,1,1970,19.700,"), std::string::npos) << csv;
}

} // namespace
} // namespace grokscope
