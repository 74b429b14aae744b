// The machine itself: the measured table of science.md 6.3 (R16), exact supports, the ablation.
#include "engine/theory/singular_feature_machine.h"

#include "engine/task/task.h"
#include "engine/theory/laws.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <span>
#include <stdexcept>
#include <vector>

namespace grokscope {
namespace {

SfmSettings settings_of(int p, int pairs, double beta) {
    SfmSettings settings;
    settings.p = p;
    settings.pairs = pairs;
    settings.beta = beta;
    return settings;
}

std::vector<SfmIteration> iterated(const SfmSettings& settings, int count) {
    SingularFeatureMachine machine(settings);
    std::vector<SfmIteration> iterations;
    for (int i = 0; i < count; ++i) {
        iterations.push_back(machine.iterate());
    }
    return iterations;
}

/// Within 15 % or three standard deviations of a count, as R16 has it.
void expect_count(double measured, double expected, const std::string& which) {
    const double larger = std::max(measured, expected);
    EXPECT_LE(std::abs(measured - expected), std::max(0.15 * expected, 3 * std::sqrt(larger)))
        << which << ": " << measured << " for " << expected;
}

TEST(SingularFeatureMachine, SurvivorsAreThoseOfTheTable) {
    struct Row {
        int p;
        int pairs;
        double beta;
        double after[4]; ///< iterations 1, 5, 10 and 20
    };
    for (const Row& row :
         {Row{113, 3830, 0.01, {930, 835, 460, 0}}, Row{113, 3830, 0.0149, {258, 247, 0, 0}},
          Row{113, 3830, 0.037, {1, 1, 0, 0}}, Row{97, 2822, 0.01, {756, 679, 401, 0}}}) {
        const auto all = iterated(settings_of(row.p, row.pairs, row.beta), 40);
        const std::string name = std::to_string(row.p) + ", beta " + std::to_string(row.beta);
        const int at[] = {1, 5, 10, 20};
        for (int i = 0; i < 4; ++i) {
            expect_count(all[static_cast<std::size_t>(at[i] - 1)].survivors(), row.after[i],
                         name + " after " + std::to_string(at[i]));
        }
        for (const SfmIteration& one : all) {
            EXPECT_EQ(one.on_rule, row.p) << name << ", the rule stays complete";
        }
        EXPECT_LT(all.back().test_error, 1e-6) << name;
    }
}

TEST(SingularFeatureMachine, ASmallOneCollapsesWithinThirtyIterations) {
    for (const std::uint32_t seed : {999U, 0U, 1U, 2U, 3U, 4U}) {
        SfmSettings settings = settings_of(31, 480, 0.01);
        settings.seed = seed;
        const auto all = iterated(settings, 30);
        expect_count(all[0].survivors(), 346, "after 1");
        expect_count(all[4].survivors(), 250, "after 5");
        EXPECT_EQ(all.back().survivors(), 0) << seed;
        EXPECT_EQ(all.back().on_rule, 31) << seed;
        EXPECT_LT(all.back().test_error, 1e-5) << seed;
    }
}

TEST(SingularFeatureMachine, TooHighAPriceTakesTheRuleToo) {
    const auto dear = iterated(settings_of(31, 480, 0.3), 40).back();
    EXPECT_NEAR(dear.on_rule, 19, 6);
    EXPECT_NEAR(dear.test_error, 0.4, 0.2);
    const auto scarce = iterated(settings_of(31, 150, 0.05), 40).back();
    EXPECT_EQ(scarce.support, 0);
    EXPECT_NEAR(scarce.test_error, 1, 0.1) << "it knows nothing";
}

/// Every operation ends with the features of its rule and no other: the diagonal of the plane of
/// indices, or the anti-diagonal where b is inverted.
TEST(SingularFeatureMachine, TheRuleIsTheDiagonalOrTheAntiDiagonalInTheIndex) {
    for (const OperationSpec& operation : std::span(kOperations).first<kSfmOperations>()) {
        for (const int p : {31, operation.group == GroupKind::kAdditive ? 30 : 37}) {
            SfmSettings settings = settings_of(p, 0, 0.01);
            settings.operation = operation.operation;
            settings.pairs = settings.order() * settings.order() / 2;
            SingularFeatureMachine machine(settings);
            const int m = machine.order();
            EXPECT_EQ(m, operation.group == GroupKind::kAdditive ? p : p - 1);
            for (int i = 0; i < 60; ++i) {
                (void)machine.iterate();
            }
            for (int k = 0; k < m; ++k) {
                for (int l = 0; l < m; ++l) {
                    const bool line = operation.inverts_second ? (k + l) % m == 0 : k == l;
                    const bool stays = machine.weights()[static_cast<std::size_t>(k * m + l)] !=
                                       std::complex<float>(0);
                    EXPECT_EQ(stays, line) << operation.name << " " << p << ": " << k << ", " << l;
                    EXPECT_EQ(machine.on_rule(k, l), line);
                }
            }
        }
    }
}

TEST(SingularFeatureMachine, WithoutTheGateAllIsKeptAndNothingCollapses) {
    for (const SfmTarget target : {SfmTarget::kFlat, SfmTarget::kLabels, SfmTarget::kRandom}) {
        for (const double step : {1.0, 0.3, 1.9}) {
            SfmSettings settings = settings_of(31, 480, 0);
            settings.target = target;
            settings.step = step;
            SingularFeatureMachine machine(settings);
            SfmIteration last;
            for (int i = 0; i < 200; ++i) {
                last = machine.iterate();
                EXPECT_EQ(last.support, 31 * 31) << "memorising: all";
                EXPECT_NEAR(last.test_error, 1, 0.15) << "it answers 0 to what it never saw";
            }
            EXPECT_LT(last.train_error, 1e-10);
        }
    }
}

TEST(SingularFeatureMachine, TheFirstStepOfOneFitsEveryTrainingPair) {
    EXPECT_LT(iterated(settings_of(31, 480, 0), 1).front().train_error, 1e-12);
    SfmSettings half = settings_of(31, 480, 0);
    half.step = 0.5;
    const auto two = iterated(half, 2); // what is left halves each time
    EXPECT_NEAR(two[1].train_error / two[0].train_error, 0.25, 1e-4);
}

TEST(SingularFeatureMachine, ATargetWithoutARuleLeavesNoFeatureOfOne) {
    SfmSettings settings = settings_of(31, 480, 0.01);
    settings.target = SfmTarget::kRandom;
    SingularFeatureMachine machine(settings);
    SfmIteration last;
    for (int i = 0; i < 100; ++i) {
        last = machine.iterate();
    }
    EXPECT_EQ(last.on_rule, 0);
    EXPECT_GT(last.test_error, 0.9);
}

TEST(SingularFeatureMachine, LabelsHaveTheSpectrumOfARamp) {
    SfmSettings settings = settings_of(31, 960, 0.00001);
    settings.target = SfmTarget::kLabels;
    SingularFeatureMachine machine(settings);
    for (int i = 0; i < 30; ++i) {
        (void)machine.iterate();
    }
    const double deviation = std::sqrt((31 * 31 - 1) / 12.0);
    for (int k = 1; k < 31; ++k) {
        const double size = std::abs(machine.weights()[static_cast<std::size_t>(k * 31 + k)]);
        const double ramp = 1 / (2 * std::sin(std::numbers::pi * k / 31)) / deviation;
        EXPECT_NEAR(size / ramp, 1, 0.02) << k;
    }
    EXPECT_FALSE(machine.on_rule(0, 0)) << "their mean is 0";
    EXPECT_EQ(machine.rule_features(), 30);
}

TEST(SingularFeatureMachine, OfLabelsSlowFrequenciesSurviveFirst) {
    SfmSettings settings = settings_of(31, 480, 0.6);
    settings.target = SfmTarget::kLabels;
    SingularFeatureMachine machine(settings);
    (void)machine.iterate();
    const auto is_there = [&](int k) {
        return machine.weights()[static_cast<std::size_t>(k * 31 + k)] != std::complex<float>(0);
    };
    EXPECT_TRUE(is_there(1));
    EXPECT_TRUE(is_there(30));
    EXPECT_FALSE(is_there(15));
}

TEST(SingularFeatureMachine, TargetsCostOneWhereNothingIsKnown) {
    for (const SfmTarget target : {SfmTarget::kFlat, SfmTarget::kLabels, SfmTarget::kRandom}) {
        SfmSettings settings = settings_of(30, 400, 0.01);
        settings.target = target;
        const SingularFeatureMachine machine(settings);
        double sum = 0;
        for (const std::complex<float>& y : machine.target()) {
            sum += static_cast<double>(std::norm(y));
        }
        EXPECT_NEAR(sum / 900, 1, 1e-5);
    }
}

TEST(SingularFeatureMachine, TrainsOnThePairsOfARunWithThatSeed) {
    RunConfig config;
    config.p = 31;
    config.train_fraction = 0.5;
    config.seed = 7;
    const Task task = make_task(config);
    SfmSettings settings = settings_of(31, static_cast<int>(task.train.size()), 0.01);
    settings.seed = 7;
    const SingularFeatureMachine machine(settings);
    for (const Pair& row : task.train.pairs) {
        EXPECT_EQ(machine.trains()[static_cast<std::size_t>(row.a) * 31 + row.b], 1);
    }
}

TEST(SingularFeatureMachine, EqualSettingsGiveEqualBits) {
    const SfmSettings settings = settings_of(30, 400, 0.02);
    SingularFeatureMachine one(settings);
    SingularFeatureMachine other(settings);
    for (int i = 0; i < 20; ++i) {
        EXPECT_EQ(one.iterate().test_error, other.iterate().test_error);
    }
    EXPECT_TRUE(std::ranges::equal(one.weights(), other.weights()));
}

TEST(SingularFeatureMachine, ShadesAreZeroWhereAWeightIs) {
    SingularFeatureMachine machine(settings_of(31, 480, 0.01));
    for (int i = 0; i < 40; ++i) {
        (void)machine.iterate();
    }
    std::vector<std::uint8_t> shades;
    machine.append_shades(shades);
    ASSERT_EQ(shades.size(), 31U * 31U);
    for (std::size_t i = 0; i < shades.size(); ++i) {
        EXPECT_EQ(shades[i] > 0, i % 32 == 0);
        EXPECT_TRUE(shades[i] == 0 || shades[i] > 250) << "a flat spectrum, all as bright";
    }
}

TEST(SingularFeatureMachine, RefusesWhatItsSettingsRefuse) {
    EXPECT_THROW(SingularFeatureMachine{settings_of(31, 961, 0.01)}, std::invalid_argument);
}

} // namespace
} // namespace grokscope
