// The whole record on one line: transport buttons, events, what the plots show, the cursor.
#pragma once

#include "ui/core/rect.h"
#include "ui/kit/panel_input.h"

#include <imgui.h>

namespace grokscope::ui {

class Timeline {
public:
    /// Draws into `rect` of the current ImGui window. In presenter mode it keeps what a lesson
    /// needs, and says the cursor's epoch and of whom it is: no other panel of a room does.
    void draw(const PanelInput& input, const Rect& rect);

private:
    void draw_rate(const PanelInput& input, const ImVec2& size);
    void draw_branch(const PanelInput& input, const ImVec2& size);
    void draw_track(const PanelInput& input, const Rect& rect);
};

} // namespace grokscope::ui
