// The settings of a new run as a form shows them: which, what they mean, what is wrong with them.
// Knows nothing of drawing.
#pragma once

#include "ui/core/run_book.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace grokscope::ui {

/// Settings of the task and the training that the form asks for, in its order; all are numbers.
[[nodiscard]] std::vector<const Setting*> run_fields();
/// The same of those that concern the probes.
[[nodiscard]] std::vector<const Setting*> probe_fields();
/// "5 to 251. Small ones train quickly; primes draw the clearest circles."
[[nodiscard]] std::string meaning_of(const Setting& setting);

/// The sentence about this option of the command line among `mistakes`, which RunConfig::validate()
/// wrote: it names the option in brackets. Empty when there is none.
[[nodiscard]] std::string_view mistake_about(std::string_view option,
                                             std::span<const std::string> mistakes);

/// Such a sentence, or any other that names an option of the command line in brackets, without
/// that: a window has none.
[[nodiscard]] std::string in_plain_words(std::string_view mistake);
/// The same as a sentence of its own: a capital letter in front, a full stop behind.
[[nodiscard]] std::string as_sentence(std::string_view mistake);
/// All of them as sentences, one on a line.
[[nodiscard]] std::string as_sentences(std::span<const std::string> mistakes);

/// How long an epoch of a configuration takes, learnt from the runs that this window has
/// trained from their first epoch.
struct EpochCost {
    double seconds = 0;
    /// Measured on a run that costs the same; else scaled by the counted operations.
    bool measured = false;
};
/// Nothing while no run has trained for at least kEnoughEpochs.
[[nodiscard]] std::optional<EpochCost> epoch_cost(const RunBook& book, const RunConfig& config);
inline constexpr int kEnoughEpochs = 20;

} // namespace grokscope::ui
