// The three things that an action of the user reads and changes.
// Threads: main thread only.
#pragma once

#include "ui/command_sink.h"
#include "ui/run_book.h"
#include "ui/view_state.h"

namespace grokscope::ui {

/// What the actions work on; references outlive it.
struct Desk {
    const RunBook& book;
    ViewState& view;
    CommandSink& commands;
};

/// The selected run; null when nothing is selected or its record is not here yet.
[[nodiscard]] inline const RunRecord* selected_run(const Desk& desk) {
    return desk.view.selected ? desk.book.find(*desk.view.selected) : nullptr;
}

} // namespace grokscope::ui
