// Means, medians and intervals of paired ratios: against tables, and by simulation.
#include "app/commands/paired_ratios.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <span>
#include <vector>

namespace grokscope {
namespace {

constexpr double kInfinite = std::numeric_limits<double>::infinity();

SpeedUps of(const std::vector<Bounded>& ratios) {
    std::vector<SpeedUp> pairs;
    for (const Bounded& ratio : ratios) {
        pairs.push_back({static_cast<std::uint32_t>(pairs.size()), ratio});
    }
    return speed_ups_of(std::move(pairs));
}

std::vector<Bounded> exact(const std::vector<double>& ratios) {
    std::vector<Bounded> all;
    for (const double ratio : ratios) {
        all.push_back(Bounded::exactly(ratio));
    }
    return all;
}

TEST(PairedRatios, TheIntervalIsStudents) {
    // Two-sided 95 % quantiles of Student's t, from any table.
    const std::vector<std::pair<int, double>> quantiles = {{2, 12.706}, {3, 4.303},  {4, 3.182},
                                                           {5, 2.776},  {10, 2.262}, {31, 2.042}};
    for (const auto& [count, quantile] : quantiles) {
        std::vector<double> values(static_cast<std::size_t>(count), 0.0);
        values.front() = 1;
        const double deviation = std::sqrt(1.0 / count); // of these values, sample
        const auto [low, high] = student_interval(values);
        EXPECT_NEAR((high - low) / 2, quantile * deviation / std::sqrt(count), 5e-4) << count;
        EXPECT_NEAR((high + low) / 2, 1.0 / count, 1e-12) << count;
    }
    EXPECT_TRUE(std::isnan(student_interval(std::vector<double>{1.0}).first));
}

/// Share of experiments whose interval of the mean holds the true one; the logarithm of a ratio has
/// mean 1 and deviation 0.25, as those of stencils have.
double coverage(int pairs, int experiments) {
    std::mt19937 generator(20260713);
    std::normal_distribution<double> logarithm(1.0, 0.25);
    int covered = 0;
    for (int i = 0; i < experiments; ++i) {
        std::vector<double> values(static_cast<std::size_t>(pairs));
        for (double& value : values) {
            value = std::log(std::exp(logarithm(generator)));
        }
        const auto [low, high] = student_interval(values);
        covered += low <= 1.0 && 1.0 <= high ? 1 : 0;
    }
    return static_cast<double>(covered) / experiments;
}

TEST(PairedRatios, TheIntervalCoversTheTruthInNinetyFiveOfAHundredHoweverFewPairs) {
    for (const int pairs : {3, 4, 5, 10}) {
        EXPECT_NEAR(coverage(pairs, 40000), 0.95, 0.005) << pairs << " pairs";
    }
}

TEST(PairedRatios, TheIntervalOfARowCoversTheTruth) {
    std::mt19937 generator(7);
    std::lognormal_distribution<double> ratio(1.0, 0.25);
    constexpr int kExperiments = 20000;
    for (const int pairs : {4, 5, 10}) {
        int covered = 0;
        for (int i = 0; i < kExperiments; ++i) {
            std::vector<Bounded> ratios;
            for (int pair = 0; pair < pairs; ++pair) {
                ratios.push_back(Bounded::exactly(ratio(generator)));
            }
            const SpeedUps found = of(ratios);
            ASSERT_EQ(found.interval, IntervalKind::kStudent);
            covered += found.low.low <= std::exp(1.0) && std::exp(1.0) <= found.high.high ? 1 : 0;
        }
        EXPECT_NEAR(static_cast<double>(covered) / kExperiments, 0.95, 0.006) << pairs << " pairs";
    }
}

TEST(PairedRatios, FewerThanFourPairsHaveNoInterval) {
    for (const std::vector<double>& ratios :
         {std::vector<double>{}, {2.0}, {2.0, 3.0}, {2.0, 3.0, 4.0}}) {
        EXPECT_EQ(of(exact(ratios)).interval, IntervalKind::kNone) << ratios.size();
    }
    EXPECT_EQ(of(exact({2.0, 3.0, 4.0, 5.0})).interval, IntervalKind::kStudent);
}

TEST(PairedRatios, GeometricMeanAndMedianOfExactRatios) {
    const SpeedUps found = of(exact({1, 2, 4, 8}));
    EXPECT_NEAR(found.geometric_mean.low, std::sqrt(8.0), 1e-12);
    EXPECT_TRUE(found.geometric_mean.is_exact());
    EXPECT_NEAR(found.median.low, std::sqrt(8.0), 1e-12) << "halfway between 2 and 4 as ratios";
    EXPECT_TRUE(found.median.is_exact());
    EXPECT_EQ(found.smallest, Bounded::exactly(1));
    EXPECT_EQ(found.largest, Bounded::exactly(8));
}

TEST(PairedRatios, BoundsGoIntoEveryFigureAsBounds) {
    const SpeedUps above = of({Bounded::exactly(2), Bounded::above(2.679), Bounded::exactly(3)});
    EXPECT_TRUE(above.geometric_mean.is_above());
    EXPECT_NEAR(above.geometric_mean.low, std::cbrt(2 * 2.679 * 3), 1e-12);
    EXPECT_NEAR(above.median.low, 2.679, 1e-12);
    EXPECT_NEAR(above.median.high, 3, 1e-12) << "at most the largest but one";
    EXPECT_TRUE(above.largest.is_above());

    const SpeedUps below = of({{0, 0.5}, Bounded::exactly(1), Bounded::exactly(2)});
    EXPECT_TRUE(below.geometric_mean.is_below());
    EXPECT_EQ(below.median, Bounded::exactly(1)) << "wherever below 0.5 the first one is";

    const SpeedUps neither = of({Bounded{}, Bounded::exactly(1.22)});
    EXPECT_EQ(neither.pairs.size(), 2U) << "it stays";
    EXPECT_EQ(neither.geometric_mean, Bounded{}) << "1.22 would be a claim about one pair of two";
}

TEST(PairedRatios, WhereAPairIsABoundTheIntervalIsThatOfTheMedian) {
    std::vector<Bounded> ratios = exact({1, 2, 3, 4, 5});
    ratios.push_back(Bounded::above(6));
    const SpeedUps six = of(ratios);
    EXPECT_EQ(six.interval, IntervalKind::kOrder);
    EXPECT_EQ(six.low, Bounded::exactly(1));
    EXPECT_TRUE(six.high.is_above()) << "the end is marked";
    EXPECT_EQ(six.high.low, 6);
    ratios.erase(ratios.begin());
    EXPECT_EQ(of(ratios).interval, IntervalKind::kNone) << "five span 94 % at most";
    for (int more = 0; more < 4; ++more) {
        ratios.push_back(Bounded::exactly(3.5));
    }
    EXPECT_EQ(of(ratios).low, Bounded::exactly(3)) << "second smallest of nine, as tables say";
    EXPECT_EQ(of(ratios).high, Bounded::exactly(5));
    EXPECT_EQ(of(std::vector<Bounded>(8)).interval, IntervalKind::kNone) << "nothing is known";
}

TEST(PairedRatios, TheIntervalOfTheMedianCoversItAlthoughPairsAreCensored) {
    std::mt19937 generator(11);
    std::lognormal_distribution<double> ratio(1.0, 0.5);
    constexpr int kExperiments = 20000;
    for (const int pairs : {6, 10}) {
        int covered = 0;
        int censored = 0;
        for (int i = 0; i < kExperiments; ++i) {
            std::vector<Bounded> ratios;
            for (int pair = 0; pair < pairs; ++pair) {
                const double drawn = ratio(generator);
                ratios.push_back(drawn > 3.5 ? Bounded::above(3.5) : Bounded::exactly(drawn));
            }
            const SpeedUps found = of(ratios);
            if (found.interval != IntervalKind::kOrder) {
                continue; // none of them was
            }
            ++censored;
            covered += found.low.low <= std::exp(1.0) && std::exp(1.0) <= found.high.high ? 1 : 0;
        }
        EXPECT_GT(censored, kExperiments / 2);
        EXPECT_GT(static_cast<double>(covered) / censored, 0.95) << pairs << " pairs";
    }
}

TEST(Bounded, SaysWhatIsKnown) {
    const auto plain = [](double value) { return std::to_string(static_cast<int>(value)); };
    EXPECT_EQ(in_words(Bounded::exactly(3), plain), "3");
    EXPECT_EQ(in_words(Bounded::above(3), plain), "> 3");
    EXPECT_EQ(in_words(Bounded{0, 3}, plain), "< 3");
    EXPECT_EQ(in_words(Bounded{2, 3}, plain), "2 to 3");
    EXPECT_EQ(in_words(Bounded{0, kInfinite}, plain), "?");
}

} // namespace
} // namespace grokscope
