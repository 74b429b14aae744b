// What is read of heads and layers, what of it is said, and what a click on a head takes out.
#include "ui/views/depth/depth.h"

#include "ui/core/reading_end.h"
#include "ui/views/ablation/ablation.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace grokscope::ui {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

Reading mediation_at(std::int32_t epoch, std::vector<double> scores, double error = 0.1) {
    Reading reading;
    reading.epoch = epoch;
    reading.instrument = "mediation";
    const std::size_t all = scores.size();
    reading.figures = {{"cms_spread", {0.5}},
                       {"cms_total", {9.5}},
                       {"cms", scores},
                       {"cms_error", std::vector<double>(all, error)},
                       {"cms_everywhere", std::vector<double>(all, 1.5)},
                       {"cms_a", std::vector<double>(all, 0.25)},
                       {"cms_operation", {kNone}},
                       {"cms_b", std::vector<double>(all, 0.5)},
                       {"cms_other_head", std::vector<double>(all, 0.02)},
                       {"cms_stranger", std::vector<double>(all, -0.3)}};
    return reading;
}

Reading skip_at(std::int32_t epoch, double intact, const std::vector<double>& both) {
    Reading reading;
    reading.epoch = epoch;
    reading.instrument = "skip";
    reading.figures = {{"skip_intact", {intact}},
                       {"skip_both", both},
                       {"skip_attention", std::vector<double>(both.size(), 0.5)},
                       {"skip_mlp", std::vector<double>(both.size(), 0.25)}};
    return reading;
}

RunRecord run_of(int layers, int heads) {
    RunRecord run;
    run.config.layers = layers;
    run.config.heads = heads;
    return run;
}

TEST(Depth, TakesScoresLayerByLayerAndTheLargestOfTheWholeRun) {
    RunRecord run = run_of(2, 2);
    run.readings["mediation"].rows = {mediation_at(0, {0.1, -6, 0.2, 0.3}),
                                      mediation_at(500, {1, 2, 3, 4})};
    const Depth depth = depth_of(run);
    ASSERT_EQ(depth.mediated.size(), 2U);
    EXPECT_EQ(depth.index_of({1, 0}), 2U);
    EXPECT_EQ(depth.mediated[1].of(HeadScore::kLast)[depth.index_of({1, 1})], 4);
    EXPECT_EQ(depth.largest_of(HeadScore::kLast), 6) << "of a reading that is not shown, below 0";
    EXPECT_EQ(depth.largest_of(HeadScore::kStranger), 0.3);
    EXPECT_TRUE(depth.offers(HeadScore::kB));
    EXPECT_FALSE(depth.offers(HeadScore::kOperation)) << "a b = has none";
    EXPECT_EQ(depth.mediated_at(-1), std::nullopt);
    EXPECT_EQ(depth.mediated_at(499), 0U);
    EXPECT_EQ(depth.mediated_at(500), 1U);
    EXPECT_EQ(depth.epochs, (std::vector<std::int32_t>{0, 500}));
}

TEST(Depth, LeavesOutReadingsOfAnotherModelAndKeepsThoseWithoutScores) {
    RunRecord run = run_of(3, 2);
    run.readings["mediation"].rows = {mediation_at(0, {kNone}), mediation_at(100, {1, 2, 3}),
                                      mediation_at(200, {1, 2, 3, 4, 5, 6})};
    run.readings["skip"].rows = {skip_at(0, .1, {.1, .1}), skip_at(100, .1, {.1, .1, .1})};
    const Depth depth = depth_of(run);
    EXPECT_EQ(depth.epochs, (std::vector<std::int32_t>{0, 200}));
    EXPECT_FALSE(depth.mediated[0].scored()) << "its answers are all the same";
    EXPECT_TRUE(depth.mediated[1].scored());
    ASSERT_EQ(depth.skipped.size(), 1U);
    EXPECT_EQ(depth.skipped[0].epoch, 100);
    EXPECT_EQ(depth.window, 1);
    EXPECT_TRUE(depth_of(RunRecord{}).mediated.empty());
}

TEST(Depth, AScoreOfTheOnlyHeadThatIsNoNumberIsNone) {
    RunRecord run = run_of(1, 1);
    run.readings["mediation"].rows = {mediation_at(0, {kNone}), mediation_at(100, {2})};
    const Depth depth = depth_of(run);
    EXPECT_FALSE(depth.mediated[0].scored());
    EXPECT_TRUE(depth.mediated[1].scored());
    EXPECT_FALSE(depth.offers(HeadScore::kOperation));
}

