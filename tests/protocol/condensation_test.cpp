// Half-way epochs of figures, on series whose halves are known by hand.
#include "engine/protocol/condensation.h"

#include "engine/protocol/instrument.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>
#include <utility>
#include <vector>

namespace grokscope {
namespace {

using Points = std::vector<std::pair<std::int32_t, double>>;

void add(CondensedCurves& curves, std::string_view id, const Points& points) {
    for (const auto& [epoch, value] : points) {
        Reading reading;
        reading.epoch = epoch;
        reading.figures = {{std::string(id), {value}}};
        curves.add(reading);
    }
}

/// The one figure of a run that memorised at 100 and grokked at 1,000.
CondensedFigure figure_of(const Points& points, std::int32_t memorised = 100) {
    CondensedCurves curves;
    add(curves, "gini_W_E", points);
    const Condensation run = curves.at(memorised, 1000);
    EXPECT_EQ(run.figures.size(), 1U);
    return run.figures.empty() ? CondensedFigure{} : run.figures.front();
}

TEST(Condensation, LooksUpFiguresThatAreRead) {
    for (const CondensedSpec& spec : kCondensed) {
        const auto has = [&](const InstrumentSpec& of) {
            return find_figure(of, spec.id) != nullptr;
        };
        EXPECT_TRUE(spec.id == kTestAccuracyId || has(progress_instrument()) ||
                    std::ranges::any_of(instruments(), has))
            << spec.id;
    }
}

TEST(Condensation, PassesTheHalfLinearlyBetweenTwoReadings) {
    const CondensedFigure figure =
        figure_of({{0, 9}, {100, 0.2}, {600, 0.3}, {800, 0.7}, {1000, 1}});
    EXPECT_DOUBLE_EQ(figure.at_memorised, 0.2);
    EXPECT_DOUBLE_EQ(figure.at_last, 1);
    ASSERT_TRUE(figure.half_epoch);
    EXPECT_NEAR(*figure.half_epoch, 750, 1e-9) << "0.6 lies three quarters between 0.3 and 0.7";
    EXPECT_EQ(figure.crosses_back, 0);
    EXPECT_EQ(remark_on(figure), "");
}

TEST(Condensation, FallingFiguresAreTheSame) {
    const CondensedFigure figure = figure_of({{100, 10}, {500, 10}, {700, 2}, {900, 0}});
    EXPECT_NEAR(*figure.half_epoch, 625, 1e-9);
    EXPECT_DOUBLE_EQ(figure.scaled(10), 0);
    EXPECT_DOUBLE_EQ(figure.scaled(0), 1);
}

TEST(Condensation, CountsThatItCrossesBackAndKeepsTheFirstPassing) {
    // Up over the half, down, and up again; and an overshoot, which is no crossing.
    const CondensedFigure figure =
        figure_of({{100, 0}, {200, 1}, {300, 0.2}, {400, 1.6}, {500, 0.4}, {600, 1}});
    EXPECT_NEAR(*figure.half_epoch, 150, 1e-9);
    EXPECT_EQ(figure.crosses_back, 2);
    EXPECT_EQ(remark_on(figure), "crosses back 2 times");
    EXPECT_EQ(figure_of({{100, 0}, {200, 1.9}, {300, 1}}).crosses_back, 0);
}

TEST(Condensation, WhatEndsWhereItStoodHasNoHalf) {
    const CondensedFigure hump = figure_of({{100, 1}, {500, 5}, {900, 1.1}});
    EXPECT_TRUE(hump.stays);
    EXPECT_FALSE(hump.half_epoch);
    EXPECT_EQ(remark_on(hump), "ends where it stood");
    EXPECT_TRUE(figure_of({{100, 3}, {500, 3}, {900, 3}}).stays);
    EXPECT_FALSE(figure_of({{100, 1}, {500, 2}, {900, 1.5}}).stays);
}

TEST(Condensation, BeginsAtTheEpochOfMemorisingBetweenItsReadings) {
    const CondensedFigure between = figure_of({{0, 0}, {200, 1}, {400, 1.5}});
    EXPECT_DOUBLE_EQ(between.at_memorised, 0.5);
    EXPECT_FALSE(between.begins_late);
    EXPECT_NEAR(*between.half_epoch, 200, 1e-9);
    const CondensedFigure late = figure_of({{300, 1}, {400, 2}});
    EXPECT_TRUE(late.begins_late);
    EXPECT_EQ(remark_on(late), "first read at 300");
}

TEST(Condensation, LeavesOutWhatIsNoNumberAndWhatWasReadOnce) {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    EXPECT_NEAR(*figure_of({{100, 0}, {150, nan}, {300, 1}}).half_epoch, 200, 1e-9);
    CondensedCurves curves;
    add(curves, "gini_W_E", {{100, 0.5}});
    add(curves, "nobody_knows_it", {{100, 0.5}, {200, 1}});
    EXPECT_TRUE(curves.at(100, 1000).figures.empty());
    EXPECT_TRUE(curves.at(std::nullopt, std::nullopt).figures.empty()) << "not memorised";
}

TEST(Condensation, TakesTestAccuracyOfTheSamples) {
    CondensedCurves curves;
    for (const auto& [epoch, accuracy] :
         Points{{90, 0.01}, {100, 0.02}, {900, 0.22}, {1000, 1.0}}) {
        MetricSample sample;
        sample.epoch = epoch;
        sample.test_accuracy = accuracy;
        curves.add(sample);
    }
    const Condensation run = curves.at(100, 1000);
    ASSERT_EQ(run.figures.size(), 1U);
    EXPECT_EQ(kCondensed[run.figures[0].curve.spec].id, kTestAccuracyId);
    EXPECT_NEAR(*run.figures[0].half_epoch, 900 + 100 * (0.51 - 0.22) / 0.78, 1e-9);
    EXPECT_NEAR(*lead_of(run, run.figures[0]), 62.8, 0.1) << "before the grok epoch: it leads";
    EXPECT_FALSE(lead_of(curves.at(100, std::nullopt), run.figures[0]));
}

TEST(Condensation, SpreadsOfLeadsHaveMedianAndEnds) {
    std::vector<Condensation> runs;
    for (const int half : {700, 900, 1200}) {
        CondensedCurves curves;
        add(curves, "gini_W_E", {{100, 0}, {half - 10, 0}, {half + 10, 1}, {2000, 1}});
        add(curves, "excluded_loss", {{100, 1}, {half, 4}, {2000, 1}});
        runs.push_back(curves.at(100, 1000));
    }
    const std::vector<LeadSpread> spreads = lead_spreads(runs);
    ASSERT_EQ(spreads.size(), 2U);
    EXPECT_EQ(kCondensed[spreads[0].spec].id, "gini_W_E");
    EXPECT_NEAR(spreads[0].median, 100, 1e-9);
    EXPECT_NEAR(spreads[0].least, -200, 1e-9);
    EXPECT_NEAR(spreads[0].most, 300, 1e-9);
    EXPECT_EQ(spreads[0].runs, 3);
    EXPECT_EQ(spreads[1].stays, 3);
    EXPECT_EQ(spreads[1].runs, 0);
    runs.pop_back();
    EXPECT_NEAR(lead_spreads(runs)[0].median, 200, 1e-9) << "of two: half-way";
}

} // namespace
} // namespace grokscope
