// The sheet of the collapse: the figures of one run on one scale over its epochs, and which of them
// leads.
// Threads: main thread only.
#pragma once

#include "engine/protocol/condensation.h"
#include "ui/views/view.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace grokscope::ui {

class CollapsePanel final : public View {
public:
    bool draw(const PanelInput& input, const Rect& window) override;
    void draw_picture(const PanelInput& input, const Rect& area) override;

private:
    /// Reckons anew what has grown.
    void look_at(const PanelInput& input);
    void draw_table(const PanelInput& input);

    struct Looked {
        std::uint64_t grown = 0; ///< what it was made of
        Condensation figures;
    };
    std::map<RunId, Looked> runs_; ///< of the shown ones
    std::optional<RunId> selected_;
};

} // namespace grokscope::ui
