// What a run costs, said before it trains.
#pragma once

#include "engine/protocol/config.h"

#include <cstdint>
#include <span>
#include <string>

namespace grokscope {

/// One sentence about the time of the epochs from `first` to the last; empty where they take
/// less than an hour. Time is that of the counted operations (epoch_cost.h) at 60 % of what
/// `threads` threads do here in multiply-adds, measured for some hundredths of a second. Not for
/// the window's threads.
[[nodiscard]] std::string cost_in_words(const RunConfig& config, std::int32_t first, int threads);

/// Likewise of a sweep's runs that are still to be trained, each to its last epoch: core hours, of
/// one thread. Empty below a tenth of one.
[[nodiscard]] std::string cost_in_words(std::span<const RunConfig> runs);

} // namespace grokscope
