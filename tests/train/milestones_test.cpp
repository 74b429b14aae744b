// The marks on curves made for the purpose.
#include "engine/train/milestones.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <functional>
#include <limits>
#include <vector>

namespace grokscope {
namespace {

MetricSample sample_at(std::int32_t epoch, double train_accuracy, double test_accuracy,
                       double test_loss = 1) {
    MetricSample sample;
    sample.run = RunId{7};
    sample.epoch = epoch;
    sample.train_accuracy = train_accuracy;
    sample.test_accuracy = test_accuracy;
    sample.test_loss = test_loss;
    return sample;
}

struct KindAt {
    MarkKind kind;
    std::int32_t epoch;
    friend bool operator==(const KindAt&, const KindAt&) = default;
};

void PrintTo(const KindAt& mark, std::ostream* out) {
    *out << name_of(mark.kind) << " at " << mark.epoch;
}

/// All marks of a curve given by its samples at epochs 0, step, ... up to `last`.
std::vector<KindAt> marks_of(std::int32_t last, std::int32_t step,
                             const std::function<MetricSample(std::int32_t)>& curve) {
    Milestones milestones;
    std::vector<KindAt> marks;
    for (std::int32_t epoch = 0; epoch <= last; epoch += step) {
        for (const event::Mark& mark : milestones.observe(curve(epoch))) {
            EXPECT_EQ(mark.run, RunId{7});
            marks.push_back({mark.kind, mark.epoch});
        }
    }
    return marks;
}

TEST(Milestones, TellsAnOrdinaryGrokkingRunInOrder) {
    const auto marks = marks_of(3000, 10, [](std::int32_t epoch) {
        const double train = epoch >= 140 ? 1.0 : 0.5;
        const double test = epoch >= 1500 ? 0.995 : 0.1;
        const double loss = epoch < 600 ? 4 + epoch * 0.02 : epoch < 1200 ? 16 : 7.9;
        return sample_at(epoch, train, test, loss);
    });
    EXPECT_EQ(marks, (std::vector<KindAt>{{MarkKind::kMemorised, 140},
                                          {MarkKind::kTransition, 1200},
                                          {MarkKind::kGrokked, 1500},
                                          {MarkKind::kStable, 1500}}));
}

TEST(Milestones, NinetyNinePercentExactlyCounts) {
    const auto marks = marks_of(0, 10, [](std::int32_t epoch) {
        return sample_at(epoch, 3792.0 / 3830, 8850.0 / 8939); // the fewest that are enough
    });
    EXPECT_EQ(marks, (std::vector<KindAt>{{MarkKind::kMemorised, 0}, {MarkKind::kGrokked, 0}}));
    const auto one_less = marks_of(
        0, 10, [](std::int32_t epoch) { return sample_at(epoch, 3791.0 / 3830, 8849.0 / 8939); });
    EXPECT_TRUE(one_less.empty());
}

TEST(Milestones, GrokkingNeedsBothSplits) {
    EXPECT_EQ(marks_of(100, 10, [](std::int32_t e) { return sample_at(e, 0.5, 1.0); }),
              std::vector<KindAt>{});
    EXPECT_EQ(marks_of(100, 10, [](std::int32_t e) { return sample_at(e, 1.0, 0.98); }),
              (std::vector<KindAt>{{MarkKind::kMemorised, 0}}));
}

TEST(Milestones, HalvedTestLossBeforeMemorisationIsNoTransition) {
    const auto marks = marks_of(100, 10, [](std::int32_t epoch) {
        return sample_at(epoch, epoch >= 50 ? 1.0 : 0.1, 0.1, epoch == 0 ? 10 : 5);
    });
    EXPECT_EQ(marks,
              (std::vector<KindAt>{{MarkKind::kMemorised, 50}, {MarkKind::kTransition, 50}}));
}

TEST(Milestones, StableNeedsAThousandEpochsWithoutABreak) {
    Milestones milestones;
    for (std::int32_t epoch = 0; epoch < 1000; epoch += 10) {
        (void)milestones.observe(sample_at(epoch, 1, 1));
        EXPECT_FALSE(milestones.stable_epoch().has_value()) << epoch;
    }
    (void)milestones.observe(sample_at(1000, 1, 1)); // the 101st in a row
    EXPECT_EQ(milestones.stable_epoch(), 0);
    EXPECT_EQ(milestones.grok_epoch(), 0);
}

TEST(Milestones, ABreakStartsTheStableStretchAnewButNotTheGrokEpoch) {
    const auto marks = marks_of(
        2000, 10, [](std::int32_t epoch) { return sample_at(epoch, 1, epoch == 900 ? 0.95 : 1); });
    EXPECT_EQ(marks,
              (std::vector<KindAt>{
                  {MarkKind::kMemorised, 0}, {MarkKind::kGrokked, 0}, {MarkKind::kStable, 910}}));
}

TEST(Milestones, LostAgainComesOncePerLoss) {
    const auto marks = marks_of(400, 10, [](std::int32_t epoch) {
        const bool lost = (epoch >= 100 && epoch < 150) || (epoch >= 300 && epoch < 350);
        return sample_at(epoch, 1, lost ? 0.5 : 1);
    });
    EXPECT_EQ(marks, (std::vector<KindAt>{{MarkKind::kMemorised, 0},
                                          {MarkKind::kGrokked, 0},
                                          {MarkKind::kLostAgain, 100},
                                          {MarkKind::kLostAgain, 300}}));
}

TEST(Milestones, LostAgainIsClearedOnlyByTheGrokCondition) {
    const auto marks = marks_of(400, 10, [](std::int32_t epoch) {
        // 0.95 is neither lost nor grokked: the second dip belongs to the first loss.
        const double test = epoch < 100 ? 1 : epoch < 150 ? 0.5 : epoch < 300 ? 0.95 : 0.5;
        return sample_at(epoch, 1, test);
    });
    EXPECT_EQ(marks, (std::vector<KindAt>{{MarkKind::kMemorised, 0},
                                          {MarkKind::kGrokked, 0},
                                          {MarkKind::kLostAgain, 100}}));
}

TEST(Milestones, WorksForAnyEvaluationInterval) {
    const auto marks = marks_of(
        3000, 300, [](std::int32_t epoch) { return sample_at(epoch, 1, epoch >= 600 ? 1 : 0); });
    EXPECT_EQ(marks,
              (std::vector<KindAt>{
                  {MarkKind::kMemorised, 0}, {MarkKind::kGrokked, 600}, {MarkKind::kStable, 600}}));
}

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

/// Accuracies of mirrored and of new pairs at an evaluated epoch.
struct PartsAt {
    double mirrored;
    double truly_new;
};

/// The marks that say that order does not matter, of accuracies at epochs 0, 10, 20 ...
std::vector<std::int32_t> order_learned_at(const std::vector<PartsAt>& curve) {
    std::vector<std::int32_t> epochs;
    Milestones milestones;
    for (std::size_t i = 0; i < curve.size(); ++i) {
        MetricSample sample = sample_at(static_cast<std::int32_t>(10 * i), 0.5, 0.1);
        sample.mirrored_accuracy = curve[i].mirrored;
        sample.new_accuracy = curve[i].truly_new;
        for (const event::Mark& mark : milestones.observe(sample)) {
            EXPECT_EQ(mark.kind, MarkKind::kOrderLearned);
            epochs.push_back(mark.epoch);
        }
    }
    return epochs;
}

TEST(Milestones, OrderDoesNotMatterFromNineTenthsOfTheMirroredWhileHalfOfTheNewAreWrong) {
    using Epochs = std::vector<std::int32_t>;
    EXPECT_EQ(order_learned_at({{0.1, 0.0}, {0.89, 0.1}, {0.9, 0.49}, {1, 0.2}}), Epochs{20});
    EXPECT_EQ(order_learned_at({{0.9, 0.49}}), Epochs{0});
    EXPECT_EQ(order_learned_at({{0.1, 0.0}, {1, 0.1}, {0.3, 0.1}, {1, 0.1}}), Epochs{10})
        << "once only";
    // Sums came first, or with it.
    EXPECT_EQ(order_learned_at({{0.1, 0.1}, {0.89, 0.49}, {0.95, 0.5}, {1, 1}}), Epochs{});
    EXPECT_EQ(order_learned_at({{0.95, 0.5}, {0.95, 0.4}}), Epochs{10});
}

TEST(Milestones, OrderIsNotMarkedWhereItMayHaveBeenLearnedUnseen) {
    using Epochs = std::vector<std::int32_t>;
    // Nothing but mirrors, nothing but new pairs.
    EXPECT_EQ(order_learned_at({{0.5, kUnknown}, {1, kUnknown}}), Epochs{});
    EXPECT_EQ(order_learned_at({{kUnknown, 0.0}, {kUnknown, 0.1}}), Epochs{});
    // A record of an older version, gone on with: the first figures may come too late ...
    EXPECT_EQ(order_learned_at({{kUnknown, kUnknown}, {1, 0.1}, {1, 0.2}}), Epochs{});
    // ... or in time.
    EXPECT_EQ(order_learned_at({{kUnknown, kUnknown}, {0.4, 0.0}, {1, 0.2}}), Epochs{20});
}

} // namespace
} // namespace grokscope
