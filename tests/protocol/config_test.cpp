// RunConfig: every range of science.md 1.5 from both sides, and all mistakes at once.
#include "engine/protocol/config.h"
#include "engine/protocol/rivals.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>

namespace grokscope {
namespace {

/// A setting with its range: the ends are allowed, one step beyond is not.
struct Range {
    const char* option;
    std::function<void(RunConfig&, double)> set;
    double low;
    double high;
    double beyond; ///< what is added past an end
};

void PrintTo(const Range& range, std::ostream* out) {
    *out << range.option;
}

template <typename Number, typename Settings>
std::function<void(RunConfig&, double)> setter(Number Settings::*field) {
    return [field](RunConfig& config, double value) { config.*field = static_cast<Number>(value); };
}

std::vector<Range> ranges() {
    return {
        {"--p", setter(&RunConfig::p), 5, 251, 1},
        {"--frac", setter(&RunConfig::train_fraction), 0.05, 0.95, 0.001},
        {"--lr", setter(&RunConfig::learning_rate), 1e-5, 1e-1, 1e-6},
        {"--warmup", setter(&RunConfig::warmup_epochs), 0, 1000, 1},
        {"--weight-decay", setter(&RunConfig::weight_decay), 0, 10, 0.01},
        {"--beta1", setter(&RunConfig::beta1), 0, 0.999, 0.0005},
        {"--beta2", setter(&RunConfig::beta2), 0, 0.9999, 0.00005},
        {"--init-scale", setter(&RunConfig::init_scale), 0.1, 4, 0.01},
        {"--d-mlp", setter(&RunConfig::d_mlp), 64, 2048, 1},
        {"--epochs", setter(&RunConfig::epochs), 1, 1'000'000, 1},
        {"--eval-every", setter(&RunConfig::eval_every), 1, 1000, 1},
        {"--snapshot-every", setter(&RunConfig::snapshot_every), 1, 10'000, 1},
        {"--progress-every", setter(&RunConfig::progress_every), 0, 10'000, 1},
        {"--weights-every", setter(&RunConfig::weights_every), 1, 10'000, 1},
        {"--weights-budget", setter(&RunConfig::weights_budget), 1, 1'000'000, 1},
        {"--stencil-weight", setter(&RunConfig::stencil_weight), 0, 10, 0.01},
        {"--probe-width", setter(&RunConfig::probe_width), 1, 512, 1},
        {"--probe-lr", setter(&RunConfig::probe_learning_rate), 1e-5, 1e-1, 1e-6},
        {"--temperature", setter(&RunConfig::temperature), 0.01, 100, 0.001},
        {"--muon-lr", setter(&RunConfig::muon_learning_rate), 1e-5, 1, 1e-6},
        {"--muon-decay", setter(&RunConfig::muon_decay), 0, 10, 0.01},
        {"--clip", setter(&RunConfig::clip), 0, 1000, 0.01},
        {"--d-model", setter(&RunConfig::d_model), 32, 512, 4}, // a multiple of 4 heads
    };
}

class RunConfigRange : public testing::TestWithParam<Range> {};

TEST_P(RunConfigRange, AllowsBothEndsAndNamesTheOptionBeyondThem) {
    const Range& range = GetParam();
    for (const double value : {range.low, range.high}) {
        RunConfig config;
        range.set(config, value);
        EXPECT_TRUE(config.validate().empty()) << config.validate().front();
    }
    for (const double value : {range.low - range.beyond, range.high + range.beyond}) {
        RunConfig config;
        range.set(config, value);
        const std::vector<std::string> mistakes = config.validate();
        ASSERT_EQ(mistakes.size(), 1U) << value;
        EXPECT_NE(mistakes[0].find(std::string("(") + range.option + ")"), std::string::npos)
            << mistakes[0];
        EXPECT_NE(mistakes[0].find("got"), std::string::npos) << mistakes[0];
    }
}

INSTANTIATE_TEST_SUITE_P(All, RunConfigRange, testing::ValuesIn(ranges()));

TEST(RunConfig, WhatIsMeasuredChangesNoFigure) {
    RunConfig measured;
    measured.measure.set("ildr", 50);
    EXPECT_TRUE(measured.validate().empty());
    EXPECT_EQ(course_of(measured), course_of(RunConfig{}));
    EXPECT_TRUE(is_paired(measured, RunConfig{}));
}

TEST(RunConfig, WhichWeightsAreRecordedChangesNoFigure) {
    RunConfig dense;
    dense.weights_every = 7;
    dense.exact_weights = true;
    EXPECT_EQ(course_of(dense), course_of(RunConfig{}));
    EXPECT_TRUE(is_paired(dense, RunConfig{}));
}

TEST(RunConfig, RivalsAreCalledByTheirRules) {
    RunConfig config;
    EXPECT_TRUE(config.is_baseline());
    config.grokfast = Grokfast::kEma;
    config.temperature = 2;
    EXPECT_EQ(config.label(), "grokfast ema, temperature 2");
    EXPECT_TRUE(config.is_rival());
    EXPECT_FALSE(config.is_baseline());
    config.stencil = Stencil::of({-1, 0});
    EXPECT_EQ(config.label(), "[-1,0] grokfast ema, temperature 2");
    RunConfig faster;
    faster.muon_learning_rate = 0.1;
    EXPECT_TRUE(faster.is_baseline()) << "it has no Muon";
    EXPECT_EQ(faster.label(), "baseline");
}

TEST(RunConfig, ARuleThatDropsTheDecayIsPairedWithARunThatHasIt) {
    const RunConfig baseline;
    RunConfig clamped;
    clamped.norm_clamp = true;
    EXPECT_TRUE(is_paired(baseline, clamped));
    drop_unwanted_decay(clamped);
    EXPECT_EQ(clamped.weight_decay, 0);
    EXPECT_TRUE(is_paired(baseline, clamped));
    EXPECT_TRUE(is_paired(clamped, baseline));
    clamped.weight_decay = 0.5; // one that somebody gave
    EXPECT_FALSE(is_paired(baseline, clamped));
    RunConfig plain;
    drop_unwanted_decay(plain);
    EXPECT_EQ(plain.weight_decay, 1);
    plain.weight_decay = 0;
    EXPECT_FALSE(is_paired(baseline, plain));
    RunConfig stable = plain;
    stable.stablemax = true;
    EXPECT_FALSE(is_paired(baseline, stable));
    EXPECT_TRUE(is_paired(plain, stable));
}

TEST(RunConfig, ProbesThatNobodyHasKeepNoPairApart) {
    RunConfig one;
    one.probe_width = 5;
    EXPECT_TRUE(is_paired(one, RunConfig{}));
    EXPECT_TRUE(is_paired(RunConfig{}, one));
}

TEST(Rivals, AreOneForEachRuleAndPairedWithTheirBase) {
    RunConfig base;
    base.p = 97;
    std::vector<std::string> labels;
    for (const RunConfig& rival : rivals_of(base)) {
        labels.push_back(rival.label());
        EXPECT_TRUE(is_paired(base, rival)) << rival.label();
        EXPECT_TRUE(rival.validate().empty()) << rival.label();
        const bool drops = rival.orthogonal_gradient || rival.norm_clamp;
        EXPECT_EQ(rival.weight_decay, drops ? 0 : 1) << rival.label();
    }
    EXPECT_EQ(labels, (std::vector<std::string>{"grokfast ema", "grokfast ma", "stablemax",
                                                "orthogonal gradient", "muon", "norm clamp",
                                                "temperature 2"}));
    base.muon = true;
    for (const RunConfig& rival : rivals_of(base)) {
        EXPECT_FALSE(rival.orthogonal_gradient) << "it does not go with Muon";
        EXPECT_NE(rival.label(), "muon");
    }
}

TEST(RunConfig, MuonAndOrthogonalGradientAreRefusedTogether) {
    RunConfig config;
    config.muon = true;
    config.orthogonal_gradient = true;
    ASSERT_EQ(config.validate().size(), 1U);
    EXPECT_NE(config.validate()[0].find("--muon"), std::string::npos);
    EXPECT_NE(config.validate()[0].find("--orthogonal-gradient"), std::string::npos);
}

TEST(RunConfig, DefaultsAreUsable) {
    EXPECT_TRUE(RunConfig{}.validate().empty());
    EXPECT_TRUE(RunConfig::of(Preset::kTransformerLens).validate().empty());
}

TEST(RunConfig, NamesAllMistakesAtOnce) {
    RunConfig config;
    const std::vector<Range> all = ranges();
    for (const Range& range : all) {
        range.set(config, range.high + range.beyond);
    }
    config.heads = 0;
    const std::vector<std::string> mistakes = config.validate();
    EXPECT_EQ(mistakes.size(), all.size() + 1);
}

TEST(RunConfig, NotANumberIsAMistake) {
    RunConfig config;
    config.learning_rate = std::numeric_limits<double>::quiet_NaN();
    config.train_fraction = std::numeric_limits<double>::infinity();
    EXPECT_EQ(config.validate().size(), 2U);
}

TEST(RunConfig, HeadsMustDivideTheWidth) {
    RunConfig config;
    config.heads = 3;
    ASSERT_EQ(config.validate().size(), 1U);
    EXPECT_NE(config.validate()[0].find("(--heads) must divide"), std::string::npos);
    config.heads = 128;
    EXPECT_TRUE(config.validate().empty());
    config.heads = 256;
    EXPECT_EQ(config.validate().size(), 1U);
    config.heads = -4;
    EXPECT_EQ(config.validate().size(), 1U);
}

TEST(RunConfig, TrainPairsTruncateLikePython) {
    RunConfig config;
    EXPECT_EQ(config.train_pairs(), 3830); // 3830.7
    config.train_fraction = 0.6;
    EXPECT_EQ(config.train_pairs(), 7661); // 7661.4
    config.p = 5;
    config.train_fraction = 0.05;
    EXPECT_EQ(config.train_pairs(), 1); // 1.25
    EXPECT_TRUE(config.validate().empty());
}

TEST(RunConfig, SplitSeedFollowsThePresetUnlessGiven) {
    RunConfig config;
    config.seed = 7;
    EXPECT_EQ(config.effective_split_seed(), 7U);
    config.split_seed = 8;
    EXPECT_EQ(config.effective_split_seed(), 8U);
    RunConfig other = RunConfig::of(Preset::kTransformerLens);
    EXPECT_EQ(other.effective_split_seed(), 598U);
    EXPECT_EQ(other.seed, 999U);
    EXPECT_EQ(other.warmup_epochs, 0);
    EXPECT_FALSE(other.train_biases);
}

TEST(RunConfig, PairsDifferInTheStencilAlone) {
    const RunConfig baseline;
    RunConfig variant;
    variant.stencil = Stencil::of({-1, 0, 1});
    variant.stencil_weight = 0.2;
    variant.epochs = 100;
    variant.stop_when_grokked = true;
    EXPECT_TRUE(is_paired(baseline, variant));
    EXPECT_TRUE(is_paired(variant, baseline));
    variant.seed = 1;
    EXPECT_FALSE(is_paired(baseline, variant));
    variant = baseline;
    variant.weight_decay = 0.5;
    EXPECT_FALSE(is_paired(baseline, variant));
    variant = baseline;
    variant.eval_every = 5;
    EXPECT_FALSE(is_paired(baseline, variant)) << "the grok epoch depends on the evaluations";
}

/// The one mistake of a configuration; empty when it has none or several.
std::string mistake_of(const RunConfig& config) {
    const std::vector<std::string> mistakes = config.validate();
    return mistakes.size() == 1 ? mistakes[0] : std::string();
}

TEST(RunConfig, DepthNeedsLayerNormBeyondFourLayers) {
    RunConfig config;
    config.layers = 4;
    EXPECT_TRUE(config.validate().empty());
    config.layers = 5;
    EXPECT_NE(mistake_of(config).find("561"), std::string::npos) << mistake_of(config);
    EXPECT_NE(mistake_of(config).find("(--norm)"), std::string::npos);
    config.norm = Norm::kPre;
    EXPECT_TRUE(config.validate().empty());
    config.layers = 48;
    EXPECT_TRUE(config.validate().empty());
    config.layers = 49;
    EXPECT_NE(mistake_of(config).find("between 1 and 48"), std::string::npos);
}

TEST(RunConfig, ABatchFitsTheTrainingPairsAndHasNoStencil) {
    RunConfig config;
    config.batch = config.train_pairs();
    EXPECT_TRUE(config.validate().empty());
    ++config.batch;
    EXPECT_NE(mistake_of(config).find("(--batch) must have at most"), std::string::npos);
    config.batch = 512;
    config.stencil = Stencil::of({0});
    EXPECT_NE(mistake_of(config).find("--stencil"), std::string::npos);
}

TEST(RunConfig, ProbesSitBesideALayerThatThereIs) {
    RunConfig config;
    config.norm = Norm::kPre;
    config.layers = 6;
    EXPECT_EQ(config.effective_probe_layer(), 5) << "the last, from 0";
    config.probe_layer = 6;
    EXPECT_TRUE(config.validate().empty());
    EXPECT_EQ(config.effective_probe_layer(), 5);
    config.probe_layer = 1;
    EXPECT_TRUE(config.validate().empty());
    EXPECT_EQ(config.effective_probe_layer(), 0);
    config.probe_layer = 7;
    EXPECT_EQ(mistake_of(config),
              "the layer of the probes (--probe-layer) must be at most the number of layers "
              "(--layers), 6, got 7; 0 is the last");
}

TEST(RunConfig, TheLastLayerHasOneCourseUnderBothNames) {
    RunConfig config;
    config.layers = 3;
    config.stencil = Stencil::of({-1, 0, 1});
    RunConfig named = config;
    named.probe_layer = 3;
    EXPECT_EQ(course_of(config), course_of(named));
    named.probe_layer = 2;
    EXPECT_FALSE(course_of(config) == course_of(named));
    EXPECT_TRUE(is_paired(config, named));
    config.stencil = named.stencil = {};
    EXPECT_EQ(course_of(config), course_of(named)) << "of no probes";
}

TEST(RunConfig, ACudaDeviceIsForTheReferenceStep) {
    RunConfig config;
    for (const Device device : {Device::kCpu, Device::kCuda, Device::kAuto}) {
        config.device = device;
        for (const StepKind step : {StepKind::kAuto, StepKind::kReference}) {
            config.step = step;
            EXPECT_TRUE(config.validate().empty());
        }
        for (const StepKind step : {StepKind::kFused, StepKind::kLayers}) {
            config.step = step;
            EXPECT_EQ(mistake_of(config).find("(--device) cuda") != std::string::npos,
                      device == Device::kCuda);
        }
    }
}

TEST(RunConfig, TheFusedStepIsForOnePlainLayerAndAllPairs) {
    EXPECT_TRUE(is_for_fused_step({}));
    const auto refused = [](auto set) {
        RunConfig config;
        set(config);
        EXPECT_FALSE(is_for_fused_step(config));
        EXPECT_TRUE(config.validate().empty()) << "the step is chosen";
        config.step = StepKind::kFused;
        return mistake_of(config).find("(--engine) fused") != std::string::npos;
    };
    EXPECT_TRUE(refused([](RunConfig& c) { c.layers = 2; }));
    EXPECT_TRUE(refused([](RunConfig& c) { c.norm = Norm::kPre; }));
    EXPECT_TRUE(refused([](RunConfig& c) { c.activation = Activation::kGelu; }));
    EXPECT_TRUE(refused([](RunConfig& c) { c.sequence = Sequence::kWithOperation; }));
    EXPECT_TRUE(refused([](RunConfig& c) { c.batch = 100; }));
}

TEST(RunConfig, ACosineFallsToItsLastEpoch) {
    RunConfig config;
    config.schedule = Schedule::kCosine;
    EXPECT_TRUE(config.validate().empty());
    config.learning_rate_min = 2e-3;
    EXPECT_NE(mistake_of(config).find("(--lr-min) must not be above"), std::string::npos);
    config.schedule = Schedule::kConstant;
    EXPECT_TRUE(config.validate().empty()) << "means nothing there";
    EXPECT_EQ(course_of(config), course_of({}));
    RunConfig longer;
    longer.schedule = config.schedule = Schedule::kCosine;
    config.learning_rate_min = longer.learning_rate_min;
    EXPECT_EQ(course_of(longer), course_of(config));
    longer.epochs *= 2;
    EXPECT_FALSE(course_of(longer) == course_of(config)) << "its rates are others";
}

TEST(RunConfig, ACourseIsWhatTheFiguresDependOn) {
    const RunConfig plain;
    RunConfig other;
    other.epochs = 300;
    other.snapshot_every = 7;
    other.progress_every = 0;
    other.stop_when_grokked = true;
    other.stop_when_stable = true;
    other.stencil_weight = 3; // of no stencil
    other.probe_width = 9;
    EXPECT_EQ(course_of(plain), course_of(other));
    EXPECT_TRUE(are_alike(plain, other));
    other.seed = 1;
    EXPECT_FALSE(course_of(plain) == course_of(other));
    EXPECT_TRUE(are_alike(plain, other));
    other.eval_every = 20;
    EXPECT_FALSE(are_alike(plain, other));
    RunConfig one;
    one.stencil = Stencil::of({0});
    RunConfig two = one;
    two.probe_width = 9;
    EXPECT_FALSE(are_alike(one, two));
    EXPECT_FALSE(are_alike(plain, one));
}

} // namespace
} // namespace grokscope
