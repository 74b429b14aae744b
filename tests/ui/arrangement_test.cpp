// What the user arranged: undo and redo, layouts, what is remembered, names and colours.
#include "ui/core/arrange.h"
#include "ui/core/guesses.h"
#include "ui/core/run_looks.h"
#include "ui/core/toast.h"
#include "ui/core/view_settings.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

namespace grokscope::ui {
namespace {

constexpr RunId kRun{7};

/// Ends a gesture.
void settle(ViewState& view) {
    view.history.observe(view.arrangement);
}

TEST(History, TakesBackRenameColourNoteRemovalAndLayoutOneByOne) {
    ViewState view;
    settle(view);
    const Arrangement start = view.arrangement;
    view.arrangement.looks[kRun].name = "mine";
    settle(view);
    view.arrangement.looks[kRun].color = 3;
    settle(view);
    view.arrangement.notes.push_back({kRun, 120, "here"});
    settle(view);
    view.arrangement.removed.push_back(kRun);
    settle(view);
    view.arrangement.shares.left = 0.3F;
    settle(view);
    const Arrangement end = view.arrangement;

    ASSERT_TRUE(undo(view));
    EXPECT_FLOAT_EQ(view.arrangement.shares.left, LayoutShares{}.left);
    ASSERT_TRUE(undo(view));
    EXPECT_TRUE(view.arrangement.removed.empty());
    ASSERT_TRUE(undo(view));
    EXPECT_TRUE(view.arrangement.notes.empty());
    ASSERT_TRUE(undo(view));
    EXPECT_FALSE(view.arrangement.looks[kRun].color);
    EXPECT_EQ(view.arrangement.looks[kRun].name, "mine");
    ASSERT_TRUE(undo(view));
    EXPECT_TRUE(view.arrangement == start);
    EXPECT_FALSE(undo(view));
    for (int i = 0; i < 5; ++i) {
        ASSERT_TRUE(redo(view));
    }
    EXPECT_TRUE(view.arrangement == end);
    EXPECT_FALSE(redo(view));
}

TEST(History, IsTwentyDeepAndANewEditEndsRedo) {
    ViewState view;
    settle(view);
    for (int i = 1; i <= 30; ++i) {
        view.arrangement.shares.left = 0.1F + 0.01F * static_cast<float>(i);
        settle(view);
    }
    EXPECT_EQ(view.history.steps_back(), History::kDepth);
    int steps = 0;
    while (undo(view)) {
        ++steps;
    }
    EXPECT_EQ(steps, 20);
    EXPECT_NEAR(view.arrangement.shares.left, 0.2F, 1e-6);
    EXPECT_TRUE(redo(view));
    view.arrangement.story = false;
    EXPECT_FALSE(redo(view)) << "what was just done counts first";
}

TEST(History, ARemovedRunIsFreedWhenNoStepLeadsToIt) {
    ViewState view;
    settle(view);
    view.arrangement.removed.push_back(kRun);
    settle(view);
    EXPECT_TRUE(view.history.can_return(kRun));
    for (int i = 0; i < 20; ++i) {
        view.arrangement.shares.left += 0.001F;
        settle(view);
    }
    EXPECT_FALSE(view.history.can_return(kRun));
}

std::string name_of(RunId run) {
    return "run " + std::to_string(static_cast<int>(run));
}

class ToastTest : public testing::Test {
protected:
    ToastTest() { EXPECT_EQ(told(), ""); }
    /// Ends a gesture; the words of the toast after it.
    std::string told() {
        settle(view);
        teller.tell(view.history, name_of, view.toast);
        return view.toast ? view.toast->words : "";
    }

