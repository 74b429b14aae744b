// What the buttons that add to the race ask the trainer for, and forks.
#include "ui/core/challengers.h"

#include "engine/protocol/rivals.h"
#include "tests/ui/action_test.h"
#include "ui/core/actions.h"
#include "ui/core/forks.h"
#include "ui/core/palette.h"
#include "ui/core/playback.h"
#include "ui/core/run_looks.h"
#include "ui/core/text.h"
#include "ui/core/tour.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace grokscope::ui {
namespace {

class Challengers : public ActionTest {
protected:
    [[nodiscard]] RunConfig added() {
        const auto bodies = sent();
        EXPECT_EQ(bodies.size(), 1U);
        return std::get<command::AddRun>(bodies.at(0)).config;
    }
    [[nodiscard]] RunConfig offered(std::string_view label) {
        for (const RunConfig& rival : rivals_on_offer(context())) {
            if (rival.label() == label) {
                return rival;
            }
        }
        ADD_FAILURE() << label << " is not on offer";
        return {};
    }
};

TEST_F(Challengers, ARivalRacesThePlainRunFromTheSameWeights) {
    RunConfig config;
    config.p = 59;
    config.seed = 7;
    add(config, RunState::kRunning, 3);
    add_rival(context(), offered("muon"));
    RunConfig expected = config;
    expected.muon = true;
    EXPECT_EQ(added(), expected);
    add_rival(context(), offered("norm clamp"));
    expected = config;
    expected.norm_clamp = true;
    expected.weight_decay = 0;
    EXPECT_EQ(added(), expected);
}

TEST_F(Challengers, OneTakesThePlaceOfTheOtherWhicheverIsSelected) {
    RunConfig config;
    config.weight_decay = 0.5;
    add(config, RunState::kRunning, 3);
    RunConfig clamped = config;
    clamped.norm_clamp = true;
    clamped.weight_decay = 0;
    view.selected = add(clamped, RunState::kRunning, 3);
    EXPECT_EQ(plain_config(context()), config) << "the decay is that of the baseline in the race";
    add_stencil(context(), Stencil::of({0}));
    RunConfig expected = config;
    expected.stencil = Stencil::of({0});
    EXPECT_EQ(added(), expected);
    add_baseline(context(), 5);
    expected = config;
    expected.seed = 5;
    EXPECT_EQ(added(), expected);
    RunConfig probes = config;
    probes.stencil = Stencil::of({-1, 1});
    view.selected = add(probes, RunState::kRunning, 3);
    add_rival(context(), offered("grokfast ma"));
    expected = config;
    expected.grokfast = Grokfast::kMa;
    EXPECT_EQ(added(), expected);
}

TEST_F(Challengers, ARivalThatIsThereIsSelected) {
    const RunId baseline = add({}, RunState::kRunning, 3);
    RunConfig muon;
    muon.muon = true;
    const RunId there = add(muon, RunState::kRunning, 3);
    ASSERT_NE(existing_rival(context(), offered("muon")), nullptr);
    EXPECT_EQ(existing_rival(context(), offered("stablemax")), nullptr);
    add_rival(context(), offered("muon"));
    EXPECT_TRUE(sent().empty());
    EXPECT_EQ(view.selected, there);
    EXPECT_NE(view.selected, baseline);
}

TEST_F(Challengers, EachSaysWhatBecomesOfTheDecay) {
    RunConfig baseline;
    RunConfig rival = baseline;
    EXPECT_EQ(decay_beside(rival, baseline), "Weight decay 1, as its baseline.");
    rival.weight_decay = 0;
    EXPECT_EQ(decay_beside(rival, baseline), "No weight decay; its baseline has 1.");
    baseline.weight_decay = 0;
    EXPECT_EQ(decay_beside(rival, baseline), "No weight decay, as its baseline.");
}

TEST_F(Challengers, NoTwoOfTheRaceLookAlike) {
    std::vector<RunConfig> all = rivals_of({});
    all.emplace_back();
    for (const Stencil& stencil : one_click_stencils()) {
        all.emplace_back().stencil = stencil;
    }
    ASSERT_EQ(all.size(), 15U);
    for (const ThemeKind theme : {ThemeKind::kDark, ThemeKind::kLight}) {
        for (const RunConfig& one : all) {
            const CurveStyle style = curve_style(one, theme);
            EXPECT_TRUE(style.casing || contrast(style.color, palette_of(theme).panel) >= 3)
                << one.label();
            for (const RunConfig& other : all) {
                EXPECT_TRUE(&one == &other || shape_of(one) != shape_of(other))
                    << one.label() << ", " << other.label() << " in a grey picture";
                EXPECT_TRUE(&one == &other || style.color != curve_style(other, theme).color)
                    << one.label() << ", " << other.label();
            }
        }
    }
}

TEST_F(Challengers, WhatBeginsAsABuiltInConfigurationSaysSo) {
    event::RunAdded first{commands.new_run_id(), {}, "made up"};
    first.preset = "nanda";
    view.selected = first.run;
    push(first);
    ASSERT_TRUE(book.drain(channels));
    EXPECT_EQ(shown_preset(context()), "nanda");
    add_stencil(context(), Stencil::of({0}));
    EXPECT_EQ(std::get<command::AddRun>(sent().at(0)).preset, "nanda");
    view.draft = RunConfig{};
    view.draft->p = 59;
    view.draft_preset = "thirty-seconds";
    press_start(context());
    EXPECT_EQ(std::get<command::AddRun>(sent().at(0)).preset, "thirty-seconds");
    reset_selected(context());
    const auto bodies = sent();
    EXPECT_EQ(std::get<command::AddRun>(bodies.at(1)).preset, "nanda");
}

// --------------------------------------------------------------------------------------- forks

TEST_F(Challengers, AForkBeginsAtTheCursorAndKeepsWhatIsNotChanged) {
    RunConfig config;
    config.stop_when_grokked = true;
    config.epochs = 500;
    const RunId run = add(config, RunState::kRunning, 30); // to epoch 290
    view.cursor.hold(120);
    toggle_fork(context());
    ASSERT_TRUE(view.fork.has_value());
    EXPECT_EQ(view.fork->original, run);
    EXPECT_EQ(view.fork->epoch, 120);
    RunConfig expected = config;
    expected.stop_when_grokked = false; // it may have grokked before
    EXPECT_EQ(view.fork->config, expected);
    EXPECT_TRUE(fork_mistakes(context(), *view.fork).empty());
    view.fork->config.seed = 3;
    EXPECT_EQ(fork_mistakes(context(), *view.fork).size(), 1U);
    toggle_fork(context());
    EXPECT_FALSE(view.fork.has_value());
    view.cursor.hold(0);
    toggle_fork(context());
    EXPECT_EQ(fork_mistakes(context(), *view.fork).size(), 1U) << "at 0 there is nothing to fork";
}

TEST_F(Challengers, AForkOfAFinishedRunHasEpochsToTrain) {
    RunConfig config;
    config.epochs = 300;
    add(config, RunState::kFinished, 30);
    toggle_fork(context());
    EXPECT_EQ(view.fork->epoch, 300) << "its newest state";
    EXPECT_EQ(view.fork->config.epochs, 600);
}

TEST_F(Challengers, AFrequencyMoreIsLeftOutBesideThoseThatWere) {
    RunConfig config;
    config.without_frequencies = FrequencySet::of({5});
    add(config, RunState::kRunning, 30);
    EXPECT_EQ(fork_without(context(), {23, 5}).config.without_frequencies.text(), "5,23");
}

TEST_F(Challengers, TheRulesOfAForkAreNoneOrOneAndKeepTheRest) {
    RunConfig config;
    config.muon = true;
    config.without_frequencies = FrequencySet::of({5});
    config.stencil = Stencil::of({0});
    const std::vector<RunConfig> rules = rules_for(config, config);
    ASSERT_EQ(rules.size(), 8U);
    EXPECT_FALSE(rules[0].muon);
    for (const RunConfig& rule : rules) {
        EXPECT_EQ(rule.without_frequencies.text(), "5");
        EXPECT_EQ(rule.stencil, config.stencil);
    }
    EXPECT_EQ(std::ranges::count_if(rules, [](const RunConfig& rule) { return rule.muon; }), 1);
}

TEST_F(Challengers, ARuleThatIsPutBackGivesTheOriginalsDecayBack) {
    RunConfig original;
    original.weight_decay = 0.3;
    RunConfig clamped = original;
    clamped.norm_clamp = true;
    clamped.weight_decay = 0;
    EXPECT_EQ(rules_for(clamped, original).front(), original);
    RunConfig typed = original;
    typed.weight_decay = 0.7;
    typed.muon = true;
    EXPECT_EQ(rules_for(typed, original).front().weight_decay, 0.7);
}

TEST_F(Challengers, AForkCannotBeginBeforeItsOriginalDoes) {
    event::RunAdded fork{RunId{9}, {}, "made up"};
    fork.branch = BranchPoint{"a parent", 400, "decay 0"};
    push(fork);
    ASSERT_TRUE(channels.metrics.try_push(fake::sample_at(RunId{9}, {}, 410)));
    ASSERT_TRUE(book.drain(channels));
    EXPECT_EQ(fork_mistakes(context(), {RunId{9}, 399, {}}).size(), 1U);
    EXPECT_TRUE(fork_mistakes(context(), {RunId{9}, 400, {}}).empty());
}

TEST_F(Challengers, AForkIsNamedByWhatItChanges) {
    event::RunAdded fork{RunId{9}, {}, "made up"};
    fork.branch = BranchPoint{"a parent", 4000, "decay 0"};
    push(fork);
    ASSERT_TRUE(book.drain(channels));
    const RunRecord& run = *book.find(RunId{9});
    EXPECT_EQ(text::run_name(run, false), "decay 0 from 4,000");
    EXPECT_EQ(text::run_name(run, true), "decay 0 from 4,000, 999");
    push(event::Retraced{RunId{9}, 1200, 4000});
    ASSERT_TRUE(book.drain(channels));
    ASSERT_TRUE(run.retraced.has_value());
    EXPECT_EQ(run.retraced->epoch, 1200);
    push(event::Retraced{RunId{9}, 4000, 4000});
    ASSERT_TRUE(book.drain(channels));
    EXPECT_FALSE(run.retraced.has_value());
}

TEST_F(Challengers, WhatHeldWhenAForkBeganIsNoEventOfIt) {
    event::RunAdded fork{RunId{9}, {}, "made up"};
    fork.branch = BranchPoint{"a parent", 400, "decay 0"};
    push(fork);
    for (const int epoch : {400, 410, 420}) {
        ASSERT_TRUE(channels.metrics.try_push(fake::sample_at(RunId{9}, {}, epoch)));
    }
    mark(RunId{9}, MarkKind::kMemorised, 400);
    mark(RunId{9}, MarkKind::kGrokked, 420);
    const RunRecord& run = *book.find(RunId{9});
    EXPECT_TRUE(run.held_before(run.marks.at(0)));
    EXPECT_FALSE(run.held_before(run.marks.at(1)));
    EXPECT_EQ(run.mark(MarkKind::kMemorised), 400) << "it has memorised, all the same";
    view.selected = RunId{9};
    view.cursor.hold(420);
    move_cursor_to_event(context(), -1);
    EXPECT_EQ(view.cursor.held_epoch, 400) << "its beginning: there is no event before";
}

TEST_F(Challengers, TheTourDoesNotAskToStartWhatIsARecord) {
    view.selected = add_recorded({}, 30);
    EXPECT_EQ(tour_card(0, book, view).task,
              "It was trained before: press Replay, or the space bar, and watch it learn.");
    EXPECT_FALSE(tour_fulfilled(0, book, view)) << "nobody has pressed anything";
    view.replaying = true;
    EXPECT_TRUE(tour_fulfilled(0, book, view));
    view.replaying = false;
    view.selected = add({}, RunState::kIdle);
    EXPECT_EQ(tour_card(0, book, view).task, "Press Start, or the space bar.");
}

} // namespace
} // namespace grokscope::ui