TEST(Depth, AHeadStandsOutFromThreeStandardErrorsOn) {
    const auto stands_out = [](std::vector<double> scores, double error) {
        RunRecord run = run_of(1, 2);
        run.readings["mediation"].rows = {mediation_at(0, std::move(scores), error)};
        return depth_of(run).mediated.front().stands_out();
    };
    EXPECT_TRUE(stands_out({0, 0.75}, 0.25));
    EXPECT_TRUE(stands_out({0, -0.75}, 0.25)) << "below 0, too";
    EXPECT_FALSE(stands_out({0, 0.74}, 0.25));
    EXPECT_FALSE(stands_out({0, 0}, 0)) << "0 stands out of nothing";
    EXPECT_FALSE(stands_out({kNone, kNone}, kNone));
}

TEST(Depth, BypassedIsWhatCostsNoPointNowAndDidBefore) {
    RunRecord run = run_of(4, 1); // windows of two layers
    run.readings["skip"].rows = {skip_at(0, .01, {.01, .01, .01}),
                                 skip_at(100, .5, {.1, .48, .495}),
                                 skip_at(200, 1, {.3, .995, .995}), skip_at(300, 1, {1, .9, 1})};
    const Depth depth = depth_of(run);
    EXPECT_EQ(depth.window, 2);
    EXPECT_TRUE(bypassed(depth, 0).empty()) << "it fell nowhere before";
    EXPECT_TRUE(bypassed(depth, 1).empty());
    EXPECT_EQ(bypassed(depth, 2), (std::vector{1}))
        << "the last one costs nothing, and never has cost a point";
    EXPECT_EQ(bypassed(depth, 3), (std::vector{0})) << "the second costs again";
}

TEST(Depth, NamesWindowsOneAtATime) {
    EXPECT_EQ(windows_in_words(std::vector{2}, 1), "one layer at a time: layer 2");
    EXPECT_EQ(windows_in_words(std::vector{0, 2}, 1), "one layer at a time: layer 0, 2");
    EXPECT_EQ(windows_in_words(std::vector{2, 3}, 3),
              "3 layers in a row at a time: layers 2-4, 3-5");
    EXPECT_EQ(windows_in_words(std::vector{0, 2, 3, 4, 7}, 3),
              "3 layers in a row at a time: layers 0-2, 2-4 to 4-6, 7-9");
    EXPECT_EQ(window_in_words(5, 1), "layer 5");
    EXPECT_EQ(window_in_words(5, 3), "layers 5-7");
}

TEST(Depth, CurvesAreThoseOfTheBeginningOfMemorisingAndOfNowAndNoneOfALaterEpoch) {
    RunRecord run = run_of(1, 1);
    run.readings["skip"].rows = {skip_at(0, .01, {.01}), skip_at(100, .02, {.01}),
                                 skip_at(200, .03, {.01}), skip_at(1500, .9, {.01})};
    const Depth depth = depth_of(run);
    const auto named = [&](std::optional<std::int32_t> memorised, std::int32_t cursor) {
        std::string words;
        for (const SkipCurve& curve : skip_curves(depth, memorised, cursor, true)) {
            EXPECT_LE(depth.skipped[curve.reading].epoch, cursor);
            words += (words.empty() ? "" : "; ") + curve.name;
        }
        return words;
    };
    EXPECT_EQ(named(150, 2000), "initialisation; memorised, 200; now, 1,500");
    EXPECT_EQ(named(150, 1499), "initialisation; memorised, 200, now") << "one curve, both names";
    EXPECT_EQ(named(150, 199), "initialisation; now, 100") << "memorised, and not read since";
    EXPECT_EQ(named(150, 100), "initialisation; now, 100") << "it has not memorised by then";
    EXPECT_EQ(named(1600, 1599), "initialisation; now, 1,500");
    EXPECT_EQ(named(1600, 1700), "initialisation; now, 1,500") << "no reading after that";
    EXPECT_EQ(named({}, 50), "initialisation, now");
    EXPECT_EQ(named(0, 50), "initialisation, memorised, now");
    EXPECT_EQ(named(150, -1), "");
}

