// What ImGui shows by the clock: tooltips, the caret, keys that repeat, windows that fade.
// Threads: main thread only.
#pragma once

namespace grokscope::ui {

/// After a frame: seconds until the same input would look different, at least 0; kNever when it
/// stays as it is.
[[nodiscard]] double seconds_to_imgui_change();

} // namespace grokscope::ui
