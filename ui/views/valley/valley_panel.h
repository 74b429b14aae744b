// The sheet of the valley: the loss on lines away from the weights of the selected run, while it
// memorised, memorised, grokked and at the cursor, side by side.
// Threads: main thread only.
#pragma once

#include "ui/views/view.h"

namespace grokscope::ui {

/// Draws it over `window` where the view has it open, and asks `input.study` for what it lacks.
class ValleyPanel final : public View {
public:
    bool draw(const PanelInput& input, const Rect& window) override;
    /// Throws std::runtime_error where it is not computed yet, or cannot be.
    void draw_picture(const PanelInput& input, const Rect& area) override;
};

} // namespace grokscope::ui
