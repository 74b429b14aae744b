// Draws a panel so that what it throws ends neither the frame nor the program.
// Threads: main thread only.
#pragma once

#include "ui/core/rect.h"
#include "ui/kit/panel_input.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace grokscope::ui {

/// Calls `draw`. When that throws, everything that it left open in ImGui and ImPlot is ended,
/// `rect` shows a sentence in place of the panel, the log has it under "problem_NAME", and false is
/// returned. It is tried again at every frame, so another run, epoch or view brings the panel back.
/// `name` as of text::panel(). A window may be open, in which case the sentence lies within it, or
/// none.
bool draw_guarded(const PanelInput& input, std::string_view name, const Rect& rect,
                  const std::function<void()>& draw);

/// Where that is said of something which lies over the window.
[[nodiscard]] Rect upper_middle(const PanelInput& input, const Rect& window);

/// The same, but what was thrown is told in place of being shown. Nothing: all was drawn.
[[nodiscard]] std::optional<std::string> problem_in(const std::function<void()>& draw);

} // namespace grokscope::ui
