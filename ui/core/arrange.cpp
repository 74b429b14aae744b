#include "ui/core/arrange.h"

namespace grokscope::ui {

namespace {

/// Puts an arrangement back; a layout that is left is kept as it was.
void arrange(ViewState& view, const Arrangement& arrangement) {
    if (view.arrangement.layout != arrangement.layout) {
        view.settings.layouts[view.arrangement.layout] = layout_of(view);
    }
    view.arrangement = arrangement;
}

} // namespace

NamedLayout layout_of(const ViewState& view) {
    return {view.arrangement.shares, view.arrangement.side_columns, view.arrangement.story,
            view.settings.third_plot};
}

void show_layout(ViewState& view, const NamedLayout& layout) {
    view.arrangement.shares = layout.shares;
    view.arrangement.side_columns = layout.side_columns;
    view.arrangement.story = layout.story;
    view.settings.third_plot = layout.third;
}

void choose_layout(ViewState& view, std::size_t index) {
    if (index == view.arrangement.layout) {
        show_layout(view, factory_layouts()[index]);
        return;
    }
    view.settings.layouts[view.arrangement.layout] = layout_of(view);
    view.arrangement.layout = index;
    show_layout(view, view.settings.layouts[index]);
}

bool undo(ViewState& view) {
    view.history.observe(view.arrangement); // what was done in this very frame
    const auto before = view.history.undo();
    if (before) {
        arrange(view, *before);
    }
    return before.has_value();
}

bool redo(ViewState& view) {
    view.history.observe(view.arrangement);
    const auto after = view.history.redo();
    if (after) {
        arrange(view, *after);
    }
    return after.has_value();
}

} // namespace grokscope::ui
