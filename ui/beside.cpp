#include "ui/beside.h"

#include <algorithm>

namespace grokscope::ui {

Rect place_beside(float x, float y, float width, float height, float screen_width,
                  float screen_height, float gap) {
    const float right = screen_width - x;
    const bool on_right = right >= width + gap || right >= x;
    const float left_edge = on_right ? x + gap : x - gap - width;
    return {std::clamp(left_edge, 0.0F, std::max(screen_width - width, 0.0F)),
            std::clamp(y + gap, 0.0F, std::max(screen_height - height, 0.0F)), width, height};
}

Rect place_words(const Rect& item, float width, float height, float screen_width,
                 float screen_height, const Rect& around, float gap) {
    const float y = std::clamp(item.y, 0.0F, std::max(screen_height - height, 0.0F));
    if (around.right() + gap + width <= screen_width) {
        return {around.right() + gap, y, width, height};
    }
    if (around.x - gap - width >= 0) {
        return {around.x - gap - width, y, width, height};
    }
    const float below = item.bottom() + gap;
    const bool fits = below + height <= screen_height || item.y - gap < height;
    return {std::clamp(item.x, 0.0F, std::max(screen_width - width, 0.0F)),
            fits ? std::clamp(below, 0.0F, std::max(screen_height - height, 0.0F))
                 : item.y - gap - height,
            width, height};
}

} // namespace grokscope::ui
