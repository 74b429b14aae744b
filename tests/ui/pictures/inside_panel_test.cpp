// Map, clock, attention and take-apart as panels: what they look like, what a click does, and what
// they show while an answer is awaited.
#include "tests/ui/fake_inspector.h"
#include "tests/ui/pictures/gl_context.h"
#include "tests/ui/pictures/golden.h"
#include "tests/ui/pictures/picture_stage.h"
#include "ui/views/inside/inside_panel.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace grokscope::ui {
namespace {

constexpr int kWidth = 520;
constexpr int kHeight = 360;

struct Fixture {
    testing::PictureStage stage;
    Channels channels;
    InsidePanel inside;
    RunConfig config;
    int questions = 0;

    explicit Fixture(testing::GlContext& context, InsideTab tab, ThemeKind theme = ThemeKind::kDark)
        : stage(context, {kWidth, kHeight}, theme) {
        config.stencil = Stencil::of({-1, 0, 1}); // groks at epoch 1,970 in the made-up engine
        event::RunAdded added;
        added.run = RunId{1};
        added.config = config;
        EXPECT_TRUE(channels.events.try_push(Event(added)));
        for (const int epoch : {0, 1000, 1200, 2200}) {
            Snapshot snapshot;
            snapshot.run = RunId{1};
            snapshot.epoch = epoch;
            snapshot.p = config.p;
            for (int k = 1; k <= config.p / 2; ++k) {
                snapshot.spectrum.push_back(0.3F);
                snapshot.logit_spectrum.push_back(k == 15 || k == 36 ? 2.0F : 0.3F);
            }
            EXPECT_TRUE(channels.snapshots.try_push(std::move(snapshot)));
            MetricSample sample;
            sample.run = RunId{1};
            sample.epoch = epoch;
            EXPECT_TRUE(channels.metrics.try_push(sample));
        }
        (void)stage.book.drain(channels);
        stage.view.selected = RunId{1};
        stage.view.settings.inside.tab = tab;
    }

