#include "engine/analysis/waves.h"

#include <cmath>
#include <numbers>
#include <stdexcept>
#include <string>

namespace grokscope {

Waves::Waves(int p) {
    if (p < 1) {
        throw std::invalid_argument("waves need a modulus p >= 1, got " + std::to_string(p));
    }
    for (int r = 0; r < p; ++r) {
        const double angle = 2 * std::numbers::pi * r / p;
        cosine_.push_back(std::cos(angle));
        sine_.push_back(2 * r == p ? 0 : std::sin(angle));
    }
}

} // namespace grokscope