    ViewState view;
    ActTeller teller;
};

TEST_F(ToastTest, NamesEveryActThatCanBeUndone) {
    view.arrangement.looks[kRun].name = "mine";
    EXPECT_EQ(told(), "Renamed to run 7.");
    view.arrangement.looks[kRun].color = 3;
    EXPECT_EQ(told(), "Changed the colour of run 7.");
    view.arrangement.looks[kRun].name.clear();
    EXPECT_EQ(told(), "Its own name again: run 7.");
    view.arrangement.notes.push_back({kRun, 1200, "here"});
    EXPECT_EQ(told(), "Wrote a note at epoch 1,200 of run 7.");
    view.arrangement.notes[0].text = "there";
    EXPECT_EQ(told(), "Changed the note at epoch 1,200 of run 7.");
    view.arrangement.notes.clear();
    EXPECT_EQ(told(), "Removed the note at epoch 1,200 of run 7.");
    set_guess(view.arrangement.notes, kRun, {800, "AB"});
    EXPECT_EQ(told(), "Marked a guess at epoch 800 of run 7.");
    remove_guess(view.arrangement.notes, kRun, "AB");
    EXPECT_EQ(told(), "Took back a guess at epoch 800 of run 7.");
    view.arrangement.sorting = {RunOrder::kGrok, true};
    EXPECT_EQ(told(), "Runs listed by: grok epoch, reversed.");
    view.arrangement.removed.push_back(kRun);
    EXPECT_EQ(told(), "Removed run 7.");
    choose_layout(view, 1);
    EXPECT_EQ(told(), "Layout: compare.");
    view.arrangement.shares.left += 0.1F;
    EXPECT_EQ(told(), "Panels resized.");
    choose_layout(view, 1);
    EXPECT_EQ(told(), "Layout as delivered.");
    view.arrangement.side_columns = false;
    EXPECT_EQ(told(), "Side columns folded.");
    view.arrangement.shares.places =
        swapped(view.arrangement.shares.places, Panel::kCurves, Panel::kInside);
    EXPECT_EQ(told(), "Panels changed places.");
}

TEST_F(ToastTest, GoesWithTheUndoAndComesBackWithTheRedo) {
    view.arrangement.looks[kRun].color = 3;
    (void)told();
    view.arrangement.removed.push_back(kRun);
    (void)told();
    ASSERT_TRUE(undo(view));
    EXPECT_EQ(told(), "");
    EXPECT_EQ(told(), "") << "nothing new";
    ASSERT_TRUE(redo(view));
    EXPECT_EQ(told(), "Removed run 7.");
    view.toast.reset(); // its time is over
    EXPECT_EQ(told(), "");
    view.arrangement.removed.clear();
    ASSERT_TRUE(undo(view)); // done and undone in one frame
    EXPECT_EQ(told(), "");
}

TEST_F(ToastTest, SaysNothingOfNamesThatComeWithARecord) {
    view.arrangement.looks[kRun].name = "mine";
    view.history.add_recorded(kRun, "mine", {});
    EXPECT_EQ(told(), "");
}

TEST(Layouts, AreKeptApartAndReturnToWhatTheyWereWhenDelivered) {
    ViewState view;
    view.arrangement.shares.left = 0.33F;
    choose_layout(view, 2);
    EXPECT_EQ(view.settings.third_plot, ThirdPlot::kProgress);
    EXPECT_GT(view.arrangement.shares.right, 0.4F);
    choose_layout(view, 0);
    EXPECT_FLOAT_EQ(view.arrangement.shares.left, 0.33F) << "as the user left it";
    choose_layout(view, 0);
    EXPECT_TRUE(layout_of(view) == factory_layouts()[0]) << "the same key again resets";
}

TEST(Places, PanelsChangePlacesAndNoneIsLost) {
    const Places docked = swapped(kFactoryPlaces, Panel::kCurves, Panel::kWavetable);
    EXPECT_EQ(docked, (Places{Panel::kRuns, Panel::kWavetable, Panel::kCurves, Panel::kInside}));
    EXPECT_EQ(swapped(docked, Panel::kWavetable, Panel::kCurves), kFactoryPlaces);
    Places places = kFactoryPlaces;
    for (std::size_t i = 0; i < kPanels; ++i) {
        places = moved_on(places, Panel::kInside);
        EXPECT_TRUE(complete(places));
        EXPECT_EQ(places[i], Panel::kInside);
    }
    places[0] = places[1];
    EXPECT_FALSE(complete(places));
}

TEST(Places, DecideWhereAPanelLies) {
    LayoutShares shares;
    const Layout plain = lay_out(1600, 1000, 1, shares, true);
    shares.places = swapped(shares.places, Panel::kCurves, Panel::kWavetable);
    const Layout docked = lay_out(1600, 1000, 1, shares, true);
    EXPECT_TRUE(docked.movable);
    EXPECT_FLOAT_EQ(docked.wavetable.x, plain.plots.x);
    EXPECT_FLOAT_EQ(docked.plots.x, plain.wavetable.x);
    EXPECT_FLOAT_EQ(docked.circle.y, plain.circle.y);
    EXPECT_FLOAT_EQ(docked.timeline.width, plain.timeline.width);
    const Layout folded = lay_out(1600, 1000, 1, shares, false);
    EXPECT_GT(folded.wavetable.width, 1000);
    EXPECT_FLOAT_EQ(folded.plots.width, 0);
    EXPECT_GT(lay_out(1000, 700, 1, shares, true).plots.width, 0) << "narrow: as delivered";
}

TEST(Settings, KeepWhereThePanelsAreDockedAndRefuseALostOne) {
    ViewState view;
    view.arrangement.shares.places = swapped(kFactoryPlaces, Panel::kRuns, Panel::kInside);
    const std::string text = settings_text(view);
    ViewState other;
    take_settings(text, other);
    EXPECT_EQ(other.arrangement.shares.places, view.arrangement.shares.places);
    std::string spoilt = text;
    spoilt.replace(spoilt.find("\"inside\""), 8, "\"curves\"");
    ViewState third;
    take_settings(spoilt, third);
    EXPECT_EQ(third.arrangement.shares.places, kFactoryPlaces);
}

TEST(Settings, ReturnAfterWritingAndReading) {
    ViewState view;
    view.settings.theme = ThemeKind::kLight;
    view.settings.scale = 1.5F;
    view.arrangement.shares.left = 0.25F;
    choose_layout(view, 1);
    view.arrangement.shares.plots = {0.5F, 0.3F, 0.2F};
    view.settings.presenter.picture = PresenterPicture::kLoss;
    ViewState again;
    take_settings(settings_text(view), again);
    EXPECT_EQ(settings_text(again), settings_text(view));
    EXPECT_EQ(again.arrangement.layout, 1U);
    EXPECT_FLOAT_EQ(again.arrangement.shares.plots[0], 0.5F);
    choose_layout(again, 0);
    EXPECT_FLOAT_EQ(again.arrangement.shares.left, 0.25F);
}

TEST(Settings, NothingUnsoundIsTaken) {
    const std::string plain = settings_text({});
    for (const char* text :
         {"", "null", "[1,2]", "{", "{\"scale\": 1e99, \"layout\": -3, \"theme\": 5}",
          "{\"scale\": \"big\", \"layouts\": [1, {\"left\": -1, \"plots\": [0, 1]}, null, 4]}",
          "{\"layout\": 3, \"present\": 77, \"layouts\": {\"a\": 1}}"}) {
        ViewState view;
        take_settings(text, view);
        EXPECT_EQ(settings_text(view), plain) << text;
    }
}

TEST(RunLooks, TheUsersNameAndColourWinAndDashAndMarkerStay) {
    RunRecord run;
    run.id = kRun;
    run.config.stencil = Stencil::of({0, 1});
    ViewState view;
    EXPECT_EQ(run_label(view, run, true), "[0,+1] 999");
    view.arrangement.looks[kRun] = {"long probe", 2};
    EXPECT_EQ(run_label(view, run, true), "long probe");
    const CurveStyle plain = curve_style(run.config.stencil, ThemeKind::kLight);
    const CurveStyle style = run_style(view, run, ThemeKind::kLight);
    EXPECT_EQ(style.color, user_colors(ThemeKind::kLight)[2]);
    EXPECT_EQ(style.marker, plain.marker);
    EXPECT_EQ(style.dashes.data(), plain.dashes.data());
}

TEST(RunLooks, ATwinHasTheColourOfItsStencilAndAShapeOfItsOwn) {
    RunRecord run;
    run.id = kRun;
    run.config.stencil = Stencil::of({0, 1});
    const CurveStyle first = run_style({}, run, ThemeKind::kDark);
    run.shape = free_shape(shape_of(run.config), std::vector{shape_of(run.config)});
    run.namesake = 1;
    const CurveStyle second = run_style({}, run, ThemeKind::kDark);
    EXPECT_EQ(second.color, first.color);
    EXPECT_NE(second.marker, first.marker);
    EXPECT_NE(second.dashes.data(), first.dashes.data());
    EXPECT_EQ(run_label({}, run, true), "[0,+1] 999 (2)");
}

TEST(RunLooks, EveryColourOnOfferIsVisibleOrCased) {
    for (const ThemeKind theme : {ThemeKind::kDark, ThemeKind::kLight}) {
        RunRecord run;
        run.id = kRun;
        for (int i = 0; i < static_cast<int>(user_colors(theme).size()); ++i) {
            ViewState view;
            view.arrangement.looks[kRun].color = i;
            const CurveStyle style = run_style(view, run, theme);
            EXPECT_EQ(style.casing, contrast(style.color, palette_of(theme).raised) < 3.0);
            EXPECT_FALSE(style.casing && theme == ThemeKind::kDark) << "a dark line in the dark";
        }
    }
}

} // namespace
} // namespace grokscope::ui
