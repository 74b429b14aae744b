// The three things that an action of the user reads and changes.
// Threads: main thread only.
#pragma once

#include "ui/core/command_sink.h"
#include "ui/core/run_book.h"
#include "ui/core/view_state.h"

namespace grokscope::ui {

/// What the actions work on; references outlive it.
struct ActionContext {
    const RunBook& book;
    ViewState& view;
    CommandSink& commands;
};

/// The selected run; null when nothing is selected or its record is not here yet.
[[nodiscard]] inline const RunRecord* selected_run(const ActionContext& context) {
    return context.view.selected ? context.book.find(*context.view.selected) : nullptr;
}

} // namespace grokscope::ui
