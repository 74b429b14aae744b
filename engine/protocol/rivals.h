// The rivals that a race offers, one rule each.
#pragma once

#include "engine/protocol/config.h"

#include <vector>

namespace grokscope {

/// `base` with one rule more, for each row of kSettings that makes a rival and each of its choices:
/// both kinds of Grokfast, StableMax, orthogonal gradient, Muon, norm clamp, and temperature 2.
/// Where a rule wants no weight decay there is none. Only what is on in `base` already, and what
/// does not go with it, is left out.
[[nodiscard]] std::vector<RunConfig> rivals_of(const RunConfig& base);

} // namespace grokscope
