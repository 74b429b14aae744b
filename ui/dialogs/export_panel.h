// The dialogs for saving and opening files, and what became of it: notices, questions, offers.
// Threads: main thread only.
#pragma once

#include "ui/core/file_controller.h"
#include "ui/core/rect.h"
#include "ui/kit/panel_input.h"
#include "ui/kit/sheet.h"

#include <span>
#include <string>

namespace grokscope::ui {

class FilePanels {
public:
    /// Draws whatever of it is open, over everything else. `panels`: names of the panels on screen,
    /// of which pictures can be taken.
    void draw(const PanelInput& input, FileController& files, const DrawPicture& draw,
              std::span<const PanelRect> panels);

private:
    SheetHeights export_;
    SheetHeights open_;
};

} // namespace grokscope::ui
