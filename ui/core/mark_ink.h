// How translucent a mark may be and still be seen. Pure arithmetic: no ImGui.
#pragma once

#include "ui/core/palette.h"

namespace grokscope::ui {

/// Contrast that a line, a dot or a sign has to what it stands on, at least (WCAG 2, 1.4.11).
inline constexpr double kMarkContrast = 3;
/// Opacity of what only lengthens such a mark: in the plots, the line at an event of a run that is
/// not selected, below its stroke in the lane.
inline constexpr float kGuide = 0.3F;

/// The opacity at which `ink` stands out from `ground`: `alpha` if it does, else as little more as
/// that takes, 1 if nothing does.
[[nodiscard]] float mark_alpha(const Color& ink, float alpha, const Color& ground);
/// `ink` at that opacity; where it is too near to the ground even then, opaque and as little nearer
/// to the theme's text as it takes.
[[nodiscard]] Color mark_ink(const Color& ink, float alpha, const Color& ground,
                             const Palette& palette);

} // namespace grokscope::ui
