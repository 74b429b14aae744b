#include "ui/core/theory_text.h"

#include "ui/core/text.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <initializer_list>
#include <utility>
#include <variant>

namespace grokscope::ui {

namespace {

int cells_of(const SfmAnswer& answer) {
    return answer.order * answer.order;
}

double beta_of(const SfmAnswer& answer) {
    return answer.question.settings.beta;
}

bool has_rule(const SfmAnswer& answer) {
    return answer.rule_features > 0;
}

bool ablated(const SfmAnswer& answer, const SfmIteration& one) {
    return has_rule(answer) && one.support > 0 && beta_of(answer) == 0;
}

/// Some features fell to the gate and some are left, of a target that has a rule.
bool thinned(const SfmAnswer& answer, const SfmIteration& one) {
    return has_rule(answer) && beta_of(answer) > 0 && one.support > 0 &&
           one.support < cells_of(answer);
}

constexpr std::array kRows{
    TheoryRow{"The gate has taken out everything: it answers 0 to every pair.",
              "no feature is left",
              [](const SfmAnswer&, const SfmIteration& one) { return one.support == 0; }},
    TheoryRow{"There is no rule to find. {support} features are left.",
              "the target is chance, and features are left",
              [](const SfmAnswer& answer, const SfmIteration& one) {
                  return !has_rule(answer) && one.support > 0;
              }},
    TheoryRow{"Without the gate nothing is taken out: {support} features store what was shown, and "
              "to the other pairs it answers 0.",
              "beta is 0, and there is a rule", ablated},
    TheoryRow{"The gate has taken out nothing: all {support} features are there.",
              "beta above 0, there is a rule, and all m^2 features are left",
              [](const SfmAnswer& answer, const SfmIteration& one) {
                  return has_rule(answer) && beta_of(answer) > 0 && one.support == cells_of(answer);
              }},
    TheoryRow{"It has collapsed onto the rule: of {all} features the {rule} on {line} are left.",
              "beta above 0; none off the rule, and all of the rule",
              [](const SfmAnswer& answer, const SfmIteration& one) {
                  return thinned(answer, one) && one.survivors() == 0 &&
                         one.on_rule == answer.rule_features;
              }},
    TheoryRow{
        "Only features of the rule are left, and not all: {on_rule} of {rule}. The others were "
        "too weak for the gate.",
        "beta above 0; none off the rule, and some but not all of the rule",
        [](const SfmAnswer& answer, const SfmIteration& one) {
            return thinned(answer, one) && one.survivors() == 0 &&
                   one.on_rule < answer.rule_features;
        }},
    TheoryRow{"{survivors} features of no rule are left beside {on_rule} of the rule's {rule}.",
              "beta above 0; some off the rule, but not all m^2 features",
              [](const SfmAnswer& answer, const SfmIteration& one) {
                  return thinned(answer, one) && one.survivors() > 0;
              }},
};

constexpr std::array kEnergyRows{
    EnergyRow{"Features cost nothing (beta = 0), so memory costs less free energy at every n.",
              "beta is 0", [](const SfmAnswer& answer) { return beta_of(answer) == 0; }},
    EnergyRow{"Memory costs less free energy at every n: epsilon is too large beside beta.",
              "beta above 0, and epsilon above beta (m^2 - m)/e: no crossing",
              [](const SfmAnswer& answer) { return beta_of(answer) > 0 && !answer.laws.crossing; }},
    EnergyRow{"At n = {n} the rule costs less free energy, and does up to n* = {crossing}. Above, "
              "memory does: ln n never overtakes n epsilon.",
              "there is a crossing, and at this n the rule costs less",
              [](const SfmAnswer& answer) {
                  return answer.laws.crossing &&
                         answer.laws.rule_energy < answer.laws.memory_energy;
              }},
    // n is 3 at least, beyond the smaller root, which lies below e.
    EnergyRow{"At n = {n} memory costs less free energy, as it does from n* = {crossing} on: ln n "
              "never overtakes n epsilon.",
              "there is a crossing, and at this n memory costs no more",
              [](const SfmAnswer& answer) {
                  return answer.laws.crossing &&
                         answer.laws.rule_energy >= answer.laws.memory_energy;
              }},
};

using Figure = std::pair<std::string_view, std::string>;

std::string filled(std::string_view words, std::initializer_list<Figure> figures) {
    std::string text(words);
    for (const auto& [name, value] : figures) {
        const std::string brace = "{" + std::string(name) + "}";
        for (std::size_t at = text.find(brace); at != std::string::npos;
             at = text.find(brace, at + value.size())) {
            text.replace(at, brace.size(), value);
        }
    }
    return text;
}

std::string short_number(double value) {
    std::array<char, 32> words{};
    std::snprintf(words.data(), words.size(), "%.3g", value);
    return words.data();
}

std::string number_in(const SfmNumber& number, const SfmSettings& settings) {
    return std::visit(
        [&](auto field) { return short_number(static_cast<double>(settings.*field)); },
        number.field);
}

} // namespace

std::string_view line_of_rule(Operation operation) {
    return spec_of(operation).inverts_second ? "the anti-diagonal" : "the diagonal";
}

std::span<const TheoryRow> theory_rows() {
    return kRows;
}

std::string theory_verdict(const SfmAnswer& answer, std::size_t iteration) {
    const SfmIteration& one = answer.iterations.at(iteration);
    const auto row =
        std::ranges::find_if(kRows, [&](const TheoryRow& any) { return any.holds(answer, one); });
    return row == kRows.end()
               ? std::string()
               : filled(row->words,
                        {{"support", text::grouped(one.support)},
                         {"all", text::grouped(cells_of(answer))},
                         {"rule", text::grouped(answer.rule_features)},
                         {"on_rule", text::grouped(one.on_rule)},
                         {"survivors", text::grouped(one.survivors())},
                         {"line", std::string(line_of_rule(answer.question.settings.operation))}});
}

std::string theory_figures(const SfmAnswer& answer, std::size_t iteration) {
    const SfmIteration& one = answer.iterations.at(iteration);
    return "Error on pairs shown " + short_number(one.train_error) + ", never shown " +
           short_number(one.test_error) + "; 1 is what knowing nothing costs. lambda " +
           text::value(sfm_lambda(one.support), 4) + " (half the features), K " +
           text::grouped(static_cast<std::int64_t>(sfm_complexity(one.support, answer.order))) +
           " bits.";
}

std::span<const EnergyRow> energy_rows() {
    return kEnergyRows;
}

std::string energy_verdict(const SfmAnswer& answer) {
    const auto row =
        std::ranges::find_if(kEnergyRows, [&](const EnergyRow& any) { return any.holds(answer); });
    return row == kEnergyRows.end()
               ? std::string()
               : filled(row->words, {{"n", text::grouped(answer.question.settings.pairs)},
                                     {"crossing", text::grouped(static_cast<std::int64_t>(
                                                      answer.laws.crossing.value_or(0)))}});
}

std::string theory_expectation(const SfmAnswer& answer) {
    if (answer.iterations.empty()) {
        return {};
    }
    return "Behind the first gate, tau = " + short_number(answer.laws.tau) + ", " +
           short_number(answer.laws.expected) + " features off the rule were expected, and " +
           text::grouped(answer.iterations.front().survivors()) + " were there.";
}

std::string theory_act(const SfmSettings& before, const SfmSettings& after) {
    std::string changed;
    std::string was;
    const auto note = [&](std::string_view name, const std::string& old, const std::string& now) {
        if (old != now) {
            const std::string_view between = changed.empty() ? "" : ", ";
            changed.append(between).append(name).append(" ").append(now);
            was.append(between).append(old);
        }
    };
    note("operation", std::string(name_of(before.operation)),
         std::string(name_of(after.operation)));
    const auto target_of = [](const SfmSettings& settings) {
        return std::string(kSfmTargetNames.at(static_cast<std::size_t>(settings.target)));
    };
    note("target", target_of(before), target_of(after));
    for (const SfmNumber& number : sfm_numbers()) {
        note(number.option.substr(2), number_in(number, before), number_in(number, after));
    }
    return changed.empty() ? std::string()
                           : text::kActTheory + changed + text::kActTheoryWas + was + ".";
}

} // namespace grokscope::ui
