// The rivals that a race offers, one rule each.
#pragma once

#include "engine/protocol/config.h"

#include <optional>
#include <vector>

namespace grokscope {

/// `base` with one rule more, for each row of kSettings that makes a rival and each of its choices:
/// both kinds of Grokfast, StableMax, orthogonal gradient, Muon, norm clamp, and temperature 2.
/// Where a rule wants no weight decay there is none. Only what is on in `base` already, and what
/// does not go with it, is left out.
[[nodiscard]] std::vector<RunConfig> rivals_of(const RunConfig& base);

/// The same experiment with no rule of a rival, and the usual decay where a rule had dropped it.
[[nodiscard]] RunConfig without_rivals(const RunConfig& config);

/// The rule that makes the run a rival, the first in the order of kSettings; null without one.
[[nodiscard]] const Setting* rule_of(const RunConfig& config);
/// Its number among all that rivals_of() makes of a plain run; nothing without one.
[[nodiscard]] std::optional<int> rival_number(const RunConfig& config);

} // namespace grokscope
