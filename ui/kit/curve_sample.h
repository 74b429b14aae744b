// A piece of a curve in a legend.
#pragma once

#include "ui/kit/icons.h"

namespace grokscope::ui {

/// A level piece of a curve from `from`, `width` long and `thickness` thick (pixels), with its
/// marker in the middle and a casing where the style has one.
void draw_sample(ImDrawList& list, const CurveStyle& style, ImVec2 from, float width,
                 float thickness, float scale, const Color& background);

} // namespace grokscope::ui
