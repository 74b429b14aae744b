// The button that adds a run to the race: its label over a piece of its curve, with a tick once it
// runs.
// Threads: main thread only.
#pragma once

#include "engine/protocol/config.h"
#include "ui/kit/panel_input.h"

#include <string_view>

namespace grokscope::ui {

/// Draws it at ImGui's cursor; `control` is its name in the table of controls, the run's label its
/// suffix there. True when pressed.
[[nodiscard]] bool draw_challenger_button(const PanelInput& input, std::string_view control,
                                          const RunConfig& config, bool exists, ImVec2 size);

} // namespace grokscope::ui