TEST(Depth, AFirstReadingThatIsNotOfTheSeedsWeightsIsNeverCalledInitialisation) {
    RunRecord run = run_of(1, 1);
    run.readings["skip"].rows = {skip_at(1000, .01, {.01})};
    EXPECT_EQ(skip_curves(depth_of(run), {}, 1000, true).front().name,
              "first reading, epoch 1,000, now");
    run.readings["skip"].rows = {skip_at(0, .01, {.01})};
    EXPECT_EQ(skip_curves(depth_of(run), {}, 1000, false).front().name,
              "first reading, epoch 0, now")
        << "a branch begins with another run's weights";
}

TEST(Depth, AClickTurnsAHeadAndAnotherLayerBeginsAnew) {
    Ablation ablation;
    ablation.frequencies = {4};
    ablate_head(ablation, {0, 2}, 4);
    EXPECT_EQ(replacement_of(ablation, 2), Replacement::kZero);
    EXPECT_EQ(ablation.frequencies, (std::vector{4})) << "the same layer: what was taken out stays";
    ablate_head(ablation, {0, 2}, 4);
    EXPECT_EQ(replacement_of(ablation, 2), Replacement::kMean);
    ablate_head(ablation, {3, 1}, 4);
    EXPECT_EQ(ablation.layer, 3);
    EXPECT_EQ(replacement_of(ablation, 1), Replacement::kZero);
    EXPECT_EQ(replacement_of(ablation, 2), Replacement::kNone);
    EXPECT_TRUE(ablation.frequencies.empty());
    EXPECT_EQ(ablated_head(ablation, 4, 4), (HeadPlace{3, 1}));
    EXPECT_EQ(ablated_head(ablation, 2, 4), std::nullopt) << "there is no such layer";
    EXPECT_EQ(ablated_head(ablation, 4, 2), std::nullopt) << "heads of another model";
    ablate_head(ablation, {3, 1}, 4);
    ablate_head(ablation, {3, 1}, 4);
    EXPECT_TRUE(ablation.empty());
    ablation.heads = {Replacement::kZero, Replacement::kZero};
    ablate_head(ablation, {3, 0}, 4);
    EXPECT_EQ(ablation.heads.size(), 4U);
    EXPECT_EQ(replacement_of(ablation, 1), Replacement::kNone);
}

TEST(Depth, NamesWhatIsTakenOutWithItsLayer) {
    Ablation ablation;
    ablate_head(ablation, {0, 2}, 4);
    ablation.mlp = Replacement::kMean;
    EXPECT_TRUE(ablation_in_words(ablation, 3).starts_with("layer 0, head 2 zero; "));
    EXPECT_TRUE(ablation_in_words(ablation, 1).starts_with("head 2 zero; "));
    EXPECT_EQ(ablation_in_words({}, 3), "");
}

TEST(Depth, TellsAHeadWithErrorAndControls) {
    RunRecord run = run_of(4, 3);
    std::vector<double> scores(12, 0);
    scores[11] = 1.236;
    run.readings["mediation"].rows = {mediation_at(2000, scores, 0.05)};
    const Depth depth = depth_of(run);
    EXPECT_EQ(head_in_words(depth, 0, {3, 2}, HeadScore::kLast),
              "layer 3, head 2 (read at 2,000): +1.24 \xC2\xB1 0.05 logits; another head +0.02, "
              "another pair -0.30");
    EXPECT_EQ(head_in_words(depth, 0, {0, 0}, HeadScore::kA),
              "layer 0, head 0 (read at 2,000): 0.00 \xC2\xB1 0.05 logits; position of a +0.25, "
              "another head +0.02, another pair -0.30");
    EXPECT_EQ(signed_logits(-0.004), "0.00");
    EXPECT_EQ(signed_logits(-12.34), "-12.34");
    EXPECT_EQ(signed_logits(123.4), "+123");
    EXPECT_EQ(signed_logits(12345), "+12,345");
    EXPECT_EQ(signed_logits(kNone), "\xE2\x80\x93");
    EXPECT_EQ(signed_logits(1e300).front(), '+');
}

TEST(ReadingEnd, APauseStaysAGap) {
    const std::vector<std::int32_t> epochs{0, 100, 200, 1000};
    EXPECT_EQ(reading_end(epochs, 0), 100);
    EXPECT_EQ(reading_end(epochs, 1), 200);
    EXPECT_EQ(reading_end(epochs, 2), 400) << "twice the step before it";
    EXPECT_EQ(reading_end(epochs, 3), 1800);
    EXPECT_EQ(reading_end(std::vector<std::int32_t>{7}, 0), 8);
}

} // namespace
} // namespace grokscope::ui
