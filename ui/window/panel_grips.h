// The handles by which panels are dragged from one place of the window to another.
// Threads: main thread only.
#pragma once

#include "ui/core/layout.h"
#include "ui/kit/panel_input.h"

#include <optional>

namespace grokscope::ui {

class PanelGrips {
public:
    /// Draws a handle at the upper edge of each panel, over it. Dropped on another panel, the two
    /// change places; pressed with Enter, the panel goes to the next place. Writes
    /// ViewState::shares, and so is undone, kept and put back like every other change of layout.
    void draw(const PanelInput& input, const Layout& layout);

private:
    std::optional<Panel> dragged_;
};

} // namespace grokscope::ui
