// The sheets that lie over the whole window, in one list: what closes, covers or leaves out sheets
// goes through it.
// Threads: main thread only.
#pragma once

#include "ui/view_state.h"

#include <array>

namespace grokscope::ui {

/// Whether each is open, the one that Escape closes first in front; to be changed where `view` may
/// be. Forms and dialogs with a draft of their own are not among them, nor are the figures of F2,
/// which cover nothing.
[[nodiscard]] constexpr auto sheets(auto& view) {
    return std::array{&view.palette_open, &view.help_open,     &view.seeds_open,
                      &view.plane.open,   &view.collapse_open, &view.lottery_open,
                      &view.valley_open,  &view.path.open,     &view.laboratory_open,
                      &view.theory_open,  &view.rivals_open};
}

} // namespace grokscope::ui