    void frame() {
        stage.frame([this](const PanelInput& input) {
            inside.draw(input, {});
            inside.ask(input, channels.inspect);
        });
    }
    /// The question that is waiting, if any.
    std::optional<InspectQuery> question() {
        if (!channels.inspect.query.refresh()) {
            return std::nullopt;
        }
        ++questions;
        return channels.inspect.query.value();
    }
    void answer() {
        if (const auto query = question()) {
            InspectReply reply = fake::inspect(config, *query);
            reply.milliseconds = 23; // a picture must not depend on the machine
            channels.inspect.reply.publish(reply);
            EXPECT_TRUE(inside.take(channels.inspect, 0));
        }
    }
    /// Draws until nothing more is asked.
    void settle() {
        for (int i = 0; i < 6; ++i) {
            frame();
            answer();
        }
    }
    [[nodiscard]] testing::Picture picture() {
        settle();
        return raw_picture();
    }
    [[nodiscard]] testing::Picture raw_picture() {
        return stage.picture([this](const PanelInput& input) {
            inside.draw(input, {});
            inside.ask(input, channels.inspect);
        });
    }
    void click(float x, float y) {
        stage.move_mouse(x, y);
        frame();
        stage.press_mouse(true);
        frame();
        stage.press_mouse(false);
        frame();
        stage.move_mouse(-100, -100);
        frame();
    }
};

TEST(InsidePanel, MapClockAttentionAndTakeApartLookAsStored) {
    GROKSCOPE_NEEDS_GL(context);
    GROKSCOPE_NEEDS_GOLDENS(context);
    const struct {
        InsideTab tab;
        const char* name;
    } kTabs[] = {{InsideTab::kMap, "map"},
                 {InsideTab::kClock, "clock"},
                 {InsideTab::kAttention, "attention"},
                 {InsideTab::kAblation, "apart"}};
    for (const auto& [tab, name] : kTabs) {
        for (const ThemeKind theme : {ThemeKind::kDark, ThemeKind::kLight}) {
            Fixture fixture(*context, tab, theme);
            if (tab == InsideTab::kAblation) {
                fixture.stage.view.settings.inside.ablation.frequencies = {15, 36};
            }
            const testing::Picture grokked = fixture.picture();
            fixture.stage.view.cursor.hold(0);
            const testing::Picture untrained = fixture.picture();
            testing::expect_golden(std::string(name) +
                                       (theme == ThemeKind::kDark ? "_dark" : "_light"),
                                   grokked, untrained);
        }
    }
    context->debug().require_none();
}

TEST(InsidePanel, TheMapInTheMiddleOfItsLifeLooksAsStored) {
    GROKSCOPE_NEEDS_GL(context);
    GROKSCOPE_NEEDS_GOLDENS(context);
    Fixture fixture(*context, InsideTab::kMap);
    fixture.stage.view.cursor.hold(1000); // right on what it was trained on, elsewhere half
    const testing::Picture half = fixture.picture();
    fixture.stage.view.cursor.hold(2200);
    testing::expect_golden("map_half", half, fixture.picture());
}

TEST(InsidePanel, AClickOnTheMapChoosesThePairAndADragGoesOn) {
    GROKSCOPE_NEEDS_GL(context);
    Fixture fixture(*context, InsideTab::kMap);
    fixture.settle();
    fixture.click(60, 120);
    const NumberPair first = fixture.stage.view.settings.inside.typed;
    EXPECT_FALSE(first == (NumberPair{7, 13}));
    fixture.click(180, 120);
    const NumberPair second = fixture.stage.view.settings.inside.typed;
    EXPECT_EQ(second.a, first.a) << "the same row is the same a";
    EXPECT_GT(second.b, first.b) << "further right is a larger b";
    fixture.click(180, 220);
    EXPECT_GT(fixture.stage.view.settings.inside.typed.a, second.a) << "further down is a larger a";
    EXPECT_EQ(fixture.stage.view.settings.inside.typed.b, second.b);
    context->debug().require_none();
}

TEST(InsidePanel, AsksForThePairThatIsChosenAndNothingWhenNothingChanges) {
    GROKSCOPE_NEEDS_GL(context);
    Fixture fixture(*context, InsideTab::kClock);
    fixture.settle();
    const int before = fixture.questions;
    for (int i = 0; i < 10; ++i) {
        fixture.frame();
        fixture.answer();
    }
    EXPECT_EQ(fixture.questions, before);
    fixture.stage.view.settings.inside.typed = {20, 30};
    fixture.frame();
    const auto asked = fixture.question();
    ASSERT_TRUE(asked.has_value());
    EXPECT_EQ(asked->pair, (NumberPair{20, 30}));
    EXPECT_FALSE(asked->attention) << "only the attention view pays for attention";
    fixture.stage.view.settings.inside.typed = {20, 300};
    fixture.frame();
    const auto next = fixture.question();
    ASSERT_TRUE(next.has_value());
    EXPECT_FALSE(next->pair.has_value()) << "a number out of range is not asked about";
}

TEST(InsidePanel, AtTheLastFiguresOfARunThatRestsItAsksForTheWeightsItStandsAt) {
    GROKSCOPE_NEEDS_GL(context);
    struct Case {
        RunState state;
        std::optional<std::int32_t> held;
        std::int32_t asked;
    };
    for (const Case& one :
         {Case{RunState::kRunning, {}, 2200}, // newer ones are not recorded
          Case{RunState::kFinished, {}, 2209}, Case{RunState::kPaused, {}, 2209},
          Case{RunState::kFinished, 2200, 2209},
          Case{RunState::kFinished, 5000, 5000}, // beyond its record: its last
          Case{RunState::kFinished, 1200, 1200}, Case{RunState::kRunning, 2200, 2200}}) {
        for (const InsideTab tab :
             {InsideTab::kMap, InsideTab::kClock, InsideTab::kAttention, InsideTab::kAblation}) {
            Fixture fixture(*context, tab);
            EXPECT_TRUE(fixture.channels.events.try_push(
                Event(event::StateChanged{RunId{1}, one.state, 2209, ""})));
            (void)fixture.stage.book.drain(fixture.channels);
            if (one.held) {
                fixture.stage.view.cursor.hold(*one.held);
            }
            fixture.frame();
            const auto question = fixture.question();
            ASSERT_TRUE(question.has_value());
            EXPECT_EQ(question->epoch, one.asked) << "held at " << one.held.value_or(-1);
        }
    }
}

TEST(InsidePanel, TheOldPictureTurnsGreyWhileItsSuccessorIsLate) {
    GROKSCOPE_NEEDS_GL(context);
    Fixture fixture(*context, InsideTab::kMap);
    const testing::Picture before = fixture.picture();
    fixture.stage.view.cursor.hold(1000);
    fixture.frame();
    const testing::Picture soon = fixture.raw_picture(); // 5 frames: 83 ms
    EXPECT_TRUE(soon.pixels == before.pixels) << "a quick answer must not flicker";
    for (int i = 0; i < 30; ++i) {
        fixture.frame();
    }
    const testing::Picture late = fixture.raw_picture();
    EXPECT_FALSE(late.pixels == before.pixels);
    const auto spread = [](const testing::Picture& picture) {
        return std::set<std::uint8_t>(picture.pixels.begin(), picture.pixels.end()).size();
    };
    EXPECT_GT(spread(late), 8U) << "it is still there, under the veil";
    fixture.answer();
    const testing::Picture after = fixture.raw_picture();
    EXPECT_FALSE(after.pixels == late.pixels);
    EXPECT_FALSE(after.pixels == before.pixels);
}

TEST(InsidePanel, AnotherPairDoesNotMakeTheMapGrey) {
    GROKSCOPE_NEEDS_GL(context);
    Fixture fixture(*context, InsideTab::kMap);
    fixture.settle();
    fixture.stage.view.settings.inside.typed = {50, 60};
    for (int i = 0; i < 40; ++i) {
        fixture.frame(); // the question for the pair stays unanswered
    }
    const testing::Picture unanswered = fixture.raw_picture();
    fixture.answer();
    const testing::Picture answered = fixture.raw_picture();
    const testing::Difference gap = testing::difference(unanswered, answered);
    EXPECT_LT(gap.far_share, 0.01) << "only the runner-up was missing";
}

TEST(InsidePanel, TakeApartAsksForWhatIsClickedAndResetsIt) {
    GROKSCOPE_NEEDS_GL(context);
    Fixture fixture(*context, InsideTab::kAblation);
    fixture.settle();
    Ablation& ablation = fixture.stage.view.settings.inside.ablation;
    fixture.click(kWidth / 2.0F, 115);
    ASSERT_EQ(ablation.frequencies.size(), 1U);
    const int k = ablation.frequencies.front();
    EXPECT_NEAR(k, 28, 2);
    fixture.frame();
    const auto asked = fixture.question();
    ASSERT_TRUE(asked.has_value());
    EXPECT_EQ(asked->ablation.frequencies, std::vector<int>{k});
    fixture.click(kWidth / 2.0F, 115);
    EXPECT_TRUE(ablation.empty()) << "a second click puts it back";
}

TEST(InsidePanel, EveryTabDrawsWithoutAnAnswerWithAProblemAndInEverySize) {
    GROKSCOPE_NEEDS_GL(context);
    for (const InsideTabInfo& tab : kInsideTabs) {
        Fixture fixture(*context, tab.tab);
        fixture.frame();
        fixture.stage.view.settings.inside.typed = {-4, 1000};
        (void)fixture.picture();
        const auto broken = [&](InspectReply reply) {
            reply.query.run = RunId{1};
            fixture.channels.inspect.reply.publish(reply);
            EXPECT_TRUE(fixture.inside.take(fixture.channels.inspect, 0));
            fixture.frame();
        };
        InspectReply unknown;
        unknown.problem = "There are no recorded weights of this run.";
        broken(unknown);
        InspectReply hollow; // no figures at all
        hollow.p = 113;
        hollow.heads = 4;
        broken(hollow);
        fixture.stage.view.selected.reset();
        fixture.frame();
    }
    context->debug().require_none();
}

} // namespace
} // namespace grokscope::ui
