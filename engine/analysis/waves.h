// Cosines and sines of whole multiples of 2 pi / p, from a table. p is the order of a group, x an
// index.
#pragma once

#include <cstddef>
#include <vector>

namespace grokscope {

/// cos(w_k x) and sin(w_k x), w_k = 2 pi k / p, for whole k, x >= 0. The product k x is reduced
/// modulo p before it becomes an angle, so that every value carries the rounding of one cos or sin
/// only; sin(pi) is exactly 0, so that k = p/2 has no sine. Immutable after construction: any
/// thread.
class Waves {
public:
    /// Throws std::invalid_argument unless p >= 1.
    explicit Waves(int p);

    [[nodiscard]] int p() const { return static_cast<int>(cosine_.size()); }
    [[nodiscard]] double cosine(int k, int x) const { return cosine_[residue(k, x)]; }
    [[nodiscard]] double sine(int k, int x) const { return sine_[residue(k, x)]; }

private:
    [[nodiscard]] std::size_t residue(int k, int x) const {
        return static_cast<std::size_t>(k) * static_cast<std::size_t>(x) % cosine_.size();
    }

    std::vector<double> cosine_;
    std::vector<double> sine_;
};

} // namespace grokscope
