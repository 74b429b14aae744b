// How an amplitude becomes a height, in the same words as shaders/common.glsl.
#pragma once

#include "ui/core/view_state.h"

#include <algorithm>
#include <cmath>

namespace grokscope::ui {

/// Decibels below the reference at which a height is zero; kDecibelRange of common.glsl.
inline constexpr float kDecibelRange = 40;

/// Number of the scale in common.glsl.
[[nodiscard]] constexpr int shader_number(WavetableScale scale) {
    switch (scale) {
    case WavetableScale::kDecibel:
        return 1;
    case WavetableScale::kShape:
        return 2;
    case WavetableScale::kLinear:
        break;
    }
    return 0;
}

/// Height 0..1 of an amplitude (science.md 3.2). reference: amplitude of height 1 in the linear and
/// the dB scale, > 0; row_max: largest of its row, used by the shape scale. What is not a number
/// has no height.
[[nodiscard]] inline float height_of(float amplitude, float row_max, float reference,
                                     WavetableScale scale) {
    float height = amplitude / reference;
    if (scale == WavetableScale::kShape) {
        height = amplitude / std::max(row_max, 1e-12F);
    } else if (scale == WavetableScale::kDecibel) {
        height = 1 + 20 * std::log10(std::max(height, 1e-12F)) / kDecibelRange;
    }
    return height > 0 ? std::min(height, 1.0F) : 0; // also when it is not a number
}

} // namespace grokscope::ui
