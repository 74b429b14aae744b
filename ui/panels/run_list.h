// The left column: runs, the buttons that add one, and the sentence for the picture under the
// mouse.
#pragma once

#include "ui/panels/panel_input.h"
#include "ui/rect.h"

namespace grokscope::ui {

class RunList {
public:
    /// Draws into `rect` of the current ImGui window.
    void draw(const PanelInput& input, const Rect& rect);
};

} // namespace grokscope::ui
