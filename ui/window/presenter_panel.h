// Presenter mode: large type for the last row, and only what matters (ui.md section 5).
// Threads: main thread only.
#pragma once

#include "ui/core/rect.h"
#include "ui/kit/panel_input.h"

#include <functional>

namespace grokscope::ui {

/// What the presenter shows besides its own headline and figures; each draws into a rectangle of
/// the current ImGui window.
struct PresenterParts {
    std::function<void(const Rect&)> start;
    std::function<void(const Rect&)> accuracy;
    /// The bar that replays and scrubs, with the cursor's epoch.
    std::function<void(const Rect&)> transport;
    /// The picture of `view.settings.presenter.picture`, with its own card.
    std::function<void(const Rect&)> picture;
};

/// Draws the whole of `window`.
void draw_presenter(const PanelInput& input, const Rect& window, const PresenterParts& parts);

} // namespace grokscope::ui
