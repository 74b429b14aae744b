// A sheet over the window: title, close button, and what the caller puts inside.
// Threads: main thread only.
#pragma once

#include "ui/core/rect.h"
#include "ui/kit/panel_input.h"

#include <string_view>

namespace grokscope::ui {

struct SheetSpec {
    /// ImGui's name of the window, e.g. "##help".
    const char* id;
    const char* title;
    /// Small words beside the title; may be empty.
    std::string_view subtitle = {};
    /// Name of its close button in the table of controls.
    std::string_view close;
    /// At 100 %; made smaller where the window has no room.
    float width = 760;
    /// 0: in the middle of the window; else at the right edge, this far below the top, at 100 %.
    float top = 0;
    /// With `top`: in the middle across. For what changes its height while it is open.
    bool centred = false;
};

/// Opens the sheet at the height that it needs and draws its title. False once the user closed it.
/// end_sheet() belongs to each call, whatever it returns.
[[nodiscard]] bool begin_sheet(const PanelInput& input, const Rect& window, const SheetSpec& spec);
void end_sheet();

/// Heights of a sheet in pixels as it was drawn last, kept by its owner; zero before that.
struct SheetHeights {
    float scrolled = 0; ///< of all that stands between begin_scrolled() and end_scrolled()
    float shown = 0;    ///< of what is seen of that
    float rest = 0;     ///< of the sheet without it
    float most = 0;     ///< of all, were nothing scrolled; the most since it was opened
};

/// A part of a sheet that scrolls where the window has no room for all of it, so that what follows
/// it, such as the button that the sheet is for, stays in view. end_scrolled() belongs to each
/// call.
void begin_scrolled(const PanelInput& input, SheetHeights& heights);
void end_scrolled(SheetHeights& heights);
/// end_sheet() for a sheet whose heights are kept.
void end_sheet(SheetHeights& heights);

} // namespace grokscope::ui
