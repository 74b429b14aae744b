// Where a tooltip stands, so that it does not hide what it is about, nor what is used next.
// Threads: main thread only.
#pragma once

#include "ui/core/rect.h"
#include "ui/kit/panel_input.h"

#include <string_view>

namespace grokscope::ui {

struct TooltipPlace {
    Rect rect;
    float wrap = 0; ///< from the left edge
};

/// Of ImGui's tooltip with these words and `keys`: beside a sheet or dialog; in the main window
/// near the item, or beside its card where it would hide another control else. The style of its
/// window is pushed.
[[nodiscard]] TooltipPlace tooltip_place(const PanelInput& input, const Rect& item,
                                         const char* words, std::string_view keys);

} // namespace grokscope::ui
