// Which of several screens a window belongs to.
#pragma once

#include "ui/core/rect.h"

#include <cstddef>
#include <span>

namespace grokscope::ui {

/// The screen that holds the middle of `window`, else the one nearest to it; 0 without any.
[[nodiscard]] std::size_t screen_of(const Rect& window, std::span<const Rect> screens);

/// Where `window` is to be among these screens: where it is while one of them holds its middle,
/// else on the one nearest to it, whole if it is no larger. A screen may be unplugged with the
/// window on it.
[[nodiscard]] Rect place_on_screens(const Rect& window, std::span<const Rect> screens);

} // namespace grokscope::ui
