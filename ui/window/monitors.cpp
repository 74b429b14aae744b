#include "ui/window/monitors.h"

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

Rect place_on_screens(const Rect& window, std::span<const Rect> screens) {
    if (screens.empty()) {
        return window;
    }
    const Rect& screen = screens[screen_of(window, screens)];
    if (screen.contains(window.x + window.width / 2, window.y + window.height / 2)) {
        return window;
    }
    const float width = std::min(window.width, screen.width);
    const float height = std::min(window.height, screen.height);
    return {std::clamp(window.x, screen.x, screen.right() - width),
            std::clamp(window.y, screen.y, screen.bottom() - height), width, height};
}

} // namespace grokscope::ui
