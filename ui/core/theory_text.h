// What the theory view says of the machine, and when it is true (ui.md section 19).
// Threads: any.
#pragma once

#include "engine/protocol/theory.h"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace grokscope::ui {

namespace text {

inline constexpr const char* kTheorySubtitle = "the singular feature machine";
inline constexpr const char* kTheoryProxy =
    "A proxy (arXiv 2603.29262): it makes hypotheses about grokking and shows nothing of the "
    "transformer. It answers pairs by waves over the plane of both numbers; behind each step a "
    "gate takes out the weak ones. Step, price and target are our choice: the paper names none.";
inline constexpr const char* kTheoryTau =
    "The gate tau falls as n grows; the paper says that it rises.";
inline constexpr const char* kTheorySurvivors =
    "With a step of 1 the first gate would leave n^(-2 beta/(1 - n/m^2)) of the features off the "
    "rule, fewer with every pair; with steps in units of n/m^2, as here, it need not.";
inline constexpr const char* kTheoryAbsent =
    "Nothing iterates the machine in this window: no theorist has answered.";
inline constexpr const char* kTheoryComputing = "computing: ";
inline constexpr const char* kTheoryOf = " of ";
inline constexpr const char* kTheoryBegins = "computing";
inline constexpr const char* kTheoryBefore = "computing; what stands here is of before";
inline constexpr const char* kTheoryAnswered = "answered in ";
inline constexpr const char* kTheoryKept = " What stands here is of before.";
inline constexpr const char* kTheoryOperation = "operation";
inline constexpr const char* kTheoryTarget = "target";
inline constexpr const char* kTheoryGate = "gate";
inline constexpr const char* kTheoryIteration = "iteration ";
inline constexpr const char* kTheorySupport = "weights W(k, l) that are left";
inline constexpr const char* kTheoryErrors = "error by iteration: test thick, train thin";
inline constexpr const char* kTheoryFeatures = "features left: all thick, off the rule thin";
inline constexpr const char* kTheoryEnergy = "free energy by n: rule thick, memory thin";
inline constexpr const char* kTheoryGateByN = "gate by n";
inline constexpr const char* kTheoryExpected = "first gate leaves: this step thick, 1 thin";
inline constexpr const char* kActTheory = "Theory: ";
inline constexpr const char* kActTheoryWas = ", before ";

} // namespace text

/// Where the rule's features lie: "the diagonal", "the anti-diagonal".
[[nodiscard]] std::string_view line_of_rule(Operation operation);

/// The rows of the table of what is said of the features at one iteration.
struct TheoryRow {
    std::string_view words; ///< with names of figures in braces
    std::string_view when;  ///< as in ui.md
    bool (*holds)(const SfmAnswer& answer, const SfmIteration& one);
};
/// Exactly one holds of any iteration of any answer.
[[nodiscard]] std::span<const TheoryRow> theory_rows();
/// The one that holds, its figures filled in. `iteration` from 0 on.
[[nodiscard]] std::string theory_verdict(const SfmAnswer& answer, std::size_t iteration);
/// Errors and proxies of the same iteration.
[[nodiscard]] std::string theory_figures(const SfmAnswer& answer, std::size_t iteration);

/// The same for which of rule and memory costs less free energy.
struct EnergyRow {
    std::string_view words;
    std::string_view when;
    bool (*holds)(const SfmAnswer& answer);
};
[[nodiscard]] std::span<const EnergyRow> energy_rows();
[[nodiscard]] std::string energy_verdict(const SfmAnswer& answer);

/// What is expected behind the first gate, and what was found there.
[[nodiscard]] std::string theory_expectation(const SfmAnswer& answer);
/// "Theory: n 480, before 300."; empty where nothing differs.
[[nodiscard]] std::string theory_act(const SfmSettings& before, const SfmSettings& after);

} // namespace grokscope::ui
