// The units of the x axis, the cost of an epoch, smoothing, and the fields of the form.
#include "ui/core/epoch_map.h"

#include "tests/ui/fake_engine.h"
#include "ui/core/panel_topics.h"
#include "ui/core/plot_axes.h"
#include "ui/core/run_fields.h"
#include "ui/core/shortcuts.h"
#include "ui/core/text.h"
#include "ui/plots/smoothed_curves.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <iterator>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace grokscope::ui {
namespace {

constexpr RunId kRun{1};

/// A book with one run whose epochs take 10 ms before epoch 500 and 20 ms from there on.
class EpochMapTest : public testing::Test {
protected:
    void SetUp() override { add(kRun, {}, 100, 1); }

    void add(RunId id, const RunConfig& config, int samples, double pace) {
        ASSERT_TRUE(channels.events.try_push(event::RunAdded{id, config, "made up"}));
        for (int i = 0; i < samples; ++i) {
            MetricSample sample = fake::sample_at(id, config, i * 10);
            const double epochs = sample.epoch + 1;
            sample.wall_seconds = pace * (0.01 * epochs + 0.01 * std::max(epochs - 500, 0.0));
            ASSERT_TRUE(channels.metrics.try_push(sample));
        }
        ASSERT_TRUE(book.drain(channels));
    }

