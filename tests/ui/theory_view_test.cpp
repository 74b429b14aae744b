// The theory view without a window: its questions, what its settings do to each other, and that
// each of its sentences is true of the machine as it stands.
#include "engine/theory/laws.h"
#include "engine/theory/theorist.h"
#include "ui/core/arrange.h"
#include "ui/core/frame_wish.h"
#include "ui/core/theory_text.h"
#include "ui/core/theory_view.h"
#include "ui/core/view_state.h"
#include "ui/views/theory/theory_controller.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <numbers>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace grokscope::ui {
namespace {

// ------------------------------------------------------------------------------------- questions

/// A controller with its channels and a clock that the test moves.
struct Office {
    TheoryChannels channels;
    TheoryController controller;
    double now = 10;

    std::optional<SfmQuestion> frame(const SfmSettings& settings) {
        now += 1.0 / 60;
        controller.want(settings);
        const bool asked = controller.ask(channels, now);
        const bool arrived = channels.question.refresh();
        EXPECT_EQ(asked, arrived);
        return arrived ? std::optional(channels.question.value()) : std::nullopt;
    }
    void tell(const SfmQuestion& question, int iterations) {
        SfmAnswer answer;
        answer.question = question;
        answer.iterations.resize(static_cast<std::size_t>(iterations));
        channels.answer.publish(answer);
        EXPECT_TRUE(controller.take(channels, now));
    }
};

SfmSettings with_pairs(int pairs) {
    SfmSettings settings;
    settings.pairs = pairs;
    return settings;
}

TEST(TheoryController, AsksOnceForWhatStaysTheSame) {
    Office office;
    const auto first = office.frame(with_pairs(300));
    ASSERT_TRUE(first);
    EXPECT_FALSE(office.frame(with_pairs(300))) << "still unanswered";
    office.tell(*first, 40);
    EXPECT_FALSE(office.frame(with_pairs(300))) << "answered";
    const auto second = office.frame(with_pairs(301));
    ASSERT_TRUE(second);
    EXPECT_GT(second->number, first->number);
    EXPECT_FALSE(office.controller.ask(office.channels, office.now)) << "nobody draws the view";
}

TEST(TheoryController, SaysThatItWaitsOnlyWhenItIsLate) {
    Office office;
    EXPECT_FALSE(office.controller.waiting());
    EXPECT_EQ(office.controller.next_change(office.now), kNever);
    const auto question = office.frame(with_pairs(300));
    const double asked = office.now;
    EXPECT_TRUE(office.controller.waiting());
    EXPECT_FALSE(office.controller.late(office.now));
    EXPECT_NEAR(office.controller.next_change(office.now), asked + TheoryController::kPatience,
                1e-9);
    office.now = asked + 0.2;
    EXPECT_TRUE(office.controller.late(office.now));
    EXPECT_FALSE(office.controller.silent(office.now));
    EXPECT_TRUE(office.controller.silent(asked + 3.1)) << "no answer has ever come";
    office.tell(*question, 12); // a part
    EXPECT_TRUE(office.controller.current());
    EXPECT_TRUE(office.controller.late(office.now)) << "a part is not the answer";
    EXPECT_EQ(office.controller.next_change(office.now), kNever);
    office.now = asked + 0.5;
    office.tell(*question, 40);
    EXPECT_FALSE(office.controller.waiting());
    EXPECT_NEAR(office.controller.answered_after(), 0.5, 1e-9);
    EXPECT_FALSE(office.controller.silent(asked + 100));
}

TEST(TheoryController, ADragThatNeverRestsIsLateAsAWhole) {
    Office office;
    office.tell(*office.frame(with_pairs(300)), 40);
    for (int i = 0; i < 20; ++i) { // each frame another question, and no time to answer one
        EXPECT_TRUE(office.frame(with_pairs(301 + i)));
    }
    EXPECT_TRUE(office.controller.late(office.now));
    EXPECT_FALSE(office.controller.current()) << "what is shown is of before";
}

TEST(TheoryController, AnAnswerToAnOlderQuestionIsShownButNotTheLast) {
    Office office;
    const auto first = office.frame(with_pairs(300));
    (void)office.frame(with_pairs(400));
    office.tell(*first, 40);
    ASSERT_NE(office.controller.answer(), nullptr);
    EXPECT_FALSE(office.controller.current());
    EXPECT_TRUE(office.controller.waiting());
}

// -------------------------------------------------------------------------------------- settings

TEST(TheoryView, KeepsTheShareOfPairsWhenTheGroupGrows) {
    TheoryView view;
    SfmSettings settings;
    SfmSettings wanted = settings;
    wanted.p = 62;
    set_theory(settings, view, wanted);
    EXPECT_EQ(settings.pairs, 1920) << "480 of 961";
    wanted = settings;
    wanted.p = 59;
    wanted.operation = Operation::kMultiply;
    set_theory(settings, view, wanted);
    EXPECT_EQ(settings.pairs, std::lround(1920.0 / (62 * 62) * 58 * 58));
    wanted = settings;
    wanted.p = 31;
    wanted.pairs = 100;
    set_theory(settings, view, wanted);
    EXPECT_EQ(settings.pairs, 100) << "given with it";
    EXPECT_TRUE(settings.mistakes().empty());
}

TEST(TheoryView, TheGateComesBackAsItWas) {
    TheoryView view;
    SfmSettings settings;
    SfmSettings wanted = settings;
    wanted.beta = 0.05;
    set_theory(settings, view, wanted);
    toggle_gate(settings, view);
    EXPECT_EQ(settings.beta, 0);
    toggle_gate(settings, view);
    EXPECT_EQ(settings.beta, 0.05);
}

TEST(TheoryView, ProductsGoFromPrimeToPrime) {
    EXPECT_EQ(possible_p(Operation::kAdd, 31, 32), 32);
    EXPECT_EQ(possible_p(Operation::kMultiply, 31, 32), 37);
    EXPECT_EQ(possible_p(Operation::kDivide, 31, 30), 29);
    EXPECT_EQ(possible_p(Operation::kDivide, 7, 5), 5);
    EXPECT_EQ(possible_p(Operation::kDivide, 241, 250), 251);
    EXPECT_EQ(possible_p(Operation::kDivide, 251, 250), 241);
}

TEST(TheoryView, TheLastIterationIsShownUntilAnotherIsChosen) {
    TheoryView view;
    EXPECT_EQ(shown_iteration(view, 12), 11U);
    EXPECT_EQ(shown_iteration(view, 40), 39U);
    view.iteration = 5;
    EXPECT_EQ(shown_iteration(view, 40), 4U);
    EXPECT_EQ(shown_iteration(view, 3), 2U) << "no further than it has come";
}

TEST(TheoryView, ItsSettingsAreUndone) {
    ViewState view;
    view.history.observe(view.arrangement);
    SfmSettings wanted = view.arrangement.theory;
    wanted.pairs = 300;
    set_theory(view.arrangement.theory, view.theory, wanted);
    view.history.observe(view.arrangement);
    wanted.p = 37;
    set_theory(view.arrangement.theory, view.theory, wanted);
    EXPECT_TRUE(undo(view));
    EXPECT_EQ(view.arrangement.theory, with_pairs(300));
    EXPECT_TRUE(undo(view));
    EXPECT_EQ(view.arrangement.theory, SfmSettings{});
    EXPECT_TRUE(redo(view));
    EXPECT_EQ(view.arrangement.theory, with_pairs(300));
}

TEST(TheoryView, AnActIsToldInWords) {
    SfmSettings after = with_pairs(300);
    EXPECT_EQ(theory_act({}, after), "Theory: n 300, before 480.");
    after.target = SfmTarget::kLabels;
    EXPECT_EQ(theory_act({}, after), "Theory: target labels, n 300, before flat, 480.");
    EXPECT_EQ(theory_act(after, after), "");
}

// ------------------------------------------------------------------------------------- sentences

/// A second statement of each row: of the bare figures, in the order of the table.
std::size_t features_row(const SfmAnswer& answer, const SfmIteration& one) {
    const int all = answer.order * answer.order;
    const int rule = answer.question.settings.target == SfmTarget::kRandom ? 0
                     : answer.question.settings.target == SfmTarget::kFlat ? answer.order
                                                                           : answer.order - 1;
    if (one.support == 0) {
        return 0;
    }
    if (rule == 0) {
        return 1;
    }
    if (answer.question.settings.beta == 0) {
        return 2;
    }
    if (one.support == all) {
        return 3;
    }
    if (one.support > one.on_rule) {
        return 6;
    }
    return one.on_rule == rule ? 4 : 5;
}

std::size_t energy_row(const SfmAnswer& answer) {
    const SfmSettings& settings = answer.question.settings;
    const double m = answer.order;
    const double n = settings.pairs;
    const double a = settings.beta * (m * m - m);
    const bool rule_wins = n * settings.epsilon < a * std::log(n);
    if (settings.beta == 0) {
        return 0;
    }
    if (settings.epsilon / a > 1 / std::numbers::e) {
        return 1;
    }
    if (!rule_wins) {
        EXPECT_GT(n, a / settings.epsilon) << "right of the least value, so from n* on";
    }
    return rule_wins ? 2 : 3;
}

/// Machines from those that keep all to those that keep nothing.
std::vector<SfmSettings> machines() {
    std::vector<SfmSettings> all;
    for (const SfmTarget target : {SfmTarget::kFlat, SfmTarget::kLabels, SfmTarget::kRandom}) {
        for (const double beta : {0.0, 1e-9, 1e-4, 0.01, 0.05, 0.3, 1.0}) {
            for (const int pairs : {4, 60, 150, 480, 960}) {
                for (const Operation operation : {Operation::kAdd, Operation::kDivide}) {
                    SfmSettings settings;
                    settings.target = target;
                    settings.beta = beta;
                    settings.operation = operation;
                    settings.pairs = std::min(pairs, settings.most_pairs());
                    settings.epsilon = pairs == 60 ? 0.01 : pairs == 4 ? 5 : 1;
                    settings.iterations = 30;
                    all.push_back(settings);
                }
            }
        }
    }
    return all;
}

TEST(TheoryText, ExactlyOneSentenceHoldsOfEachIterationAndItIsTheRightOne) {
    std::set<std::size_t> features;
    std::set<std::size_t> energies;
    for (const SfmSettings& settings : machines()) {
        const SfmAnswer answer = answer_theory({1, settings});
        ASSERT_TRUE(answer.complete()) << answer.problem;
        for (std::size_t i = 0; i < answer.iterations.size(); ++i) {
            const SfmIteration& one = answer.iterations[i];
            std::vector<std::size_t> held;
            for (std::size_t row = 0; row < theory_rows().size(); ++row) {
                if (theory_rows()[row].holds(answer, one)) {
                    held.push_back(row);
                }
            }
            ASSERT_EQ(held, std::vector<std::size_t>{features_row(answer, one)});
            features.insert(held.front());
            EXPECT_EQ(theory_verdict(answer, i).find('{'), std::string::npos);
        }
        std::vector<std::size_t> held;
        for (std::size_t row = 0; row < energy_rows().size(); ++row) {
            if (energy_rows()[row].holds(answer)) {
                held.push_back(row);
            }
        }
        ASSERT_EQ(held, std::vector<std::size_t>{energy_row(answer)});
        energies.insert(held.front());
        EXPECT_EQ(energy_verdict(answer).find('{'), std::string::npos);
    }
    EXPECT_EQ(features.size(), theory_rows().size()) << "each was seen";
    EXPECT_EQ(energies.size(), energy_rows().size());
}

TEST(TheoryText, WithoutTheGateItAnswersZeroToWhatItNeverSaw) {
    SfmSettings settings;
    settings.beta = 0;
    const SfmAnswer answer = answer_theory({1, settings});
    EXPECT_EQ(
        theory_verdict(answer, 0),
        "Without the gate nothing is taken out: 961 features store what was shown, and to the "
        "other pairs it answers 0.");
    // So its error there is the mean of |y|^2, to rounding the same at each iteration.
    for (const SfmIteration& one : answer.iterations) {
        EXPECT_NEAR(one.test_error, answer.iterations.front().test_error, 1e-5);
    }
}

TEST(TheoryText, FiguresStandWithTheirMeaning) {
    SfmSettings settings;
    settings.operation = Operation::kSubtract;
    const SfmAnswer answer = answer_theory({1, settings});
    EXPECT_EQ(theory_verdict(answer, 39),
              "It has collapsed onto the rule: of 961 features the 31 on "
              "the anti-diagonal are left.");
    EXPECT_NE(theory_figures(answer, 39).find("lambda 15.5 (half the features), K 2,291 bits"),
              std::string::npos)
        << theory_figures(answer, 39);
    EXPECT_NE(
        theory_expectation(answer).find("tau = 0.016, 346 features off the rule were expected"),
        std::string::npos)
        << theory_expectation(answer);
    EXPECT_EQ(energy_verdict(answer),
              "At n = 480 memory costs less free energy, as it does from n* = "
              "32 on: ln n never overtakes n epsilon.");
}

TEST(TheoryText, StandsInTheDocumentation) {
    std::ifstream file(GROKSCOPE_UI_DOC);
    std::ostringstream text;
    text << file.rdbuf();
    std::string expected;
    for (const TheoryRow& row : theory_rows()) {
        expected +=
            "| features | \"" + std::string(row.words) + "\" | " + std::string(row.when) + " |\n";
    }
    for (const EnergyRow& row : energy_rows()) {
        expected +=
            "| energy | \"" + std::string(row.words) + "\" | " + std::string(row.when) + " |\n";
    }
    EXPECT_NE(text.str().find(expected), std::string::npos)
        << "docs/ui.md should have this table:\n"
        << expected;
}

} // namespace
} // namespace grokscope::ui
