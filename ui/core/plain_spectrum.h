// The spectrum of an embedding with the numbers in their own order, which nothing records: a
// picture compares it with that in the order of the group. Pure arithmetic.
#pragma once

#include <span>
#include <vector>

namespace grokscope::ui {

/// A_k (science.md 3.1) of the rows of `embedding`, [p, d_model] row-major, for k = 1..p/2 at index
/// k-1. Half a millisecond at p = 113. None unless the sizes fit.
[[nodiscard]] std::vector<float> plain_amplitudes(std::span<const float> embedding, int p,
                                                  int d_model);

} // namespace grokscope::ui
