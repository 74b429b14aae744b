// The frequencies of a group of p elements: what may be measured, taken out or looked at
// (science.md 3.1). The one definition, for the engine and the window. For * and / the group has
// one element less than there are numbers (GroupIndex).
#pragma once

namespace grokscope {

/// The frequencies are k = 1..largest_frequency(p), with w_k = 2 pi k / p.
[[nodiscard]] constexpr int largest_frequency(int p) {
    return p / 2;
}

/// Dimensions of the space of frequency k: 2, cos(w_k x) and sin(w_k x); but 1 for k = p/2 of an
/// even p, where the cosine alternates, (-1)^x, and the sine is zero everywhere. Each direction has
/// the squared norm p / dimensions over x = 0..p-1.
[[nodiscard]] constexpr int frequency_dimensions(int k, int p) {
    return 2 * k == p ? 1 : 2;
}

} // namespace grokscope
