#include "ui/beside.h"

#include <algorithm>
#include <array>
#include <limits>

namespace grokscope::ui {

Rect place_beside(float x, float y, float width, float height, float screen_width,
                  float screen_height, float gap) {
    const float right = screen_width - x;
    const bool on_right = right >= width + gap || right >= x;
    const float left_edge = on_right ? x + gap : x - gap - width;
    return {std::clamp(left_edge, 0.0F, std::max(screen_width - width, 0.0F)),
            std::clamp(y + gap, 0.0F, std::max(screen_height - height, 0.0F)), width, height};
}

namespace {

float hidden_by(const Rect& words, const Rect& item, std::span<const Rect> others) {
    float hidden = 0;
    for (const Rect& other : others) {
        if (other != item && words.overlaps(other)) {
            hidden += (std::min(words.right(), other.right()) - std::max(words.x, other.x)) *
                      (std::min(words.bottom(), other.bottom()) - std::max(words.y, other.y));
        }
    }
    return hidden;
}

} // namespace

Rect place_words(const Rect& item, float width, float height, float screen_width,
                 float screen_height, const Rect& around, float gap, std::span<const Rect> others) {
    const float rightmost = std::max(screen_width - width, 0.0F);
    const float lowest = std::max(screen_height - height, 0.0F);
    const float level = std::clamp(item.y, 0.0F, lowest);
    if (around.right() + gap + width <= screen_width) {
        return {around.right() + gap, level, width, height};
    }
    if (around.x - gap - width >= 0) {
        return {around.x - gap - width, level, width, height};
    }
    const float x = std::clamp(item.x, 0.0F, rightmost);
    // In the order in which they are taken where they hide as much.
    const std::array places{Rect{x, item.bottom() + gap, width, height},
                            Rect{x, item.y - gap - height, width, height},
                            Rect{item.right() + gap, level, width, height},
                            Rect{item.x - gap - width, level, width, height}};
    Rect best{x, std::clamp(item.bottom() + gap, 0.0F, lowest), width, height};
    float least = std::numeric_limits<float>::infinity();
    for (const Rect& place : places) {
        const bool whole = place.x >= 0 && place.y >= 0 && place.right() <= screen_width &&
                           place.bottom() <= screen_height;
        const float hidden = whole ? hidden_by(place, item, others) : least;
        if (hidden < least) {
            least = hidden;
            best = place;
        }
    }
    return best;
}

} // namespace grokscope::ui
