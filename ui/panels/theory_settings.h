// The sliders, fields and choices of the theory view.
// Threads: main thread only.
#pragma once

#include "ui/panels/panel_input.h"

namespace grokscope::ui {

/// Draws them at ImGui's cursor, `width` pixels across, in `columns` columns of numbers.
void draw_theory_settings(const PanelInput& input, float width, int columns);

} // namespace grokscope::ui
