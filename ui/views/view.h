// How a view that lies over the window is drawn.
// Threads: main thread only.
#pragma once

#include "ui/core/rect.h"
#include "ui/kit/panel_input.h"

namespace grokscope::ui {

class View {
public:
    View() = default;
    View(const View&) = delete;
    View& operator=(const View&) = delete;
    virtual ~View() = default;

    /// Over `window`, while it is open. False when the user closed it.
    [[nodiscard]] virtual bool draw(const PanelInput& input, const Rect& window) = 0;
    /// Once a frame while it is not open.
    virtual void rest(const PanelInput& /*input*/) {}
    /// As a picture by itself; of views whose ViewInfo has such pictures. Throws
    /// std::runtime_error, a sentence, where there is nothing to draw: no picture and no film is
    /// made then.
    virtual void draw_picture(const PanelInput& /*input*/, const Rect& /*area*/) {}
};

} // namespace grokscope::ui
