// Single sentences: cases that were met in lessons, places that the walk does not reach, and the
// table in the documentation.
#include "engine/train/milestones.h"
#include "tests/ui/courses.h"
#include "ui/core/claims.h"
#include "ui/core/news.h"
#include "ui/core/operation_text.h"
#include "ui/core/tour.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <deque>
#include <fstream>
#include <sstream>
#include <string>

namespace grokscope::ui {
namespace {

using testing::Course;
using testing::lines;
using testing::lost_and_regained;
using testing::settings;
using testing::Stage;

TEST(Claims, KnowTheLimitsOfTheMilestones) {
    EXPECT_EQ(kLearnedFrom, kLearnedAccuracy);
    EXPECT_EQ(kLostBelow, kLostAccuracy);
    EXPECT_EQ(kLossHalved, kTransitionShare);
    EXPECT_EQ(kStableFor, kStableEpochs);
}

// -------------------------------------------------------------------------- cases met in lessons

std::string said_at(const Stage& stage, Place place, std::int32_t epoch) {
    ViewState view = stage.view;
    view.cursor.hold(epoch);
    return claim(place, facts_of(stage.book, view)).words;
}

TEST(Claims, ARunThatIsAllRightAgainHasNotLostIt) {
    const Course course{"", settings(59, .5, Stencil::of({-1, 0, 1})), lost_and_regained(),
                        RunState::kPaused};
    Stage stage(course);
    stage.add_all();
    EXPECT_EQ(said_at(stage, Place::kHeadline, 1240),
              "It has grokked: it answers sums it has never seen.");
    EXPECT_EQ(said_at(stage, Place::kHeadline, 1250),
              "It has lost some of what it had understood.");
    EXPECT_EQ(said_at(stage, Place::kHeadline, 1270),
              "It had lost some of what it understood. Most of it is back.");
    for (std::int32_t epoch = 1280; epoch < 2280; epoch += 10) {
        EXPECT_EQ(said_at(stage, Place::kHeadline, epoch),
                  "What it had lost is back: it answers sums it has never seen.")
            << epoch;
    }
    EXPECT_EQ(said_at(stage, Place::kHeadline, 2280),
              "It has grokked, and has kept it for 1,000 epochs.");
    EXPECT_EQ(said_at(stage, Place::kStory, 2500),
              "Compare its grok epoch with that of a baseline of the same seed.")
        << "no stencil is advised on a stencil run";
}

TEST(Claims, NothingStaysAtChanceThatIsHalfRight) {
    const Course course{"", settings(59, .5),
                        lines({{0, .017, .017, 4}, {60, .9, .47, 6}, {80, .95, .47, 6}}),
                        RunState::kRunning};
    Stage stage(course);
    stage.add_all();
    for (const Place place : {Place::kHeadline, Place::kStory, Place::kTourLines}) {
        const std::string words = said_at(stage, place, 60);
        for (const char* const wrong : {"chance", "guess", "by heart"}) {
            EXPECT_EQ(words.find(wrong), std::string::npos) << words;
        }
    }
}

/// Two runs, of which only the second has grokked.
struct TwoRuns {
    TwoRuns()
        : waits{"", settings(113, .3),
                lines({{0, .01, .01, 5}, {860, 1, .09, 12}, {870, 1, .09, 12}}),
                RunState::kRunning},
          stage(waits) {
        stage.add_all();
        const RunConfig config = settings(113, .3, Stencil::of({-1, 0, 1}));
        stage.push(event::RunAdded{kJumped, config, "made up"});
        stage.push(event::Mark{kJumped, MarkKind::kGrokked, 400});
        MetricSample sample;
        sample.run = kJumped;
        sample.epoch = 800;
        sample.train_accuracy = 1;
        sample.test_accuracy = 1;
        stage.put(sample);
    }
    static constexpr RunId kJumped{2};
    Course waits;
    struct Both : Stage {
        using Stage::Stage;
        void put(const MetricSample& sample) {
            MetricSample own = sample;
            EXPECT_TRUE(other.metrics.try_push(own));
            (void)book.drain(other);
        }
        Channels other;
    } stage;
};

constexpr std::size_t kCircleCard = 4;

TEST(Tour, TheCircleCardSpeaksOfTheRunThatIsShown) {
    TwoRuns two;
    const auto card = [&] { return tour_card(kCircleCard, two.stage.book, two.stage.view); };
    EXPECT_NE(std::string(card().words).find("That one has not grokked; another one has."),
              std::string::npos)
        << card().words;
    EXPECT_NE(std::string(card().task).find("Select the run that has grokked"), std::string::npos);
    two.stage.view.cursor.hold(100);
    EXPECT_FALSE(tour_fulfilled(kCircleCard, two.stage.book, two.stage.view))
        << "there is no jump to look back before";
    two.stage.view.selected = TwoRuns::kJumped;
    EXPECT_NE(std::string(card().words).find("has a tangle become a ring?"), std::string::npos);
    EXPECT_TRUE(tour_fulfilled(kCircleCard, two.stage.book, two.stage.view));
    two.stage.view.cursor.hold(500);
    EXPECT_FALSE(tour_fulfilled(kCircleCard, two.stage.book, two.stage.view));
}

TEST(Tour, PromisesNoJumpBeforeThereIsOne) {
    const Course course{"", settings(113, .3), lines({{0, .01, .01, 5}, {200, 1, .03, 12}}),
                        RunState::kRunning};
    Stage stage(course);
    stage.add_all();
    EXPECT_EQ(std::string(tour_card(3, stage.book, stage.view).words).find("has grokked: both"),
              std::string::npos);
    EXPECT_NE(std::string(tour_card(kCircleCard, stage.book, stage.view).words)
                  .find("No run has grokked yet"),
              std::string::npos);
    TwoRuns two;
    EXPECT_NE(
        std::string(tour_card(3, two.stage.book, two.stage.view).words).find("A run has grokked"),
        std::string::npos);
}

TEST(Claims, ARingBeforeTheGrokEpochSaysSo) {
    Facts facts;
    facts.ring = RingShape::kRing;
    facts.run.exists = true;
    facts.run.epoch = 860;
    facts.run.test = .09;
    EXPECT_STREQ(claim(Place::kRing, facts).words, "a ring");
    EXPECT_EQ(circle_in_words(facts, 860), "a ring, not grokked yet");
    facts.grokked_at_cursor = true; // the cursor stands after the jump, these weights before it
    EXPECT_EQ(circle_in_words(facts, 860), "a ring, not grokked by 860");
    facts.run.grokked = true;
    EXPECT_STREQ(claim(Place::kRingYet, facts).words, "");
    facts.run.grokked = false;
    facts.ring = RingShape::kNone;
    EXPECT_STREQ(claim(Place::kRing, facts).words, "no ring: chance gives as much");
    EXPECT_STREQ(claim(Place::kRingYet, facts).words, "");
}

TEST(Claims, RestingIsSaidOfStableRunsThatTheWindowHasPaused) {
    Facts facts;
    facts.run.exists = true;
    facts.run.state = RunState::kPaused;
    facts.run.epoch = facts.run.newest = 6000;
    facts.run.train = facts.run.test = 1;
    facts.run.memorised = facts.run.grokked = true;
    facts.run.learned_for = 1000;
    facts.rested = true;
    EXPECT_STREQ(claim(Place::kResting, facts).words, "stable, rests");
    facts.run.learned_for = -1; // it went on and lost it
    EXPECT_STREQ(claim(Place::kResting, facts).words, "");
    facts.run.learned_for = 1000;
    facts.rested = false;
    EXPECT_STREQ(claim(Place::kResting, facts).words, "");
}

TEST(Claims, NameAPublicationOnlyWhereItsSettingsAre) {
    const auto name = [](const RunConfig& config) {
        Facts facts;
        facts.published = is_published(config);
        facts.preset = config.preset;
        return std::string(claim(Place::kExperiment, facts).words);
    };
    RunConfig config;
    config.seed = 7;
    config.epochs = 500;
    config.stencil = Stencil::of({-1});
    EXPECT_EQ(name(config), "Nanda et al.");
    EXPECT_EQ(name(settings(59, .5)), "Own settings");
    config.weight_decay = 0.5;
    EXPECT_EQ(name(config), "Own settings");
    EXPECT_EQ(name(RunConfig::of(Preset::kTransformerLens)), "TransformerLens");
}

TEST(Claims, GuessesAreJudgedOnceTheCursorHasComeToTheJump) {
    const Course course{"", settings(59, .5, Stencil::of({-1, 0, 1})), lost_and_regained(),
                        RunState::kPaused};
    Stage stage(course);
    for (const MetricSample& sample : course.samples) {
        stage.add(sample);
    }
    const std::int32_t first = course.samples.front().epoch;
    const std::int32_t last = course.samples.back().epoch;
    EXPECT_EQ(said_at(stage, Place::kGuesses, first), "Nobody has guessed yet.");
    EXPECT_EQ(said_at(stage, Place::kGuesses, last), "It has jumped, and nobody had guessed.");
    stage.view.arrangement.notes.push_back({*stage.view.selected, 700, "[guess: AB]"});
    EXPECT_EQ(said_at(stage, Place::kGuesses, first), "The jump has not come yet.")
        << "that it has jumped later is not told before";
    EXPECT_EQ(said_at(stage, Place::kGuesses, last), "It has jumped. Nearest: ");
    stage.view.arrangement.notes[0].run = RunId{99};
    EXPECT_EQ(said_at(stage, Place::kGuesses, last), "It has jumped, and nobody had guessed.")
        << "guesses at another run's jump";
}

TEST(Claims, TheCollapseSaysWhatItLacks) {
    Facts facts;
    const auto said = [&] {
        EXPECT_EQ(std::ranges::count_if(claims(),
                                        [&](const Claim& one) {
                                            return one.place == Place::kCollapse &&
                                                   one.holds(facts);
                                        }),
                  1);
        return std::string(claim(Place::kCollapse, facts).words);
    };
    EXPECT_EQ(said(), "There is no run to look at.");
    facts.run.exists = true;
    facts.run.state = RunState::kRunning;
    EXPECT_EQ(said(), "It has not memorised yet. The collapse is reckoned from that epoch on.");
    facts.run.state = RunState::kFinished;
    EXPECT_EQ(said(), "It ended without having memorised, so there is no epoch to reckon from.");
    facts.run.memorised = true;
    EXPECT_EQ(said(),
              "It has memorised, and no figure but its accuracy was read twice since then.");
    facts.run.grokked = true;
    EXPECT_EQ(said(),
              "It has memorised, and no figure but its accuracy was read twice since then.");
    facts.condensed = 2;
    EXPECT_EQ(said(), "");
    facts.run.grokked = false;
    EXPECT_EQ(said(), "It did not grok: nothing leads or lags.");
    facts.run.state = RunState::kPaused;
    EXPECT_EQ(said(), "It has not grokked yet: nothing leads or lags.");
}

/// The words of the one claim of that place that holds; that it is one is expected.
std::string only_words(Place place, const Facts& facts) {
    EXPECT_EQ(
        std::ranges::count_if(
            claims(), [&](const Claim& one) { return one.place == place && one.holds(facts); }),
        1);
    return std::string(claim(place, facts).words);
}

TEST(Claims, TheLotterySaysWhoHasWonOnlyOfWhatWasReadByThen) {
    Facts facts;
    const auto said = [&](Place place) { return only_words(place, facts); };
    EXPECT_EQ(said(Place::kLottery), "There is no run to look at.");
    EXPECT_EQ(said(Place::kLotteryKeys), "");
    facts.run.exists = true;
    facts.run.operation = Operation::kTable;
    facts.has_group = false;
    EXPECT_TRUE(said(Place::kLottery).starts_with("Its operation has no group"));
    EXPECT_EQ(said(Place::kLotteryKeys), "");
    facts.run.operation = Operation::kAdd;
    facts.has_group = true;
    EXPECT_TRUE(said(Place::kLottery).starts_with("Its neurons were not read yet."));
    EXPECT_EQ(said(Place::kLotteryKeys),
              "Without progress measures it is not known which were key.");
    facts.measured = true;
    EXPECT_EQ(said(Place::kLottery), "Its neurons are measured. The first reading appears here.");
    facts.has_reading = true;
    EXPECT_EQ(said(Place::kLottery), "At the cursor nothing was read yet.");
    facts.read_by_then = true;
    EXPECT_EQ(said(Place::kLottery), "No neuron responds to its numbers.");
    facts.responds = true;
    EXPECT_TRUE(said(Place::kLottery).starts_with("No few frequencies have won"));
    facts.prevails = true;
    EXPECT_EQ(said(Place::kLottery),
              "Four fifths of what single frequencies hold, or more, belong to k = ");
    facts.has_rows = true;
    EXPECT_EQ(said(Place::kLotteryKeys), "");
    facts.lost_keys = true;
    EXPECT_EQ(said(Place::kLotteryKeys),
              "Key for a while, and not in the newest row of measures: k = ");
}

TEST(Claims, ValleyAndPathSayWhatTheRecordHas) {
    Facts facts;
    const auto said = [&](Place place) { return only_words(place, facts); };
    EXPECT_EQ(said(Place::kValley), "There is no run to look at.");
    EXPECT_EQ(said(Place::kPath), "There is no run to look at.");
    facts.run.exists = true;
    facts.plain_model = false;
    EXPECT_TRUE(said(Place::kValley).ends_with("This one is another."));
    facts.plain_model = true;
    EXPECT_EQ(said(Place::kValley),
              "It has no figures yet, so there are no weights to look around.");
    EXPECT_EQ(said(Place::kPath), "It has no figures yet: its path begins with them.");
    facts.run.epoch = 500;
    EXPECT_EQ(said(Place::kPath), "");
    EXPECT_TRUE(said(Place::kValley).starts_with("By its newest epoch it has not memorised"));
    facts.run.memorised = true;
    EXPECT_EQ(said(Place::kValley), "By its newest epoch it has memorised and not grokked.");
    facts.run.grokked = true;
    EXPECT_EQ(said(Place::kValley), "");
}

TEST(Claims, TheDepthSaysWhatCarriesAndWhatIsBypassedOnlyOfWhatWasReadByThen) {
    Facts facts;
    const auto said = [&](Place place) { return only_words(place, facts); };
    EXPECT_EQ(said(Place::kDepthHeads), "There is no run to look at.");
    EXPECT_EQ(said(Place::kDepthLayers), "") << "it was said once";
    facts.run.exists = true;
    EXPECT_TRUE(said(Place::kDepthHeads).starts_with("Its heads were not read yet."));
    EXPECT_TRUE(said(Place::kDepthLayers).starts_with("Which layers can be skipped was not read"));
    facts.measured = true;
    EXPECT_TRUE(said(Place::kDepthHeads).ends_with("The first reading appears here."));
    EXPECT_TRUE(said(Place::kDepthLayers).ends_with("The first reading appears here."));
    facts.has_reading = true;
    EXPECT_EQ(said(Place::kDepthHeads), "At the cursor no head was read yet.");
    EXPECT_EQ(said(Place::kDepthLayers), "At the cursor no layer was skipped yet.");
    facts.read_by_then = true;
    EXPECT_TRUE(said(Place::kDepthHeads).starts_with("Its heads have no scores there"));
    EXPECT_TRUE(said(Place::kDepthLayers).starts_with("It has no test pairs"));
    facts.scored = true;
    EXPECT_EQ(said(Place::kDepthHeads), "No head's score is three standard errors away from 0.")
        << "nine tenths of noise lie somewhere, too";
    facts.stands_out = true;
    EXPECT_EQ(said(Place::kDepthHeads), "Nine tenths of the scores' summed size lie in ");
    facts.scored = false;
    EXPECT_TRUE(said(Place::kDepthHeads).starts_with("Its heads have no scores there"));
    facts.asked = true;
    facts.bypasses = true;
    EXPECT_TRUE(said(Place::kDepthLayers).ends_with("before that nothing is called bypassed."))
        << "what answers nothing loses nothing without its layers";
    facts.answers = true;
    EXPECT_EQ(said(Place::kDepthLayers), "Bypassed, ");
    facts.bypasses = false;
    EXPECT_TRUE(said(Place::kDepthLayers).starts_with("Nothing is bypassed"));
    facts.has_reading = facts.read_by_then = false;
    EXPECT_TRUE(said(Place::kDepthLayers).ends_with("The first reading appears here."));
}

TEST(Claims, EmptyPlacesSayWhatIsMissing) {
    Facts facts; // no run
    EXPECT_NE(std::string(claim(Place::kEmptyCircle, facts).words).find("once training starts"),
              std::string::npos);
    facts.run.exists = true;
    facts.run.newest = 3000;
    facts.run.state = RunState::kFinished;
    for (const Place place : {Place::kEmptyCircle, Place::kEmptyWavetable, Place::kEmptyProgress,
                              Place::kEmptyNeurons}) {
        const std::string words = claim(place, facts).words;
        EXPECT_FALSE(words.empty());
        for (const char* const wrong :
             {"once training starts", "as it trains", "as the run trains"}) {
            EXPECT_EQ(words.find(wrong), std::string::npos) << "of a finished run: " << words;
        }
    }
    facts.hidden = true;
    for (const Place place : {Place::kEmptyAccuracy, Place::kEmptyLoss, Place::kEmptyProgress}) {
        EXPECT_NE(std::string(claim(place, facts).words).find("hidden"), std::string::npos);
    }
}

TEST(Claims, NoPictureIsOfALaterEpochThanTheFiguresBesideIt) {
    // A run that is paused has weights of the next epoch, one beyond the newest figures.
    RunRecord run;
    run.samples.resize(2);
    run.samples[1].epoch = 2920;
    for (const std::int32_t epoch : {2900, 2920, 2921}) {
        run.embeddings.push_back({epoch, 5, 1, {}});
    }
    EXPECT_EQ(run.embedding_at(pictured_epoch(run, run.last_epoch()))->epoch, 2920);
    EXPECT_EQ(run.embedding_at(pictured_epoch(run, 2910))->epoch, 2900);
    run.samples.clear();
    EXPECT_EQ(run.embedding_at(pictured_epoch(run, -1))->epoch, 2921) << "nothing beside it";
}

// -------------------------------------------------------------------------------- announcements

/// A course as the window meets it, and what is announced meanwhile.
struct Hall {
    explicit Hall(const Course& course) : stage(course) {}

