// Steps back and forth between arrangements, and between the named layouts.
// Threads: main thread only.
#pragma once

#include "ui/core/arrangement.h"
#include "ui/core/view_state.h"

#include <cstddef>

namespace grokscope::ui {

/// The layout as it is shown now.
[[nodiscard]] NamedLayout layout_of(const ViewState& view);
void show_layout(ViewState& view, const NamedLayout& layout);
/// Shows layout `index` as the user left it (F6 to F8). When it is shown already, it is put back to
/// what it was when delivered.
void choose_layout(ViewState& view, std::size_t index);

/// One step back or forth; false at the end of the line.
bool undo(ViewState& view);
bool redo(ViewState& view);

} // namespace grokscope::ui
