#include "ui/core/mark_ink.h"

#include <algorithm>

namespace grokscope::ui {

namespace {

/// By which a mark is made to stand out more.
constexpr float kStep = 0.04F;

/// With a little over, since pixels are whole numbers.
bool stands_out(const Color& seen, const Color& ground) {
    return contrast(seen, ground) >= kMarkContrast + 0.06;
}

} // namespace

float mark_alpha(const Color& ink, float alpha, const Color& ground) {
    while (alpha < 1 && !stands_out(mix(ground, ink, alpha), ground)) {
        alpha = std::min(alpha + kStep, 1.0F);
    }
    return alpha;
}

Color mark_ink(const Color& ink, float alpha, const Color& ground, const Palette& palette) {
    alpha = mark_alpha(ink, alpha, ground);
    Color seen = ink;
    for (float share = kStep; share < 1 && !stands_out(mix(ground, seen, alpha), ground);
         share += kStep) {
        seen = mix(ink, palette.text, share);
    }
    return seen.with_alpha(alpha);
}

} // namespace grokscope::ui
