// The sheet of the laboratory: what measures the selected run, how often, at what cost, and how far
// behind it is.
// Threads: main thread only.
#pragma once

#include "ui/views/view.h"

namespace grokscope::ui {

class LaboratoryPanel final : public View {
public:
    bool draw(const PanelInput& input, const Rect& window) override;
    void rest(const PanelInput& input) override;
};

} // namespace grokscope::ui
