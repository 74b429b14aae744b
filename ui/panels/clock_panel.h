// The clock: how the model turns a and b into a + b, frequency by frequency, for the pair in the
// query box (science.md section 5).
// Threads: main thread only.
#pragma once

#include "ui/panels/inside_frame.h"

#include <cstddef>
#include <vector>

namespace grokscope::ui {

class ClockPanel {
public:
    /// Most dials side by side; of more, those with the longest hands of the model.
    static constexpr std::size_t kMostDials = 5;

    /// Draws into the ImGui child window that is open, and fills the frame's area.
    void draw(const InsideFrame& frame);
    /// The height below which it is better scrolled, at the width of the frame's area.
    [[nodiscard]] static float least_height(const InsideFrame& frame);

private:
    void draw_dials(const InsideFrame& frame, const Rect& area,
                    const std::vector<const ClockReading*>& clocks);
    void draw_sum(const InsideFrame& frame, const Rect& area,
                  const std::vector<const ClockReading*>& clocks);
};

} // namespace grokscope::ui
