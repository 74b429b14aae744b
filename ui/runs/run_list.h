// The left column: runs, the buttons that add one, and the sentence for the picture under the
// mouse.
#pragma once

#include "ui/core/rect.h"
#include "ui/kit/panel_input.h"

#include <optional>

namespace grokscope::ui {

class RunList {
public:
    /// Draws into `rect` of the current ImGui window.
    void draw(const PanelInput& input, const Rect& rect);

private:
    /// Scrolled into view last: a key may select a run that is out of sight.
    std::optional<RunId> shown_selected_;
};

} // namespace grokscope::ui
