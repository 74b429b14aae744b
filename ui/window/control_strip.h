// The strip at the top: Start, Step, Reset, speed, task, preset and seed.
#pragma once

#include "ui/core/rect.h"
#include "ui/kit/panel_input.h"

namespace grokscope::ui {

class ControlStrip {
public:
    /// Draws into `rect` of the current ImGui window.
    void draw(const PanelInput& input, const Rect& rect);

    /// Only the big button, at the left of `rect`.
    static void draw_start_only(const PanelInput& input, const Rect& rect);

private:
    /// Until when a second press of Reset resets; seconds as in FrameFacts.
    double reset_armed_until_ = 0;
};

} // namespace grokscope::ui
