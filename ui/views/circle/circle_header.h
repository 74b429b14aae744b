// The buttons over the circle: which frequency, which planes, one picture or several.
// Threads: main thread only.
#pragma once

#include "ui/kit/panel_input.h"

namespace grokscope::ui {

/// The presenter's "before, after" is a choice of its own: the user's comes back with another
/// picture.
[[nodiscard]] bool before_after(const PanelInput& input);
[[nodiscard]] CircleLayout circle_layout(const PanelInput& input);
[[nodiscard]] CirclePlane circle_plane(const PanelInput& input);
/// Rather than along principal components.
[[nodiscard]] bool along_frequency(const PanelInput& input);

/// `run` may be null; `frequency`: the one that is shown.
void draw_circle_header(const PanelInput& input, const RunRecord* run, int frequency);

} // namespace grokscope::ui
