// Which frequencies a model computes with (science.md 3.3).
#pragma once

#include <span>
#include <vector>

namespace grokscope {

/// The live rule. amplitudes: A_k(W_L), k = 1..p/2 at index k-1. None while their Gini coefficient
/// is below 0.20; then those above a quarter of the largest, plus those of `previous` above a
/// fifth; of these at most the 12 largest. `previous` is the answer of the row before: the
/// hysteresis. Sorted. Any thread.
[[nodiscard]] std::vector<int> live_key_frequencies(std::span<const float> amplitudes,
                                                    std::span<const int> previous);

/// The final rule: the live one without hysteresis, for the last recorded weights.
[[nodiscard]] std::vector<int> final_key_frequencies(std::span<const float> amplitudes);

} // namespace grokscope
