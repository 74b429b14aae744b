#include "ui/scene/ridge_curve.h"

#include "ui/scene/amplitude.h"

#include <algorithm>

namespace grokscope::ui {
namespace {

/// Harmonic mean of the neighbouring slopes; 0 at an extremum.
float limited_slope(float left, float right) {
    return left * right > 0 ? 2 * left * right / (left + right) : 0;
}

} // namespace

void append_curve(std::span<const float> amplitudes, int steps, float reference,
                  WavetableScale scale, std::vector<float>& out) {
    const float row_max = *std::max_element(amplitudes.begin(), amplitudes.end());
    const auto height = [&](std::size_t k) {
        return height_of(amplitudes[k], row_max, reference, scale);
    };
    const std::size_t last = amplitudes.size() - 1;
    float here = height(0);
    float next = height(1);
    float slope_here = next - here;
    for (std::size_t k = 0; k < last; ++k) {
        const float after = k + 2 <= last ? height(k + 2) : next;
        const float slope_next =
            k + 2 <= last ? limited_slope(next - here, after - next) : next - here;
        for (int step = 0; step < steps; ++step) {
            const float t = static_cast<float>(step) / static_cast<float>(steps);
            const float s = 1 - t;
            out.push_back(s * s * (1 + 2 * t) * here + t * t * (3 - 2 * t) * next +
                          s * s * t * slope_here - t * t * s * slope_next);
        }
        here = next;
        next = after;
        slope_here = slope_next;
    }
    out.push_back(here);
}

} // namespace grokscope::ui
