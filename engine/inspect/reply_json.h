// An answer of the inspector as JSON text.
#pragma once

#include "engine/protocol/inspect.h"

#include <string>

namespace grokscope {

/// Whether what is known of every pair is written, too: some megabytes at p = 113.
enum class GridText : bool { kLeaveOut, kWrite };

/// One JSON object: what was asked, the epoch of the weights, the figures of the intact and of the
/// ablated model, the pair with its logits, the clock. With kWrite also answers, confidence and
/// `trains` [p][p] and attention [heads][p][p][3]. Numbers have the fewest digits that give the
/// same bits back; what is missing is null. A problem gives an object with the question and
/// `problem`.
[[nodiscard]] std::string to_json(const InspectReply& reply, GridText grids);

[[nodiscard]] std::string name_of(Replacement replacement);
[[nodiscard]] std::string name_of(FrequencyPlace place);

} // namespace grokscope
