// A rectangle in window pixels, origin top left.
#pragma once

#include <cmath>

namespace grokscope::ui {

struct Rect {
    float x = 0;
    float y = 0;
    float width = 0;
    float height = 0;

    [[nodiscard]] float right() const { return x + width; }
    [[nodiscard]] float bottom() const { return y + height; }
    [[nodiscard]] bool contains(float at_x, float at_y) const {
        return at_x >= x && at_x < right() && at_y >= y && at_y < bottom();
    }
    [[nodiscard]] bool overlaps(const Rect& other) const {
        return x < other.right() && other.x < right() && y < other.bottom() && other.y < bottom();
    }
    friend bool operator==(const Rect&, const Rect&) = default;
};

/// The same with its edges on whole pixels, each on the nearest: neighbours that touched still do.
[[nodiscard]] inline Rect on_whole_pixels(const Rect& rect) {
    const float x = std::round(rect.x);
    const float y = std::round(rect.y);
    return {x, y, std::round(rect.right()) - x, std::round(rect.bottom()) - y};
}

} // namespace grokscope::ui