    /// Takes what has come; how many announcements that made.
    std::size_t listen() {
        const std::size_t before = news.size();
        for (const Event& event : stage.book.take_events()) {
            teller.take(event, news);
        }
        const std::size_t made = news.size() - std::min(before, news.size());
        drop_stale_news(stage.book, news);
        return made;
    }
    [[nodiscard]] std::string said() const {
        return news.empty() ? "" : claim(Place::kNews, facts_of(stage.book, news.front())).words;
    }

    Stage stage;
    NewsTeller teller;
    std::deque<News> news;
};

TEST(News, EveryCourseIsAnnouncedOnceIfItGroksAndOnlyWhileThatIsTrue) {
    int announced = 0;
    for (const Course& course : testing::courses()) {
        SCOPED_TRACE(course.name);
        Hall hall(course);
        hall.stage.set(RunState::kRunning);
        (void)hall.listen();
        std::size_t told = 0;
        std::int32_t grok_epoch = -1;
        bool lost = false;
        for (const MetricSample& sample : course.samples) {
            hall.stage.add(sample);
            told += hall.listen();
            if (grok_epoch < 0 && sample.train_accuracy >= .99 && sample.test_accuracy >= .99) {
                grok_epoch = sample.epoch;
            }
            lost = lost || (grok_epoch >= 0 && sample.test_accuracy < .9);
            const bool true_now = grok_epoch > course.samples.front().epoch && !lost;
            ASSERT_EQ(hall.said(), true_now ? " has grokked at " : "") << sample.epoch;
            ASSERT_TRUE(!true_now || hall.news.front().epoch == grok_epoch);
        }
        EXPECT_EQ(told, grok_epoch < 0 ? 0U : 1U) << "also where it is lost and comes back";
        announced += hall.said().empty() ? 0 : 1;
    }
    EXPECT_GT(announced, 3);
}

TEST(News, ARecordIsNotAnnouncedNorWhenItGoesOn) {
    const Course course{"", settings(59, .5), lost_and_regained(), RunState::kPaused};
    Hall hall(course);
    hall.stage.add_all();
    EXPECT_EQ(hall.listen(), 0U);
    hall.stage.set(RunState::kRunning);
    EXPECT_EQ(hall.listen(), 0U);
    EXPECT_EQ(hall.said(), "");
}

TEST(News, GoWithTheRunOrItsReset) {
    const Course course{"", settings(59, .5),
                        lines({{0, .02, .02}, {100, 1, .02}, {400, 1, 1}, {420, 1, 1}}),
                        RunState::kRunning};
    for (const bool removed : {false, true}) {
        Hall hall(course);
        hall.stage.set(RunState::kRunning);
        hall.stage.add_all();
        EXPECT_EQ(hall.listen(), 1U);
        EXPECT_EQ(hall.said(), " has grokked at ");
        if (removed) {
            hall.stage.book.set_aside(std::array{Stage::kRun});
        } else {
            hall.stage.push(event::RunReset{Stage::kRun, 1});
        }
        (void)hall.listen();
        EXPECT_TRUE(hall.news.empty());
    }
}

// -------------------------------------------------------------------------------- documentation

TEST(Claims, StandInTheDocumentation) {
    std::ifstream file(GROKSCOPE_UI_DOC);
    std::ostringstream text;
    text << file.rdbuf();
    std::string expected;
    for (const Claim& one : claims()) {
        expected += "| " + std::string(name_of(one.place)) + " | " +
                    (*one.words == '\0' ? std::string("(nothing)")
                                        : "\"" + in_operation(one.words, Operation::kAdd) + "\"") +
                    " | " + one.condition + " |\n";
    }
    EXPECT_NE(text.str().find(expected), std::string::npos)
        << "docs/ui.md should have this table:\n"
        << expected;
}

} // namespace
} // namespace grokscope::ui
