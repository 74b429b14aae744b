// Turns keys into actions by the one table of shortcuts.
// Threads: main thread only.
#pragma once

#include "ui/core/actions.h"
#include "ui/core/shortcuts.h"

#include <span>
#include <vector>

namespace grokscope::ui {

/// What an action asks of the window itself.
enum class WindowRequest : std::uint8_t {
    kNone,
    kQuit,
    kToggleFullScreen,
    kExport,
    kPicture,
    kOpen,
    kCopyView,
    kPasteView
};

/// Once per frame, after ImGui's NewFrame and before the panels: what the keys pressed since the
/// last frame mean. Keys that ImGui's navigation would act on too are claimed from it. While a text
/// field is active only chords with Ctrl and function keys count; while the focus ring is visible
/// the arrows belong to the controls.
[[nodiscard]] std::vector<Action> actions_of(std::span<const KeyPress> presses);

/// Whether it opens a sheet of the view whose field takes the caret.
[[nodiscard]] bool opens_field(Action action, const ViewState& view);

/// Does it.
WindowRequest perform(Action action, ActionContext context);

} // namespace grokscope::ui
