// The closed forms of science.md 6.3 against its own numbers.
#include "engine/theory/laws.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>

namespace grokscope {
namespace {

TEST(SfmLaws, TheCrossingIsThatOfTheTable) {
    struct Case {
        int p;
        double beta;
        double epsilon;
        double n;
    };
    for (const auto& [p, beta, epsilon, n] :
         {Case{97, 1, 1, 1.0792e5}, Case{113, 1, 1, 1.5092e5}, Case{113, 0.1, 1, 1.1874e4},
          Case{113, 0.5, 4.7, 1.2725e4}}) {
        const double a = beta * (p * p - p);
        const auto crossing = sfm_crossing(a, epsilon);
        ASSERT_TRUE(crossing);
        EXPECT_NEAR(*crossing / n, 1, 5e-5) << p << " " << beta << " " << epsilon;
        EXPECT_NEAR(*crossing * epsilon / (a * std::log(*crossing)), 1, 1e-12);
    }
}

TEST(SfmLaws, ThereIsNoCrossingAboveOneOverE) {
    EXPECT_FALSE(sfm_crossing(1, 1.0001 / std::numbers::e));
    EXPECT_NEAR(sfm_crossing(1, 0.9999999 / std::numbers::e).value(), std::numbers::e, 0.01);
    EXPECT_FALSE(sfm_crossing(0, 1)) << "beta 0: memory costs nothing";
}

TEST(SfmLaws, TheRuleWinsBelowTheCrossingAndLosesAbove) {
    SfmSettings settings;
    settings.p = 59;
    settings.beta = 0.05;
    settings.pairs = 1000;
    const double crossing = sfm_laws(settings).crossing.value();
    for (const double factor : {0.5, 0.99, 1.01, 2.0}) {
        settings.pairs = static_cast<int>(factor * crossing);
        ASSERT_LT(settings.pairs, settings.most_pairs());
        const SfmLaws laws = sfm_laws(settings);
        EXPECT_EQ(laws.rule_energy < laws.memory_energy, factor < 1) << factor;
        EXPECT_NEAR(laws.memory_energy, 0.05 * 59 * 59 * std::log(settings.pairs), 1e-9);
        EXPECT_NEAR(laws.rule_energy, settings.pairs + 0.05 * 59 * std::log(settings.pairs), 1e-9);
    }
}

TEST(SfmLaws, TheFreeEnergyAtBetaOneHalfIsWatanabes) {
    SfmSettings settings;
    settings.beta = 0.5;
    const SfmLaws laws = sfm_laws(settings);
    const double log_n = std::log(480);
    EXPECT_NEAR(laws.memory_energy, sfm_lambda(31 * 31) * log_n, 1e-9);
    EXPECT_NEAR(laws.rule_energy, 480 + sfm_lambda(31) * log_n, 1e-9);
}

TEST(SfmLaws, TheGateFallsWithMorePairs) {
    const SfmLaws laws = sfm_laws({});
    EXPECT_NEAR(laws.tau, std::sqrt(0.02 * std::log(480) / 480), 1e-15);
    EXPECT_TRUE(std::ranges::is_sorted(laws.tau_at, std::greater<>()));
    EXPECT_GE(laws.n.front(), std::numbers::e);
    EXPECT_GE(laws.n.back(), 31 * 31 - 1e-6);
    EXPECT_LT(sfm_gate(0.01, 2), sfm_gate(0.01, std::numbers::e)) << "below e it rises";
    EXPECT_EQ(sfm_gate(0, 100), 0);
}

TEST(SfmLaws, SurvivorsArePredictedAsInTheTable) {
    struct Case {
        int p;
        int pairs;
        double beta;
        double expected;
    };
    for (const auto& [p, pairs, beta, expected] :
         {Case{31, 480, 0.01, 346}, Case{113, 3830, 0.01, 921}, Case{113, 3830, 0.0149, 255},
          Case{113, 3830, 0.037, 0.78}, Case{97, 2822, 0.01, 747}}) {
        SfmSettings settings;
        settings.p = p;
        settings.pairs = pairs;
        settings.beta = beta;
        const SfmLaws laws = sfm_laws(settings);
        EXPECT_NEAR(laws.expected / expected, 1, 0.03) << p << " " << beta;
        const double q = pairs / static_cast<double>(p * p);
        EXPECT_NEAR(laws.expected_unit_step, (p * p - p) * std::pow(pairs, -2 * beta / (1 - q)),
                    1e-6);
    }
}

TEST(SfmLaws, WithoutAPriceEverythingIsExpectedToSurvive) {
    SfmSettings settings;
    settings.beta = 0;
    EXPECT_EQ(sfm_laws(settings).expected, 31 * 31 - 31);
    EXPECT_FALSE(sfm_laws(settings).crossing);
    settings.target = SfmTarget::kLabels;
    EXPECT_EQ(sfm_laws(settings).expected, 31 * 31 - 30) << "their mean is no feature";
    settings.target = SfmTarget::kRandom;
    EXPECT_EQ(sfm_laws(settings).expected, 31 * 31) << "nothing is the rule's";
}

TEST(SfmLaws, SurvivorsFallWithMorePairsAtAStepOfOneAlone) {
    const SfmLaws laws = sfm_laws({});
    for (std::size_t i = 1; laws.n[i] < 900; ++i) {
        EXPECT_LT(laws.expected_unit_step_at[i], laws.expected_unit_step_at[i - 1]) << laws.n[i];
    }
    const auto at = [&](double n) {
        return laws.expected_at[static_cast<std::size_t>(std::ranges::lower_bound(laws.n, n) -
                                                         laws.n.begin())];
    };
    EXPECT_LT(at(200), at(480)) << "in units of n/m^2 the step, too, grows with n";
}

TEST(SfmLaws, CurvesOverAllPairsHaveNoSurvivorsThere) {
    const SfmLaws laws = sfm_laws({});
    ASSERT_EQ(laws.n.size(), laws.expected_at.size());
    for (std::size_t i = 0; i < laws.n.size(); ++i) {
        EXPECT_EQ(std::isnan(laws.expected_at[i]), laws.n[i] >= 31 * 31) << laws.n[i];
    }
}

TEST(SfmProxies, AreHalfTheSupportAndAPlaceWithACoefficientEach) {
    EXPECT_EQ(sfm_lambda(113 * 113), 6384.5);
    EXPECT_EQ(sfm_lambda(113), 56.5);
    EXPECT_EQ(sfm_lambda(97 * 97), 4704.5);
    EXPECT_EQ(sfm_lambda(97), 48.5);
    EXPECT_NEAR(sfm_complexity(113, 113), 2 * 56.5 * (2 * std::log2(113.0) + 64), 1e-9);
}

TEST(SfmSettings, WhatDoesNotGoTogetherIsOneSentence) {
    SfmSettings settings;
    EXPECT_TRUE(settings.mistakes().empty());
    settings.pairs = 961;
    EXPECT_EQ(
        settings.mistakes(),
        std::vector<std::string>{"the training pairs n must leave one of the 961 pairs of the "
                                 "group to test: at most 960, got 961"});
    settings.pairs = 120;
    settings.p = 12;
    EXPECT_TRUE(settings.mistakes().empty()) << "sums need no prime";
    settings.operation = Operation::kMultiply;
    EXPECT_EQ(settings.mistakes(),
              std::vector<std::string>{"products modulo 12 have no group, which the machine works "
                                       "in: take a prime p, such as 13"});
    settings.p = 13;
    EXPECT_EQ(settings.most_pairs(), 143) << "without 0";
    EXPECT_TRUE(settings.mistakes().empty());
}

} // namespace
} // namespace grokscope
