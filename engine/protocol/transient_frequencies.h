// Frequencies that a run computed with for a while and gave up (science.md 3.3).
#pragma once

#include "engine/protocol/records.h"

#include <cstdint>
#include <span>
#include <vector>

namespace grokscope {

/// A frequency that was key and is not any more.
struct TransientFrequency {
    int frequency = 0;
    std::int32_t first_epoch = 0; ///< of the first progress row that has it
    std::int32_t last_epoch = 0;  ///< of the last one

    friend bool operator==(const TransientFrequency&, const TransientFrequency&) = default;
};

/// The key frequencies of two progress rows in a row, at least, that are none of the last row. In
/// the order of first_epoch, then of frequency. `rows` are those of one run, in order of epoch.
[[nodiscard]] std::vector<TransientFrequency>
transient_frequencies(std::span<const ProgressRow> rows);

} // namespace grokscope
