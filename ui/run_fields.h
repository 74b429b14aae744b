// The settings of a new run as a form shows them: name, range, what it does, what is wrong with it.
// Knows nothing of drawing.
#pragma once

#include "ui/run_book.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace grokscope::ui {

/// One field of the form. `option` is the command line's name of the setting: the sentence that
/// RunConfig::validate() writes about a wrong value names it in brackets.
struct RunField {
    const char* control; ///< name in the table of controls
    const char* label;
    const char* range; ///< and what to expect, one short sentence
    const char* option;
    /// Exactly one of these is set.
    int RunConfig::*whole = nullptr;
    double RunConfig::*real = nullptr;
};

/// Fields of the task and the training, in the order of the form.
[[nodiscard]] std::span<const RunField> run_fields();
/// Fields that concern the probes, in the order of the form.
[[nodiscard]] std::span<const RunField> probe_fields();

/// The sentence about this option among `mistakes`; empty when there is none.
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
