// A fork: a run that goes on with the whole state of another at some epoch, under other settings
// (science.md 6.7).
#pragma once

#include "engine/protocol/config.h"

#include <string>
#include <vector>

namespace grokscope {

/// Why a run of these settings cannot fork from one of the `original` ones at `epoch`, one sentence
/// each; empty when it can.
[[nodiscard]] std::vector<std::string> fork_mistakes(const RunConfig& original, std::int32_t epoch,
                                                     const RunConfig& fork);

/// What the fork does otherwise, its own edits among it: "decay 0, fraction 0.2"; "nothing changed"
/// where that is nothing that changes figures.
[[nodiscard]] std::string changes_in_words(const RunConfig& original, const RunConfig& fork);

} // namespace grokscope
