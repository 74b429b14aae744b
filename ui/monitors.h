// Which of several screens a window belongs to.
#pragma once

#include "ui/rect.h"

#include <cstddef>
#include <span>

namespace grokscope::ui {

/// The screen that holds the middle of `window`, else the one nearest to it; 0 without any.
[[nodiscard]] std::size_t screen_of(const Rect& window, std::span<const Rect> screens);

} // namespace grokscope::ui
