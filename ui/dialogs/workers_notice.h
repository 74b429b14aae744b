// Threads that train: the offer of fewer when the window starves, and the buttons that change them.
// Threads: main thread only.
#pragma once

#include "ui/kit/panel_input.h"

#include <string_view>

namespace grokscope::ui {

/// The offer, and once it was taken the way back, its foot at `y` pixels; nothing otherwise, nor
/// while presenting.
void draw_workers_notice(const PanelInput& input, float y);

/// Two buttons side by side, fewer threads and all of them, each when that changes something.
void draw_workers_buttons(const PanelInput& input, std::string_view suffix);

} // namespace grokscope::ui
