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

} // namespace grokscope::ui