    Channels channels;
    RunBook book;
};

TEST_F(EpochMapTest, SecondsFollowTheRecordedTimesExactlyAndBack) {
    const RunRecord& run = *book.find(kRun);
    const EpochMap map(XUnit::kSeconds, run);
    ASSERT_TRUE(map.usable());
    EXPECT_FALSE(map.linear());
    for (const MetricSample& sample : run.samples) {
        EXPECT_NEAR(map.at_epoch(sample.epoch), sample.wall_seconds, 1e-12);
        EXPECT_NEAR(map.epoch_at(sample.wall_seconds), sample.epoch, 1e-6);
    }
    for (double epoch = -50; epoch < 1200; epoch += 7.3) {
        EXPECT_NEAR(map.epoch_at(map.at_epoch(epoch)), epoch, 1e-6);
        EXPECT_GT(map.at_epoch(epoch + 1), map.at_epoch(epoch));
    }
}

TEST_F(EpochMapTest, EpochsSinceGrokkingNeedAGrokEpoch) {
    const RunRecord& run = *book.find(kRun);
    EXPECT_FALSE(EpochMap(XUnit::kSinceGrok, run).usable());
    ASSERT_TRUE(channels.events.try_push(event::Mark{kRun, MarkKind::kGrokked, 640}));
    ASSERT_TRUE(book.drain(channels));
    const EpochMap map(XUnit::kSinceGrok, run);
    ASSERT_TRUE(map.usable());
    EXPECT_EQ(map.at_epoch(640), 0);
    EXPECT_EQ(map.at_epoch(0), -640);
    EXPECT_EQ(map.epoch_at(100), 740);
    ViewState view;
    view.settings.x_unit = XUnit::kSinceGrok;
    const AxisExtent extent = axis_extent(book, view);
    EXPECT_EQ(extent.low, -640);
    EXPECT_EQ(extent.high, 350);
}

TEST_F(EpochMapTest, OperationsAreCountedAsInTheDocuments) {
    // docs/engine.md section 5: 1.68 GFLOP for the baseline, 5.3 for the full stencil.
    RunConfig config;
    EXPECT_NEAR(gflop_per_epoch(config), 1.68, 0.01);
    config.stencil = Stencil::of({-1, 0, 1});
    EXPECT_NEAR(gflop_per_epoch(config), 5.3, 0.2);
    const EpochMap map(XUnit::kOperations, *book.find(kRun));
    EXPECT_TRUE(map.linear());
    EXPECT_NEAR(map.at_epoch(1000), 1680, 10);
    EXPECT_NEAR(map.epoch_at(map.at_epoch(333)), 333, 1e-9);
}

TEST_F(EpochMapTest, TheEstimateIsMeasuredForTheSameCostAndScaledOtherwise) {
    const auto same = epoch_cost(book, RunConfig{});
    ASSERT_TRUE(same);
    EXPECT_TRUE(same->measured);
    const MetricSample& last = book.find(kRun)->samples.back();
    EXPECT_NEAR(same->seconds, last.wall_seconds / (last.epoch + 1), 1e-12);
    RunConfig with_probes;
    with_probes.stencil = Stencil::of({-1, 0, 1});
    const auto scaled = epoch_cost(book, with_probes);
    ASSERT_TRUE(scaled);
    EXPECT_FALSE(scaled->measured);
    EXPECT_NEAR(scaled->seconds / same->seconds,
                gflop_per_epoch(with_probes) / gflop_per_epoch(RunConfig{}), 1e-9);
    EXPECT_FALSE(epoch_cost(RunBook(), {}));
}

TEST(EpochCost, IsNotLearntFromARecordWhichMayBeAnotherMachines) {
    Channels channels;
    RunBook book;
    EXPECT_TRUE(channels.events.try_push(event::RunAdded{kRun, {}, "made up", true}));
    for (int i = 0; i < 10; ++i) {
        EXPECT_TRUE(channels.metrics.try_push(fake::sample_at(kRun, {}, 10 * i)));
    }
    EXPECT_TRUE(channels.events.try_push(event::StateChanged{kRun, RunState::kRunning, 91, {}}));
    EXPECT_TRUE(book.drain(channels));
    EXPECT_FALSE(book.find(kRun)->recorded) << "it trains here now";
    EXPECT_FALSE(epoch_cost(book, {}));
}

TEST_F(EpochMapTest, SmoothingIsOffByDefaultAndIsARunningMean) {
    EXPECT_EQ(ViewState{}.settings.smoothing, Smoothing::kOff);
    const RunRecord& run = *book.find(kRun);
    SmoothedCurves curves;
    EXPECT_EQ(curves.of(Smoothing::kOff, run, run.curves.test_loss, true), nullptr);
    Series raw;
    const double gap = std::numeric_limits<double>::quiet_NaN();
    for (const double y : {1.0, 3.0, gap, 5.0}) {
        raw.append(10 * static_cast<double>(raw.size()), y);
    }
    const Series* smooth = curves.of(Smoothing::kLight, run, raw, false);
    ASSERT_NE(smooth, nullptr);
    ASSERT_EQ(smooth->size(), 4U);
    EXPECT_DOUBLE_EQ(smooth->y()[0], 1) << "corrected for its start";
    EXPECT_NEAR(smooth->y()[1], (0.8 * 1 + 3) / 1.8, 1e-12);
    EXPECT_TRUE(std::isnan(smooth->y()[2])) << "a gap stays a gap";
    EXPECT_NEAR(smooth->y()[3], (0.64 * 1 + 0.8 * 3 + 5) / (0.64 + 0.8 + 1), 1e-12);
    raw.append(40, 5);
    EXPECT_EQ(curves.of(Smoothing::kLight, run, raw, false)->size(), 5U);
}

TEST_F(EpochMapTest, SmoothingReachesBackAsFarHoweverOftenOneLooks) {
    const RunRecord& run = *book.find(kRun);
    const auto smoothed_at_end = [&](double every) {
        SmoothedCurves curves;
        Series raw;
        for (double epoch = 0; epoch <= 4000; epoch += every) {
            raw.append(epoch, epoch < 3900 ? 0.0 : 1.0); // a jump 100 epochs ago
        }
        return curves.of(Smoothing::kStrong, run, raw, false)->y().back();
    };
    EXPECT_NEAR(smoothed_at_end(10), 1 - std::pow(0.95, 11), 1e-6);
    EXPECT_NEAR(smoothed_at_end(1), 1 - std::pow(0.95, 10.1), 1e-6);
    EXPECT_NEAR(smoothed_at_end(50), 1 - std::pow(0.95, 15), 1e-6);
}

TEST_F(EpochMapTest, RunsSetAsideKeepWhatArrivesAndReturnToTheirPlace) {
    const RunId second{2};
    const RunId third{3};
    RunConfig other;
    other.seed = 5;
    add(second, other, 3, 1);
    other.seed = 6;
    add(third, other, 3, 1);
    book.set_aside(std::array{second});
    EXPECT_EQ(book.runs().size(), 2U);
    EXPECT_EQ(book.find(second), nullptr);
    other.seed = 5;
    EXPECT_EQ(book.find_equal(other), nullptr);
    ASSERT_TRUE(channels.metrics.try_push(fake::sample_at(second, other, 30)));
    ASSERT_TRUE(book.drain(channels));
    book.set_aside({});
    ASSERT_NE(book.find(second), nullptr);
    EXPECT_EQ(book.find(second)->samples.size(), 4U);
    EXPECT_EQ(book.runs()[1]->id, second);
}

TEST(RunFields, EveryFieldNamesTheOptionOfItsMistake) {
    std::vector<const Setting*> fields = run_fields();
    std::ranges::copy(probe_fields(), std::back_inserter(fields));
    ASSERT_EQ(fields.size(), 10U);
    for (const Setting* setting : fields) {
        EXPECT_NO_THROW((void)control(setting->form.control));
        EXPECT_EQ(control(setting->form.control).tooltip, setting->form.tooltip);
        RunConfig config;
        EXPECT_EQ(mistake_about(setting->option, config.validate()), "") << setting->key;
        if (!setting->choices.empty()) {
            continue; // nothing else can be chosen
        }
        visit_value(*setting, config, []<typename Value>(Value& value) {
            if constexpr (std::is_same_v<Value, int> || std::is_same_v<Value, double>) {
                value = std::is_same_v<Value, int> ? Value(-7) : Value(NAN);
            } else {
                ADD_FAILURE() << "not a number";
            }
        });
        const std::vector<std::string> mistakes = config.validate();
        EXPECT_NE(mistake_about(setting->option, mistakes), "") << setting->key;
        EXPECT_EQ(mistake_about("--nothing", mistakes), "");
        const std::string shown = as_sentence(mistake_about(setting->option, mistakes));
        EXPECT_EQ(shown.find("--"), std::string::npos) << shown;
        EXPECT_NE(shown.find(" must "), std::string::npos) << shown;
        EXPECT_TRUE(std::isupper(static_cast<unsigned char>(shown.front()))) << shown;
        EXPECT_EQ(shown.back(), '.') << shown;
        EXPECT_EQ(as_sentences(mistakes), shown) << "one mistake, one line";
    }
}

TEST(RunFields, AFormSaysRangeAndMeaningInItsOrder) {
    std::vector<std::string_view> labels;
    for (const Setting* setting : run_fields()) {
        labels.push_back(setting->form.label);
    }
    EXPECT_EQ(labels, (std::vector<std::string_view>{"modulus p", "share of pairs to train on",
                                                     "weight decay", "learning rate",
                                                     "epochs at most", "layers",
                                                     "pairs in an update", "layer normalisation"}));
    EXPECT_EQ(meaning_of(*run_fields().front()),
              "5 to 251. Small ones train quickly; primes draw the clearest circles.");
    EXPECT_EQ(meaning_of(*probe_fields().back()),
              "1 to 512 hidden units. 64 is the published one.");
}

TEST(RunFields, NoOptionIsNamedInAWindow) {
    EXPECT_EQ(in_plain_words("it is done: give it more (--epochs) or others (--seed), please"),
              "it is done: give it more or others, please");
    EXPECT_EQ(in_plain_words("as it is (more or less)"), "as it is (more or less)");
    EXPECT_EQ(in_plain_words("cut short (--ep"), "cut short (--ep");
}

TEST(PanelTopics, EachSaysWhatAndWhatToLookForInPlainSentences) {
    for (const PanelTopic& topic : panel_topics()) {
        EXPECT_GT(std::string(topic.what).size(), 40U) << topic.name;
        EXPECT_GT(std::string(topic.look_for).size(), 40U) << topic.name;
        EXPECT_EQ(std::string(topic.what).back(), '.') << topic.name;
    }
    EXPECT_THROW((void)panel_topic("nothing"), std::logic_error);
}

TEST(Text, NamesPlacesOnEveryAxis) {
    EXPECT_EQ(text::x_place(XUnit::kEpochs, 8210), "epoch 8,210");
    EXPECT_EQ(text::x_place(XUnit::kSeconds, 67.4), "1:07 of training");
    EXPECT_EQ(text::x_place(XUnit::kOperations, 12345.2), "12,345 GFLOP");
    EXPECT_EQ(text::x_place(XUnit::kSinceGrok, -120), "120 epochs before grokking");
    EXPECT_EQ(text::x_tick(XUnit::kSinceGrok, 1500), "+1,500");
    EXPECT_NE(text::form_estimate(25000, 0.01, true).find("4:10"), std::string::npos);
}

} // namespace
} // namespace grokscope::ui
