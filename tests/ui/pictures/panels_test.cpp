// The two pictures as panels: what they look like, and what a click, the wheel and a scrub do.
#include "tests/ui/pictures/gl_context.h"
#include "tests/ui/pictures/golden.h"
#include "tests/ui/pictures/picture_stage.h"
#include "tests/ui/pictures/synthetic_run.h"
#include "ui/views/circle/circle_panel.h"
#include "ui/views/wavetable/wavetable_panel.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <limits>
#include <map>
#include <set>
#include <utility>

namespace grokscope::ui {
namespace {

constexpr int kWidth = 460;
constexpr int kHeight = 330;

struct Fixture {
    testing::SyntheticRun made_up;
    testing::PictureStage stage;
    gl::ShaderLibrary shaders;
    WavetablePanel wavetable{shaders};
    CirclePanel circle;

    explicit Fixture(testing::GlContext& context, ThemeKind theme = ThemeKind::kDark,
                     int records = 100)
        : stage(context, {kWidth, kHeight}, theme) {
        made_up.records = 100;
        if (records > 0) {
            testing::feed(stage.book, made_up, records);
            stage.view.selected = RunId{1};
        }
    }
    /// A second run beside the first, which learns other frequencies and only half as strongly.
    void pin_another() {
        testing::SyntheticRun other = made_up;
        other.rings = {{9, 1.5F, 0.3F}, {22, 1.2F, 0.35F}, {47, 1.4F, 0.4F}};
        other.seed = 11;
        testing::feed(stage.book, other, made_up.records, RunId{2}, Stencil::of({-1, 0, 1}));
        stage.view.pinned = RunId{2};
    }
    [[nodiscard]] std::function<void(const PanelInput&)> draw_wavetable() {
        return [this](const PanelInput& input) { wavetable.draw(input); };
    }
    [[nodiscard]] std::function<void(const PanelInput&)> draw_circle() {
        return [this](const PanelInput& input) { circle.draw(input); };
    }
    /// Enough frames for the glide and the history to end.
    void settle_circle() {
        int frames = 0;
        do {
            stage.frame(draw_circle());
        } while (circle.animating() && ++frames < 300);
        EXPECT_FALSE(circle.animating());
    }
    [[nodiscard]] testing::Picture circle_picture() {
        settle_circle();
        return stage.picture(draw_circle());
    }
    void click(float x, float y, const std::function<void(const PanelInput&)>& panel) {
        stage.move_mouse(x, y);
        stage.frame(panel);
        stage.press_mouse(true);
        stage.frame(panel);
        stage.press_mouse(false);
        stage.frame(panel);
    }
};

TEST(WavetablePanel, BarsLookAsStored) {
    GROKSCOPE_NEEDS_GL(context);
    GROKSCOPE_NEEDS_GOLDENS(context);
    Fixture fixture(*context);
    fixture.stage.view.settings.wavetable.mode = WavetableMode::kBars;
    const testing::Picture last = fixture.stage.picture(fixture.draw_wavetable());
    fixture.stage.view.cursor.hold(0);
    testing::expect_golden("bars", last, fixture.stage.picture(fixture.draw_wavetable()));
    context->debug().require_none();
}

TEST(WavetablePanel, ARowIsPutUnderTheCursorByAClick) {
    GROKSCOPE_NEEDS_GL(context);
    Fixture fixture(*context);
    const auto panel = fixture.draw_wavetable();
    (void)fixture.stage.picture(panel);
    ASSERT_TRUE(fixture.stage.view.cursor.live);
    fixture.click(kWidth / 2.0F, kHeight * 0.6F, panel);
    EXPECT_FALSE(fixture.stage.view.cursor.live);
    const std::int32_t middle = fixture.stage.view.cursor.held_epoch;
    EXPECT_GT(middle, 0);
    EXPECT_LT(middle, 99 * 20);
    ASSERT_TRUE(fixture.stage.view.settings.frequency.has_value());
    EXPECT_GE(*fixture.stage.view.settings.frequency, 1);
    EXPECT_LE(*fixture.stage.view.settings.frequency, 56);
    // Further back in the picture is earlier.
    fixture.click(kWidth / 2.0F, kHeight * 0.5F, panel);
    EXPECT_LT(fixture.stage.view.cursor.held_epoch, middle);
    // Empty air above the ridges changes nothing.
    const std::int32_t before = fixture.stage.view.cursor.held_epoch;
    fixture.click(kWidth / 2.0F, 75, panel);
    EXPECT_EQ(fixture.stage.view.cursor.held_epoch, before);
    context->debug().require_none();
}

TEST(WavetablePanel, TheWheelMovesTheCursorByOneRecord) {
    GROKSCOPE_NEEDS_GL(context);
    Fixture fixture(*context);
    const auto panel = fixture.draw_wavetable();
    fixture.stage.view.cursor.hold(1000);
    fixture.stage.move_mouse(kWidth / 2.0F, kHeight / 2.0F);
    (void)fixture.stage.picture(panel);
    fixture.stage.turn_wheel(1);
    fixture.stage.frame(panel);
    EXPECT_EQ(fixture.stage.view.cursor.held_epoch, 980);
    fixture.stage.turn_wheel(-1);
    fixture.stage.frame(panel);
    fixture.stage.turn_wheel(-1);
    fixture.stage.frame(panel);
    EXPECT_EQ(fixture.stage.view.cursor.held_epoch, 1020);
}

TEST(WavetablePanel, TheHeatMapPointsAtTheSameRecord) {
    GROKSCOPE_NEEDS_GL(context);
    Fixture fixture(*context);
    const auto panel = fixture.draw_wavetable();
    fixture.stage.view.settings.wavetable.mode = WavetableMode::kHeat;
    (void)fixture.stage.picture(panel);
    fixture.click(kWidth / 2.0F, kHeight * 0.35F, panel);
    const std::int32_t upper = fixture.stage.view.cursor.held_epoch;
    fixture.click(kWidth / 2.0F, kHeight * 0.6F, panel);
    EXPECT_FALSE(fixture.stage.view.cursor.live);
    EXPECT_LT(upper, fixture.stage.view.cursor.held_epoch); // epochs go downwards
    context->debug().require_none();
}

TEST(WavetablePanel, ABarChoosesAFrequencyAndLeavesTheEpochAlone) {
    GROKSCOPE_NEEDS_GL(context);
    Fixture fixture(*context);
    const auto panel = fixture.draw_wavetable();
    fixture.stage.view.settings.wavetable.mode = WavetableMode::kBars;
    (void)fixture.stage.picture(panel);
    fixture.click(kWidth - 20, kHeight * 0.6F, panel);
    EXPECT_TRUE(fixture.stage.view.cursor.live);
    ASSERT_TRUE(fixture.stage.view.settings.frequency.has_value());
    EXPECT_GE(*fixture.stage.view.settings.frequency, 53);
}

TEST(WavetablePanel, TheNeuronsSpectrumIsAnotherPictureOrSaysWhyThereIsNone) {
    GROKSCOPE_NEEDS_GL(context);
    Fixture fixture(*context);
    const auto panel = fixture.draw_wavetable();
    const testing::Picture embedding = fixture.stage.picture(panel);
    fixture.stage.view.settings.wavetable.source = WavetableSource::kNeurons;
    const testing::Picture neurons = fixture.stage.picture(panel);
    EXPECT_GT(testing::difference(embedding, neurons).mean_absolute, 1);
    fixture.click(kWidth / 2.0F, kHeight * 0.6F, panel);
    EXPECT_FALSE(fixture.stage.view.cursor.live); // its rows can be clicked like the others
    EXPECT_TRUE(fixture.stage.view.settings.frequency.has_value());

    // A run of a time before neurons had a spectrum.
    Channels channels(ChannelSizes{.events = 2, .metrics = 2, .snapshots = 2});
    event::RunAdded added;
    added.run = RunId{3};
    ASSERT_TRUE(channels.events.try_push(Event(added)));
    ASSERT_TRUE(fixture.stage.book.drain(channels));
    Snapshot snapshot;
    snapshot.run = RunId{3};
    snapshot.spectrum = snapshot.logit_spectrum = std::vector<float>(56, 1.0F);
    ASSERT_TRUE(channels.snapshots.try_push(std::move(snapshot)));
    ProgressRow row;
    row.run = RunId{3};
    ASSERT_TRUE(channels.progress.try_push(std::move(row)));
    ASSERT_TRUE(fixture.stage.book.drain(channels));
    fixture.stage.view.selected = RunId{3};
    const testing::Picture sentence = fixture.stage.picture(panel);
    const std::set<std::uint8_t> shades(sentence.pixels.begin(), sentence.pixels.end());
    EXPECT_GT(shades.size(), 8U);
    context->debug().require_none();
}

TEST(WavetablePanel, TwoRunsStandSideBySideOnOneScale) {
    GROKSCOPE_NEEDS_GL(context);
    GROKSCOPE_NEEDS_GOLDENS(context);
    Fixture fixture(*context);
    fixture.pin_another();
    const auto panel = fixture.draw_wavetable();
    std::map<WavetableMode, testing::Picture> pairs;
    for (const WavetableMode mode :
         {WavetableMode::kRidge, WavetableMode::kHeat, WavetableMode::kBars}) {
        fixture.stage.view.settings.wavetable.mode = mode;
        pairs[mode] = fixture.stage.picture(panel);
    }
    std::swap(fixture.stage.view.selected, fixture.stage.view.pinned);
    fixture.stage.view.settings.wavetable.mode = WavetableMode::kRidge;
    const testing::Picture swapped = fixture.stage.picture(panel);
    testing::expect_golden("ridge_pair", pairs[WavetableMode::kRidge], swapped);
    testing::expect_golden("heat_pair", pairs[WavetableMode::kHeat], pairs[WavetableMode::kBars]);
    testing::expect_golden("bars_pair", pairs[WavetableMode::kBars], pairs[WavetableMode::kHeat]);
    context->debug().require_none();
}

TEST(WavetablePanel, AClickIntoThePinnedRunMovesTheOneCursor) {
    GROKSCOPE_NEEDS_GL(context);
    Fixture fixture(*context);
    fixture.pin_another();
    const auto panel = fixture.draw_wavetable();
    fixture.stage.view.settings.circle.plane = CirclePlane::kComponents;
    (void)fixture.stage.picture(panel);
    fixture.click(kWidth * 0.75F, kHeight * 0.65F, panel);
    EXPECT_FALSE(fixture.stage.view.cursor.live);
    EXPECT_EQ(fixture.stage.view.selected, RunId{1});
    EXPECT_TRUE(fixture.stage.view.settings.frequency.has_value());
    EXPECT_EQ(fixture.stage.view.settings.circle.plane,
              CirclePlane::kFrequency); // where it can be seen
}

TEST(WavetablePanel, EveryModeAndScaleDrawsFromOneRecordOn) {
    GROKSCOPE_NEEDS_GL(context);
    for (const int records : {0, 1, 2, 5}) {
        Fixture fixture(*context, ThemeKind::kDark, records);
        for (int mode = 0; mode < 3; ++mode) {
            for (int scale = 0; scale < 3; ++scale) {
                fixture.stage.view.settings.wavetable.mode = static_cast<WavetableMode>(mode);
                fixture.stage.view.settings.wavetable.scale = static_cast<WavetableScale>(scale);
                fixture.stage.view.settings.wavetable.source =
                    static_cast<WavetableSource>((mode + scale) % 3);
                const auto picture = fixture.stage.picture(fixture.draw_wavetable());
                const std::set<std::uint8_t> shades(picture.pixels.begin(), picture.pixels.end());
                EXPECT_GT(shades.size(), 8U) << records << ' ' << mode << ' ' << scale;
            }
        }
        (void)fixture.circle_picture();
    }
    context->debug().require_none();
}

TEST(CirclePanel, LooksAsStoredAtTheFirstAndTheLastEpoch) {
    GROKSCOPE_NEEDS_GL(context);
    GROKSCOPE_NEEDS_GOLDENS(context);
    for (const ThemeKind theme : {ThemeKind::kDark, ThemeKind::kLight}) {
        Fixture fixture(*context, theme);
        const std::string suffix = theme == ThemeKind::kDark ? "_dark" : "_light";
        fixture.stage.view.settings.frequency = 14;
        const testing::Picture last = fixture.circle_picture();
        fixture.stage.view.cursor.hold(0);
        const testing::Picture first = fixture.circle_picture();
        fixture.stage.view.settings.frequency = 15; // another frequency is another picture
        const testing::Picture other = fixture.circle_picture();
        testing::expect_golden("circle_last" + suffix, last, first);
        testing::expect_golden("circle_first" + suffix, first, other);
    }
    context->debug().require_none();
}

TEST(CirclePanel, BeforeAndNowAndTheKeysLookAsStored) {
    GROKSCOPE_NEEDS_GL(context);
    GROKSCOPE_NEEDS_GOLDENS(context);
    Fixture fixture(*context);
    fixture.stage.view.settings.circle.layout = CircleLayout::kBeforeNow;
    const testing::Picture before_now = fixture.circle_picture();
    fixture.stage.view.settings.circle.layout = CircleLayout::kKeyFrequencies;
    const testing::Picture keys = fixture.circle_picture();
    testing::expect_golden("circle_before_now", before_now, keys);
    testing::expect_golden("circle_keys", keys, before_now);
    context->debug().require_none();
}

TEST(CirclePanel, ThePlanesOfComponentsAndTwoRunsLookAsStored) {
    GROKSCOPE_NEEDS_GL(context);
    GROKSCOPE_NEEDS_GOLDENS(context);
    Fixture fixture(*context);
    fixture.stage.view.settings.circle.plane = CirclePlane::kComponents;
    const testing::Picture one = fixture.circle_picture();
    fixture.stage.view.settings.circle.layout = CircleLayout::kKeyFrequencies;
    const testing::Picture planes = fixture.circle_picture();
    fixture.stage.view.settings.circle = {};
    fixture.pin_another();
    const testing::Picture pair = fixture.circle_picture();
    fixture.stage.view.pinned.reset();
    const testing::Picture alone = fixture.circle_picture();
    testing::expect_golden("circle_pca", one, planes);
    testing::expect_golden("circle_pca_planes", planes, one);
    testing::expect_golden("circle_pair", pair, alone);
    context->debug().require_none();
}

TEST(CirclePanel, ComponentsKeepStillWhileScrubbing) {
    GROKSCOPE_NEEDS_GL(context);
    Fixture fixture(*context);
    fixture.stage.view.settings.circle.plane = CirclePlane::kComponents;
    fixture.stage.view.cursor.hold(1900);
    const testing::Picture before = fixture.circle_picture();
    fixture.stage.view.cursor.hold(400);
    EXPECT_FALSE(fixture.circle_picture().pixels == before.pixels);
    fixture.stage.view.cursor.hold(1900);
    EXPECT_TRUE(fixture.circle_picture().pixels == before.pixels);
}

TEST(CirclePanel, AClickIntoTheCurveGoesToThatEpoch) {
    GROKSCOPE_NEEDS_GL(context);
    Fixture fixture(*context);
    (void)fixture.circle_picture();
    const auto panel = fixture.draw_circle();
    fixture.click(kWidth - 12 - 90, kHeight - 12 - 20, panel); // the middle of the strip's curve
    ASSERT_FALSE(fixture.stage.view.cursor.live);
    EXPECT_NEAR(fixture.stage.view.cursor.held_epoch, 990, 120);
}

TEST(CirclePanel, ScrubbingForthAndBackGivesTheSamePicture) {
    GROKSCOPE_NEEDS_GL(context);
    Fixture fixture(*context);
    fixture.stage.view.cursor.hold(900);
    const testing::Picture before = fixture.circle_picture();
    fixture.stage.view.cursor.hold(1600);
    EXPECT_FALSE(fixture.circle_picture().pixels == before.pixels);
    fixture.stage.view.cursor.hold(900);
    EXPECT_TRUE(fixture.circle_picture().pixels == before.pixels);
}

TEST(CirclePanel, PointsGlideForLessThan200MsAndJumpWhenGlidingIsOff) {
    GROKSCOPE_NEEDS_GL(context);
    Fixture fixture(*context);
    (void)fixture.circle_picture();
    fixture.stage.view.cursor.hold(0);
    int frames = 0;
    do {
        fixture.stage.frame(fixture.draw_circle());
        ++frames;
    } while (fixture.circle.animating() && frames < 100);
    EXPECT_GT(frames, 3);
    EXPECT_LT(frames, 12); // of 1/60 s: 200 ms
    fixture.stage.view.settings.circle.glide = false;
    fixture.stage.view.cursor.hold(1500);
    fixture.stage.frame(fixture.draw_circle());
    EXPECT_FALSE(fixture.circle.animating());
}

TEST(Strongest, RanksWhatIsNotANumberLast) {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const std::vector<float> amplitudes{nan, 0.5F, nan, 2.0F, 1.0F};
    EXPECT_EQ(strongest(amplitudes, 3), (std::vector<int>{3, 4, 1}));
    EXPECT_EQ(strongest(amplitudes, 9).size(), 5U);
    EXPECT_TRUE(strongest(std::vector<float>{}, 3).empty());
}

TEST(Pictures, ARunThatFailedWithoutNumbersIsDrawn) {
    GROKSCOPE_NEEDS_GL(context);
    Fixture fixture(*context, ThemeKind::kDark, 5);
    Channels channels(ChannelSizes{.events = 2, .metrics = 2, .snapshots = 2});
    Snapshot broken;
    broken.run = RunId{1};
    broken.epoch = 5 * fixture.made_up.every;
    broken.p = fixture.made_up.p;
    broken.d_model = fixture.made_up.d_model;
    const float nan = std::numeric_limits<float>::quiet_NaN();
    broken.embedding.assign(static_cast<std::size_t>(broken.p * broken.d_model), nan);
    broken.spectrum.assign(56, nan);
    broken.logit_spectrum.assign(56, nan);
    ASSERT_TRUE(channels.snapshots.try_push(std::move(broken)));
    ASSERT_TRUE(fixture.stage.book.drain(channels));
    for (int mode = 0; mode < 3; ++mode) {
        fixture.stage.view.settings.wavetable.mode = static_cast<WavetableMode>(mode);
        (void)fixture.stage.picture(fixture.draw_wavetable());
    }
    (void)fixture.circle_picture();
    context->debug().require_none();
}

TEST(DefaultFrequency, IsTheStrongestKeyFrequencyOfTheNewestRecord) {
    testing::SyntheticRun made_up;
    made_up.records = 60;
    RunRecord run = testing::make_record(made_up, 60);
    EXPECT_EQ(default_frequency(run), 14); // strongest of all while no key frequency is known
    ProgressRow row;
    row.epoch = 0;
    row.key_frequencies = {35, 52};
    run.progress.push_back(row);
    EXPECT_EQ(default_frequency(run), 35);
    EXPECT_EQ(default_frequency(RunRecord{}), 1);
}

TEST(DefaultFrequency, HasAPlane) {
    RunRecord run;
    run.config.p = 8;
    run.task = TaskFacts(run.config);
    SpectrumRow spectrum;
    spectrum.amplitude = {1, 3, 2, 9}; // 4 alternates
    run.spectra.push_back(spectrum);
    EXPECT_EQ(default_frequency(run), 2);
    ProgressRow row;
    row.key_frequencies = {3, 4};
    run.progress.push_back(row);
    EXPECT_EQ(default_frequency(run), 3);
}

TEST(CircleHistory, ComputesEachEpochOnceAndKeepsTheLargestRadius) {
    testing::SyntheticRun made_up;
    made_up.records = 50;
    const RunRecord run = testing::make_record(made_up, 50);
    CircleHistory history;
    EXPECT_FALSE(history.update(run, run.task.plain, 14, 20));
    EXPECT_EQ(history.entries().size(), 20U);
    EXPECT_FALSE(history.update(run, run.task.plain, 14, 20));
    EXPECT_TRUE(history.update(run, run.task.plain, 14, 20));
    ASSERT_EQ(history.entries().size(), 50U);
    EXPECT_TRUE(history.update(run, run.task.plain, 14, 20));
    EXPECT_EQ(history.entries().size(), 50U);
    EXPECT_LT(history.entries().front().order, 0.87F);
    EXPECT_GT(history.entries().back().order, 0.95F);
    float radius = 0;
    for (const EmbeddingFrame& frame : run.embeddings) {
        radius = std::max(radius, project_circle(frame.values, frame.p, frame.d_model, 14).radius);
    }
    EXPECT_EQ(history.radius(), radius);
    EXPECT_FALSE(history.update(run, run.task.plain, 35, 1)); // another frequency starts anew
    EXPECT_EQ(history.entries().size(), 1U);
}

} // namespace
} // namespace grokscope::ui
