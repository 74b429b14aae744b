// No sentence is shown whose condition is false. Made-up and recorded courses are walked epoch by
// epoch, live and looked back at, and what is said is compared with statements of what the words
// mean, made from the bare figures and written without looking at the rows' own conditions.
#include "tests/ui/courses.h"
#include "ui/core/claims.h"
#include "ui/core/operation_text.h"
#include "ui/core/text.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <set>
#include <span>
#include <string>

namespace grokscope::ui {
namespace {

using testing::Course;
using testing::Stage;

/// The bare facts: figures up to the epoch that is shown.
struct Truth {
    std::span<const MetricSample> known;
    const RunConfig& config;
    RunState state = RunState::kIdle;
    bool branch = false;
    bool fork = false;
    bool retraced = false;
    bool live = true;    ///< the cursor follows the newest epoch
    bool at_end = false; ///< nothing newer is recorded
    bool exists = true;

    [[nodiscard]] double train() const { return known.back().train_accuracy; }
    [[nodiscard]] double test() const { return known.back().test_accuracy; }
    [[nodiscard]] bool has_figures() const {
        return !known.empty() && std::isfinite(train()) && std::isfinite(test()) && !stopped();
    }
    [[nodiscard]] bool stopped() const { return state == RunState::kFailed && at_end; }
    [[nodiscard]] bool over() const {
        return state == RunState::kFailed || state == RunState::kFinished;
    }
    /// An epoch at which this held, the last one.
    template <typename What>
    [[nodiscard]] std::int32_t last(What what) const {
        std::int32_t found = -1;
        for (const MetricSample& sample : known) {
            found = what(sample) ? sample.epoch : found;
        }
        return found;
    }
    static bool both_right(const MetricSample& s) {
        return s.train_accuracy >= .99 && s.test_accuracy >= .99;
    }
    /// Nine tenths of the sums whose two numbers it knows the other way round, not half of the
    /// rest.
    static bool order_alone(const MetricSample& s) {
        return s.mirrored_accuracy >= .9 && s.new_accuracy < .5;
    }
    [[nodiscard]] bool memorised() const {
        return last([](const auto& s) { return s.train_accuracy >= .99; }) >= 0;
    }
    [[nodiscard]] bool grokked() const { return last(both_right) >= 0; }
    [[nodiscard]] std::int32_t first_grokked() const {
        return std::ranges::find_if(known, both_right)->epoch;
    }
    /// Newest epoch at which more than a tenth of the unseen sums was wrong after the grok epoch.
    [[nodiscard]] std::int32_t last_loss() const {
        return grokked() ? last([from = first_grokked()](const auto& s) {
            return s.epoch > from && s.test_accuracy < .9;
        })
                         : -1;
    }
    [[nodiscard]] bool right_for_1000() const {
        const std::int32_t wrong = last([](const auto& s) { return !both_right(s); });
        const auto first =
            std::ranges::find_if(known, [&](const auto& s) { return s.epoch > wrong; });
        return first != known.end() && known.back().epoch - first->epoch >= 1000;
    }
    /// Not above what a guesser gets out of `pairs`, by three standard deviations.
    [[nodiscard]] bool as_by_guessing(double share, int pairs) const {
        const double hits = static_cast<double>(pairs) / config.p;
        const double deviation = std::sqrt(hits * (1 - 1.0 / config.p));
        return share * pairs <= hits + 3 * deviation + 1e-9;
    }
    [[nodiscard]] bool test_guessed() const {
        return as_by_guessing(test(), config.p * config.p - config.train_pairs());
    }
    [[nodiscard]] bool train_guessed() const {
        return as_by_guessing(train(), config.train_pairs());
    }
    /// At most a tenth of the unseen sums right, or no more than a guesser has.
    [[nodiscard]] bool understands_nothing() const { return test() <= .1 || test_guessed(); }
    [[nodiscard]] bool loss_has_halved() const {
        double largest = 0;
        for (const MetricSample& sample : known) {
            largest = std::max(largest, sample.test_loss);
        }
        return known.back().test_loss <= largest / 2;
    }
};

using Meaning = std::function<bool(const Truth&)>;

const std::map<Place, std::map<std::string, Meaning>>& meanings() {
    static const std::map<Place, std::map<std::string, Meaning>> kAll{
        {Place::kHeadline,
         {{"No network is being trained yet.", [](const Truth& t) { return !t.exists; }},
          {"A network with random weights: it knows nothing yet.",
           [](const Truth& t) { return t.exists && t.known.empty() && !t.branch; }},
          {"It begins with the weights of another run.",
           [](const Truth& t) { return t.exists && t.known.empty() && t.branch && !t.fork; }},
          {"It computes its original again, up to where it forks.",
           [](const Truth& t) { return t.exists && t.known.empty() && t.fork && t.retraced; }},
          {"It goes on with the whole state of its original.",
           [](const Truth& t) { return t.exists && t.known.empty() && t.fork && !t.retraced; }},
          {"This run had to stop.", [](const Truth& t) { return t.stopped(); }},
          {"Its figures at this epoch are not numbers.",
           [](const Truth& t) {
               return !t.known.empty() && (std::isnan(t.train()) || std::isnan(t.test()));
           }},
          {"It only guesses so far.",
           [](const Truth& t) {
               return t.has_figures() && t.train_guessed() && t.test_guessed() && !t.memorised();
           }},
          {"It is learning the sums it is shown by heart.",
           [](const Truth& t) {
               return t.has_figures() && !t.train_guessed() && t.understands_nothing() &&
                      t.train() < .99 && !t.memorised();
           }},
          {"It is learning, and some sums it never saw work, too.",
           [](const Truth& t) { return t.has_figures() && !t.memorised() && !t.test_guessed(); }},
          {"It has memorised. It does not understand yet.",
           [](const Truth& t) {
               return t.has_figures() && t.memorised() && t.train() >= .9 && !t.grokked() &&
                      t.understands_nothing();
           }},
          {"It has learnt that order does not matter, but not yet to add.",
           [](const Truth& t) {
               return t.has_figures() && t.memorised() && t.train() >= .9 && !t.grokked() &&
                      Truth::order_alone(t.known.back());
           }},
          {"It has memorised. Test loss has halved: something changes inside.",
           [](const Truth& t) {
               return t.has_figures() && t.memorised() && t.train() >= .9 && !t.grokked() &&
                      t.loss_has_halved();
           }},
          {"It has memorised, and some sums it never saw work.",
           [](const Truth& t) {
               return t.has_figures() && t.memorised() && t.train() >= .9 && !t.test_guessed() &&
                      t.test() > .1 && t.test() < .5;
           }},
          {"Most sums it never saw work. It has not grokked yet.",
           [](const Truth& t) { return t.has_figures() && t.test() >= .5 && !t.grokked(); }},
          {"It has lost some of what it had memorised.",
           [](const Truth& t) { return t.has_figures() && t.memorised() && t.train() < .9; }},
          {"It has grokked: it answers sums it has never seen.",
           [](const Truth& t) {
               return t.has_figures() && t.grokked() && t.test() >= .99 && t.train() >= .99 &&
                      t.last_loss() < 0;
           }},
          {"It has grokked, and has kept it for 1,000 epochs.",
           [](const Truth& t) { return t.has_figures() && t.right_for_1000(); }},
          {"What it had lost is back: it answers sums it has never seen.",
           [](const Truth& t) { return t.has_figures() && t.test() >= .99 && t.last_loss() >= 0; }},
          {"It has grokked, and is a little below 99 % at the moment.",
           [](const Truth& t) {
               return t.has_figures() && t.grokked() && t.test() >= .9 &&
                      (t.test() < .99 || t.train() < .99) &&
                      t.last(Truth::both_right) > t.last_loss();
           }},
          {"It had lost some of what it understood. Most of it is back.",
           [](const Truth& t) { return t.has_figures() && t.last_loss() >= 0 && t.test() >= .9; }},
          {"It has lost some of what it had understood.",
           [](const Truth& t) { return t.has_figures() && t.grokked() && t.test() < .9; }},
          {"It has lost again what it had understood.",
           [](const Truth& t) { return t.has_figures() && t.grokked() && t.test() < .5; }}}},
        {Place::kStory,
         {{"Press Start. Some of all sums are shown to it, the others are kept for the test.",
           [](const Truth& t) {
               return !t.exists || (t.known.empty() && t.state != RunState::kRunning && !t.over());
           }},
          {"Some of all sums are shown to it, the others are kept for the test.",
           [](const Truth& t) { return t.known.empty() && t.state == RunState::kRunning; }},
          {"Its record is kept. The run list says why, and what to try.",
           [](const Truth& t) { return t.stopped(); }},
          {"Move the cursor to another epoch.",
           [](const Truth& t) { return !t.known.empty() && !t.has_figures(); }},
          {"The thin line: sums it was shown. The thick one: sums it never saw.",
           [](const Truth& t) { return !t.known.empty(); }},
          {"The thin line: sums it was shown. The thick one, sums it never saw, shows guesses "
           "only.",
           [](const Truth& t) { return t.has_figures() && t.test_guessed(); }},
          {"The thick line is still low. The wavetable shows what changes inside.",
           [](const Truth& t) { return t.has_figures() && t.understands_nothing(); }},
          {"The thick line has left the bottom. Press 3 to watch it slowly.",
           [](const Truth& t) {
               return t.has_figures() && t.test() > .1 && t.state == RunState::kRunning;
           }},
          {"The thick line has left the bottom. P replays it.",
           [](const Truth& t) {
               return t.has_figures() && t.test() > .1 && t.state != RunState::kRunning;
           }},
          {"The thin line has fallen under 90 % since it had memorised.",
           [](const Truth& t) { return t.has_figures() && t.memorised() && t.train() < .9; }},
          {"Both lines are at 99 % or more. The circle shows how its numbers lie inside.",
           [](const Truth& t) { return t.has_figures() && Truth::both_right(t.known.back()); }},
          {"It learnt that order does not matter before it learnt to add.",
           [](const Truth& t) {
               return t.has_figures() && Truth::both_right(t.known.back()) &&
                      std::ranges::any_of(t.known, [&](const MetricSample& s) {
                          return s.epoch < t.first_grokked() && Truth::order_alone(s);
                      });
           }},
          {"Add a stencil with the same seed and see whether it comes sooner.",
           [](const Truth& t) {
               return t.has_figures() && t.grokked() && t.config.stencil.empty() &&
                      t.config.control == Control::kNone && !t.branch;
           }},
          {"Compare its grok epoch with that of a baseline of the same seed.",
           [](const Truth& t) {
               return t.has_figures() && t.grokked() && !t.branch &&
                      (!t.config.stencil.empty() || t.config.control != Control::kNone);
           }},
          {"It began with the weights of another run: compare the two.",
           [](const Truth& t) { return t.branch; }},
          {"Both lines have stood at 99 % together before this epoch.",
           [](const Truth& t) {
               return t.has_figures() && t.grokked() &&
                      t.last(Truth::both_right) < t.known.back().epoch;
           }},
          {"Test accuracy is under 90 % after grokking. It may recover: let it run.",
           [](const Truth& t) {
               return t.has_figures() && t.grokked() && t.test() < .9 && t.at_end && !t.over();
           }},
          {"Test accuracy is under 90 % here, after grokking.",
           [](const Truth& t) { return t.has_figures() && t.grokked() && t.test() < .9; }}}},
        {Place::kCursor,
         {{"live", [](const Truth& t) { return t.live && t.state == RunState::kRunning; }},
          {"latest", [](const Truth& t) { return t.live && t.state != RunState::kRunning; }},
          {"held", [](const Truth& t) { return !t.live; }}}},
        {Place::kCard,
         {{"grokked at ", [](const Truth& t) { return t.grokked(); }},
          {"not grokked yet", [](const Truth& t) { return !t.grokked() && !t.over(); }},
          {"order learnt, not grokked yet",
           [](const Truth& t) {
               return !t.grokked() && !t.over() && Truth::order_alone(t.known.back());
           }},
          {"did not grok", [](const Truth& t) { return !t.grokked() && t.over(); }}}},
        {Place::kEnd,
         {{", ended at ", [](const Truth& t) { return t.over(); }},
          {", so far at ", [](const Truth& t) { return !t.over(); }}}},
        {Place::kTourLines,
         {{"The thin line is the share of sums it was shown and answers correctly. The thick line, "
           "sums it never saw, is no better than guessing so far.",
           [](const Truth& t) { return t.has_figures() && t.test_guessed(); }},
          {"The thin line is the share of sums it was shown and answers correctly. The thick line "
           "is the same of sums it never saw.",
           [](const Truth&) { return true; }}}},
    };
    return kAll;
}

/// Says all there is to say there and checks it; notes what was said.
void expect_true(const Facts& facts, const Truth& truth, const std::string& where,
                 std::set<std::string>& said) {
    for (const auto& [place, known] : meanings()) {
        const auto holding = std::ranges::count_if(claims(), [&, at = place](const Claim& one) {
            return one.place == at && one.holds(facts);
        });
        const std::string words = claim(place, facts).words;
        EXPECT_EQ(holding, 1) << where << ": rows at '" << name_of(place) << "', the first \""
                              << words << '"';
        const auto meaning = known.find(words);
        ASSERT_TRUE(meaning != known.end()) << where << ": no meaning known of \"" << words << '"';
        EXPECT_TRUE(meaning->second(truth)) << where << ": \"" << words << "\" is not true";
        said.insert(std::string(name_of(place)) + ": " + words);
    }
}

/// What stands under a circle whose weights are some epochs older than the cursor, against what is
/// said of the cursor's epoch: neither is false, and both can be read side by side.
void expect_true_circle(const RunRecord& run, const Truth& then, const Truth& now,
                        const std::string& where, std::set<std::string>& said) {
    const std::int32_t epoch = then.known.back().epoch;
    for (const RingShape shape : {RingShape::kNone, RingShape::kRing}) {
        const Facts facts = facts_of_circle(run, shape, epoch, now.known.back().epoch);
        const std::string words = circle_in_words(facts, epoch);
        const std::string yet = claim(Place::kRingYet, facts).words;
        said.insert("under the circle: " + yet);
        if (shape == RingShape::kNone) {
            EXPECT_EQ(words, "no ring: chance gives as much") << where;
        } else if (now.grokked() && !then.grokked()) {
            EXPECT_EQ(words, "a ring, not grokked by " + text::grouped(epoch)) << where;
        } else {
            EXPECT_EQ(words, now.grokked() ? "a ring" : "a ring, not grokked yet") << where;
        }
    }
}

std::set<std::string> walk(const Course& course) {
    std::set<std::string> said;
    const auto truth_until = [&](std::size_t count, RunState state, bool live) {
        return Truth{.known = std::span(course.samples).first(count),
                     .config = course.config,
                     .state = state,
                     .branch = course.branch,
                     .fork = course.fork,
                     .retraced = course.retraced,
                     .live = live,
                     .at_end = count == course.samples.size() || live};
    };
    Stage stage(course);
    expect_true(facts_of(stage.book, stage.view), truth_until(0, RunState::kIdle, true),
                course.name + ", not started", said);
    stage.set(RunState::kRunning);
    expect_true(facts_of(stage.book, stage.view), truth_until(0, RunState::kRunning, true),
                course.name + ", just started", said);
    for (std::size_t i = 0; i < course.samples.size(); ++i) {
        stage.add(course.samples[i]);
        expect_true(facts_of(stage.book, stage.view), truth_until(i + 1, RunState::kRunning, true),
                    course.name + ", live at " + std::to_string(course.samples[i].epoch), said);
    }
    for (const RunState state : {RunState::kRunning, RunState::kPaused, course.end}) {
        stage.set(state);
        stage.view.cursor.live = true;
        expect_true(facts_of(stage.book, stage.view),
                    truth_until(course.samples.size(), state, true), course.name + ", at its end",
                    said);
        for (std::size_t i = 0; i < course.samples.size(); ++i) {
            stage.view.cursor.hold(course.samples[i].epoch);
            Facts facts = facts_of(stage.book, stage.view);
            expect_true(facts, truth_until(i + 1, state, false),
                        course.name + ", looked back at " + std::to_string(course.samples[i].epoch),
                        said);
            for (const std::size_t earlier : {std::size_t{0}, std::size_t{1}, std::size_t{10}}) {
                if (earlier <= i) {
                    expect_true_circle(
                        *stage.book.find(Stage::kRun), truth_until(i + 1 - earlier, state, false),
                        truth_until(i + 1, state, false),
                        course.name + ", circle " + std::to_string(earlier) +
                            " evaluations before " + std::to_string(course.samples[i].epoch),
                        said);
                }
            }
        }
    }
    return said;
}

TEST(Claims, AreTrueWhereverTheyAreShown) {
    std::set<std::string> said;
    for (const Course& course : testing::courses()) {
        said.merge(walk(course));
    }
    static const RunConfig kNone;
    expect_true(facts_of(RunBook(), ViewState()),
                Truth{.known = {}, .config = kNone, .exists = false}, "no run", said);
    for (const char* yet : {"", ", not grokked yet", ", not grokked by "}) {
        EXPECT_TRUE(said.contains(std::string("under the circle: ") + yet)) << yet;
    }
    // Each of them was needed, so none of them went untested.
    for (const auto& [place, known] : meanings()) {
        for (const auto& [words, meaning] : known) {
            EXPECT_TRUE(said.contains(std::string(name_of(place)) + ": " + words))
                << "never said: " << words;
        }
    }
}

TEST(Claims, HaveAMeaningHereOrATestOfTheirOwn) {
    const std::set<Place> own{Place::kNews,           Place::kResting,
                              Place::kExperiment,     Place::kRing,
                              Place::kRingYet,        Place::kFirstCircle,
                              Place::kTourJump,       Place::kTourCircle,
                              Place::kTourCircleTask, Place::kTourStartTask,
                              Place::kEmptyAccuracy,  Place::kEmptyLoss,
                              Place::kEmptyProgress,  Place::kEmptyWavetable,
                              Place::kEmptyNeurons,   Place::kEmptyCircle,
                              Place::kCollapse,       Place::kLottery,
                              Place::kLotteryKeys,    Place::kValley,
                              Place::kPath,           Place::kDepthHeads,
                              Place::kDepthLayers,    Place::kGuesses,
                              Place::kEmptyFigures,   Place::kLag};
    for (const Claim& one : claims()) {
        const auto place = meanings().find(one.place);
        if (place == meanings().end()) {
            EXPECT_TRUE(own.contains(one.place)) << one.words;
        } else {
            const std::string words = in_operation(one.words, Operation::kAdd);
            EXPECT_TRUE(place->second.contains(words)) << words;
        }
        EXPECT_STRNE(one.condition, "") << one.words;
    }
}

} // namespace
} // namespace grokscope::ui
