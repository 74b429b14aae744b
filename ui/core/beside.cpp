#include "ui/core/beside.h"

#include <algorithm>
#include <cmath>
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

/// How much is lost under the words: a control no larger than they are with any part of it, the
/// more the more of it; of a larger one, a plot or a long bar, the share that they cover.
float hidden_by(const Rect& words, const Rect& item, std::span<const Rect> others) {
    float hidden = 0;
    for (const Rect& other : others) {
        if (other != item && words.overlaps(other)) {
            const float covered =
                (std::min(words.right(), other.right()) - std::max(words.x, other.x)) *
                (std::min(words.bottom(), other.bottom()) - std::max(words.y, other.y));
            const bool larger = other.width > words.width || other.height > words.height;
            hidden += larger ? covered / (other.width * other.height)
                             : 1 + covered / (words.width * words.height);
        }
    }
    return hidden;
}

/// `from` moved towards `to` by `way`, but no further.
float moved(float from, float to, float way) {
    return from < to ? std::min(from + way, to) : std::max(from - way, to);
}

} // namespace

Rect place_words(const Rect& item, float width, float height, float screen_width,
                 float screen_height, const Rect& around, float gap, std::span<const Rect> others) {
    const float rightmost = std::max(screen_width - width, 0.0F);
    const float lowest = std::max(screen_height - height, 0.0F);
    const float level = std::clamp(item.y, 0.0F, lowest);
    const float x = std::clamp(item.x, 0.0F, rightmost);
    Rect best{x, std::clamp(item.bottom() + gap, 0.0F, lowest), width, height};
    float least = std::numeric_limits<float>::infinity();
    const auto try_at = [&](float left, float top) {
        const Rect place{left, top, width, height};
        const bool whole = place.x >= 0 && place.y >= 0 && place.right() <= screen_width &&
                           place.bottom() <= screen_height;
        const float hidden = whole ? hidden_by(place, item, others) : least;
        if (hidden < least) {
            least = hidden;
            best = place;
        }
    };
    // Beginning with the item, or moved along it until they end with it; where places hide as much,
    // the first.
    const float last_x = std::clamp(item.right() - width, 0.0F, rightmost);
    const float last_y = std::clamp(item.bottom() - height, 0.0F, lowest);
    const float way = std::max(std::abs(last_x - x), std::abs(last_y - level));
    const bool right_of = around.right() + gap + width <= screen_width;
    const bool beside = right_of || around.x - gap - width >= 0;
    for (float by = 0; by < way + gap; by += gap) {
        const float moved_y = moved(level, last_y, by);
        if (beside) {
            try_at(right_of ? around.right() + gap : around.x - gap - width, moved_y);
            continue;
        }
        const float moved_x = moved(x, last_x, by);
        try_at(moved_x, item.bottom() + gap);
        try_at(moved_x, item.y - gap - height);
        try_at(item.right() + gap, moved_y);
        try_at(item.x - gap - width, moved_y);
    }
    return best;
}

} // namespace grokscope::ui
