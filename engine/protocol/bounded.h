// A figure of which perhaps only bounds are known: the grok epoch of a run that ended before it
// grokked, and what is computed from it.
#pragma once

#include <cmath>
#include <limits>
#include <string>

namespace grokscope {

/// The true value lies in low..high. Figures of this kind are not negative.
struct Bounded {
    double low = 0;
    double high = std::numeric_limits<double>::infinity();

    [[nodiscard]] static Bounded exactly(double value) { return {value, value}; }
    [[nodiscard]] static Bounded above(double value) { return Bounded{.low = value}; }

    [[nodiscard]] bool is_exact() const { return low == high; }
    [[nodiscard]] bool is_above() const { return low > 0 && std::isinf(high); }
    [[nodiscard]] bool is_below() const { return low <= 0 && std::isfinite(high) && high > 0; }

    friend bool operator==(const Bounded&, const Bounded&) = default;
};

/// "2.60", "> 2.60", "< 2.60", "1.20 to 2.60", or "?" where nothing is known; `number` writes a
/// double.
template <typename Number>
[[nodiscard]] std::string in_words(const Bounded& figure, Number number) {
    if (figure.is_exact() || std::isnan(figure.low)) { // `number` knows what to say of that
        return number(figure.low);
    }
    if (figure.is_above()) {
        return "> " + std::string(number(figure.low));
    }
    if (figure.is_below()) {
        return "< " + std::string(number(figure.high));
    }
    return figure.low > 0 ? std::string(number(figure.low)) + " to " + number(figure.high) : "?";
}

} // namespace grokscope
