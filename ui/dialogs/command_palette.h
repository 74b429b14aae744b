// Everything that can be done, found by a few letters of its name (Ctrl+K).
// Threads: main thread only.
#pragma once

#include "ui/core/shortcuts.h"
#include "ui/kit/panel_input.h"

#include <cstddef>
#include <string>
#include <vector>

namespace grokscope::ui {

/// Rows of the table of keys that fit `typed`, the best first, in the order of the table where they
/// are equally good.
[[nodiscard]] std::vector<const Shortcut*> found_actions(const std::string& typed);

class CommandPalette {
public:
    /// Nothing while view.is_open(Action::kPalette) is off.
    void draw(const PanelInput& input, const Rect& window);

private:
    /// True when Enter was pressed in it.
    bool draw_field(const PanelInput& input);
    void choose(std::ptrdiff_t step, std::size_t count);
    /// The one that was clicked; null when none was.
    const Shortcut* draw_rows(const PanelInput& input, const std::vector<const Shortcut*>& rows);

    bool was_open_ = false;
    std::string typed_;
    std::size_t chosen_ = 0;
    bool take_focus_ = false;
    bool follow_chosen_ = false; ///< it moved: the list scrolls to it
};

} // namespace grokscope::ui
