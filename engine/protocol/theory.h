// The singular feature machine of 2603.29262 (science.md 6.3), a proxy that makes hypotheses about
// grokking: its settings, what it answers, and the channel by which the window asks.
// Threads: the two ends of TheoryChannels name theirs.
#pragma once

#include "engine/protocol/doorbell.h"
#include "engine/protocol/latest.h"
#include "engine/protocol/operation.h"
#include "engine/protocol/setting.h"

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace grokscope {

/// What the machine can combine pairs by: operations with a group, all but a table, the last one.
inline constexpr std::size_t kSfmOperations = kOperations.size() - 1;
static_assert(kOperations[kSfmOperations].group == GroupKind::kNone);

/// What the machine is to learn, a function of the group's pairs with E|y|^2 = 1. Of an index s of
/// the answer, below m, the order of the group.
enum class SfmTarget : std::uint8_t {
    kFlat,   ///< g(s), all frequencies equally strong: |g_k| = 1/sqrt(m), phases by chance
    kLabels, ///< s itself, without its mean: |g_k| falls as 1/sin(pi k/m)
    kRandom  ///< by chance for each pair: there is no rule, only memorising fits it
};
inline constexpr std::array<std::string_view, 3> kSfmTargetNames{"flat", "labels", "random"};

struct SfmSettings {
    /// Prime or not; products want a prime.
    int p = 31;
    Operation operation = Operation::kAdd;
    /// n: training pairs, of the m^2 of the group.
    int pairs = 480;
    /// Price of a feature; 0: no gate, the ablation.
    double beta = 0.01;
    /// eta, in units of n/m^2: 1 fits all training pairs in the first step; from 2 on no step
    /// settles.
    double step = 1;
    SfmTarget target = SfmTarget::kFlat;
    int iterations = 40;
    /// Loss per pair that the free energy takes the rule to leave.
    double epsilon = 1;
    /// Decides which pairs train, as the split of a run with this seed, and the target's chance.
    std::uint32_t seed = 999;

    friend bool operator==(const SfmSettings&, const SfmSettings&) = default;

    /// m, the order of the group in whose index the operation is an addition; 0 without one.
    [[nodiscard]] int order() const { return group_order(operation, p); }
    /// Pairs that can train at most: one is left to test.
    [[nodiscard]] int most_pairs() const { return order() * order() - 1; }
    /// What does not go together, one sentence each; ranges are those of sfm_numbers().
    [[nodiscard]] std::vector<std::string> mistakes() const;
};

/// One number among the settings, for command line and window alike.
struct SfmNumber {
    std::variant<int SfmSettings::*, double SfmSettings::*, std::uint32_t SfmSettings::*> field;
    std::string_view option; ///< of the command line
    std::string_view thing;  ///< what a sentence about a wrong value calls it
    std::string_view label;  ///< in the window
    SettingRange range;      ///< both ends allowed
    std::string_view help;   ///< without range and default
};
/// All of them, in the order of the help.
[[nodiscard]] std::span<const SfmNumber> sfm_numbers();

/// The machine after one iteration. Errors are means of |y - f|^2: 1 is what knowing nothing costs.
struct SfmIteration {
    int iteration = 0; ///< from 1 on
    int support = 0;   ///< weights that are not 0, of m^2
    int on_rule = 0;   ///< of these, those with which the rule is written
    double train_error = 0;
    double test_error = 0;

    /// Features that belong to no rule and have survived the gate.
    [[nodiscard]] int survivors() const { return support - on_rule; }
};

/// Weights with which a target of this kind is written: all m on the line of the rule, for labels
/// but for that of their mean, which is 0, and none where there is no rule.
[[nodiscard]] constexpr int sfm_rule_features(SfmTarget target, int order) {
    return target == SfmTarget::kFlat ? order : target == SfmTarget::kLabels ? order - 1 : 0;
}
/// Published proxy of the learning coefficient: half the support.
[[nodiscard]] inline double sfm_lambda(int support) {
    return 0.5 * support;
}
/// Published proxy of the complexity, bits: a place and a coefficient of 64 bits for each feature.
[[nodiscard]] inline double sfm_complexity(int support, int order) {
    return support * (2 * std::log2(static_cast<double>(order)) + 64);
}

/// What holds for the settings without iterating: closed forms, and the same over n.
struct SfmLaws {
    double tau = 0; ///< the gate: what is not above it becomes 0
    /// Features off the rule that the first gate is expected to leave, at this step.
    double expected = 0;
    /// The same for eta = 1: (m^2 - m) n^(-2 beta/(1-q)), q = n/m^2.
    double expected_unit_step = 0;
    /// n*: the largest n at which rule and memory cost the same free energy; nothing: they never
    /// do.
    std::optional<double> crossing;
    // Free energy n L + 2 beta lambda ln n at this n; with beta = 1/2 it is Watanabe's.
    double rule_energy = 0;   ///< L = epsilon, lambda = m/2
    double memory_energy = 0; ///< L = 0, lambda = m^2/2

    /// Numbers of pairs, growing by a factor; the same count for all that follow.
    std::vector<double> n;
    std::vector<double> tau_at;
    std::vector<double> expected_at;           ///< NaN from m^2 on
    std::vector<double> expected_unit_step_at; ///< likewise
    std::vector<double> rule_energy_at;
    std::vector<double> memory_energy_at;
};

struct SfmQuestion {
    /// Comes back in the answer; counted up by who asks. 0: no question.
    std::uint64_t number = 0;
    SfmSettings settings;
};

/// An answer, or what there is of it so far.
struct SfmAnswer {
    SfmQuestion question;
    /// Why there is none, one sentence; then all that follows is void.
    std::string problem;
    int order = 0;
    /// sfm_rule_features().
    int rule_features = 0;
    SfmLaws laws;
    /// As many as settings ask for, in order; fewer: it goes on.
    std::vector<SfmIteration> iterations;
    /// Of each iteration in turn [iterations, m, m], row k, column l: 0 where W_kl is 0, else
    /// 1 + 254 sqrt(|W_kl| / r), r the largest weight of the rule, at most 255.
    std::vector<std::uint8_t> shades;
    /// Time spent on it.
    double milliseconds = 0;

    [[nodiscard]] bool complete() const {
        return static_cast<int>(iterations.size()) == question.settings.iterations;
    }
    /// The picture of one iteration, from 0 on, [m, m].
    [[nodiscard]] std::span<const std::uint8_t> shades_of(std::size_t iteration) const {
        const auto cells = static_cast<std::size_t>(order) * static_cast<std::size_t>(order);
        return std::span(shades).subspan(iteration * cells, cells);
    }
};

/// Contact between the front end and the thread that iterates the machine.
struct TheoryChannels {
    /// Front end to theorist; the newest wins, what it was at is given up. Publish, then ring.
    Latest<SfmQuestion> question;
    /// Theorist to front end; newest wins.
    Latest<SfmAnswer> answer;
    /// Front end to theorist.
    Doorbell doorbell;

    /// Front end's thread; never blocks.
    void ask(SfmQuestion asked) {
        question.publish(asked);
        doorbell.ring();
    }
};

} // namespace grokscope
