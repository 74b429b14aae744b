// The sliders, fields and choices of the theory view.
// Threads: main thread only.
#pragma once

#include "ui/kit/panel_input.h"

namespace grokscope::ui {

/// Nothing is typed into a slider: ImGui would bend a number to fit without a word.
inline constexpr ImGuiSliderFlags kDragged =
    ImGuiSliderFlags_AlwaysClamp | ImGuiSliderFlags_NoInput;
/// Around one slider of this width: flatter than a field.
void begin_slider(const Theme& theme, float width);
void end_slider();

/// Draws them at ImGui's cursor, `width` pixels across, in `columns` columns of numbers.
void draw_theory_settings(const PanelInput& input, float width, int columns);

} // namespace grokscope::ui
