// The sheet of the path: the weights of the selected run, and of the pinned one beside it, as a
// curve through their three principal components.
// Threads: main thread only.
#pragma once

#include "ui/views/view.h"

namespace grokscope::ui {

/// Draws it over `window` where the view has it open, and asks `input.study` for what it lacks.
class PathPanel final : public View {
public:
    bool draw(const PanelInput& input, const Rect& window) override;
    /// Throws std::runtime_error where the path is not computed yet, or cannot be.
    void draw_picture(const PanelInput& input, const Rect& area) override;
};

} // namespace grokscope::ui
