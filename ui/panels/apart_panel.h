// Take it apart: frequencies, heads, the MLP and skip connections are taken out of recorded
// weights, and the mutilated model is measured beside the intact one (science.md section 5).
// Threads: main thread only.
#pragma once

#include "ui/panels/inside_frame.h"

namespace grokscope::ui {

/// Draws the panel into the ImGui child window that is open, and fills the frame's area. Clicks
/// change the ablation in the view state; the answer comes with a later reply.
void draw_apart_panel(const InsideFrame& frame);
/// The height that it needs at the width of the frame's area.
[[nodiscard]] float least_apart_height(const InsideFrame& frame);

} // namespace grokscope::ui
