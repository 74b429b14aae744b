#include "ui/core/arrange.h"

namespace grokscope::ui {

Arrangement arrangement_of(const ViewState& view) {
    return {view.looks,        view.notes, view.removed, view.layout,         view.shares,
            view.side_columns, view.story, view.sorting, view.theory.settings};
}

void arrange(ViewState& view, const Arrangement& arrangement) {
    view.looks = arrangement.looks;
    view.notes = arrangement.notes;
    view.removed = arrangement.removed;
    if (view.layout != arrangement.layout) {
        view.layouts[view.layout] = layout_of(view);
        view.layout = arrangement.layout;
    }
    view.shares = arrangement.shares;
    view.side_columns = arrangement.side_columns;
    view.story = arrangement.story;
    view.sorting = arrangement.sorting;
    view.theory.settings = arrangement.theory;
}

NamedLayout layout_of(const ViewState& view) {
    return {view.shares, view.side_columns, view.story, view.third_plot};
}

void show_layout(ViewState& view, const NamedLayout& layout) {
    view.shares = layout.shares;
    view.side_columns = layout.side_columns;
    view.story = layout.story;
    view.third_plot = layout.third;
}

void choose_layout(ViewState& view, std::size_t index) {
    if (index == view.layout) {
        show_layout(view, factory_layouts()[index]);
        return;
    }
    view.layouts[view.layout] = layout_of(view);
    view.layout = index;
    show_layout(view, view.layouts[index]);
}

bool undo(ViewState& view) {
    view.history.observe(arrangement_of(view)); // what was done in this very frame
    const auto before = view.history.undo();
    if (before) {
        arrange(view, *before);
    }
    return before.has_value();
}

bool redo(ViewState& view) {
    view.history.observe(arrangement_of(view));
    const auto after = view.history.redo();
    if (after) {
        arrange(view, *after);
    }
    return after.has_value();
}

} // namespace grokscope::ui
