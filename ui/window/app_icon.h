// The program's icon, computed: a ring of tokens around the jump of a test accuracy.
#pragma once

#include <cstdint>
#include <vector>

namespace grokscope::ui {

/// The icon as `size` x `size` RGBA bytes, top row first, alpha not premultiplied; sizes from 8 on,
/// else throws std::invalid_argument. The same size gives the same bytes.
[[nodiscard]] std::vector<std::uint8_t> draw_app_icon(int size);

} // namespace grokscope::ui
