#include "ui/monitors.h"

#include <algorithm>

namespace grokscope::ui {

std::size_t screen_of(const Rect& window, std::span<const Rect> screens) {
    const float x = window.x + window.width / 2;
    const float y = window.y + window.height / 2;
    const auto distance = [&](const Rect& screen) {
        const float across = x - std::clamp(x, screen.x, std::max(screen.x, screen.right() - 1));
        const float down = y - std::clamp(y, screen.y, std::max(screen.y, screen.bottom() - 1));
        return across * across + down * down;
    };
    const auto nearest = std::ranges::min_element(screens, {}, distance);
    return static_cast<std::size_t>(nearest - screens.begin());
}

} // namespace grokscope::ui
