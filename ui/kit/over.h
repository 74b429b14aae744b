// A small window over the others: notices, questions, dialogs about files.
// Threads: main thread only.
#pragma once

#include "ui/kit/panel_input.h"

#include <string_view>

namespace grokscope::ui {

/// Opens it, centred across, `width` wide at 100 %, its top (or, with `at_bottom`, its foot) at `y`
/// pixels, as high as what it holds. end_over() belongs to each call.
void begin_over(const PanelInput& input, const char* id, float y, float width, bool at_bottom,
                const Color& border);
void end_over();

/// The lowest foot, at most `foot`, that a window between these edges can have above all small
/// windows that stand at the foot of the screen.
[[nodiscard]] float foot_above_overs(const Theme& theme, float left, float right, float foot);

/// Text in it, wrapped.
void over_words(const PanelInput& input, std::string_view words);

} // namespace grokscope::ui
