// Name and colour of a run, in a menu of its row.
// Threads: main thread only.
#pragma once

#include "ui/kit/panel_input.h"

namespace grokscope::ui {

/// The menu that ImGui::OpenPopup("look") opened in the same scope of ids; nothing while closed.
void draw_look_menu(const PanelInput& input, const RunRecord& run);

} // namespace grokscope::ui
