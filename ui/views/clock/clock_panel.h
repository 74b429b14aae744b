// The clock: how the model turns a and b into a + b, frequency by frequency, for the pair in the
// query box (science.md section 5).
// Threads: main thread only.
#pragma once

#include "ui/views/inside/inside_frame.h"

#include <cstddef>
#include <vector>

namespace grokscope::ui {

class ClockPanel final : public InsideTabView {
public:
    /// Most dials side by side; of more, those with the longest hands of the model.
    static constexpr std::size_t kMostDials = 5;

    void draw(const InsideFrame& frame) override;
    [[nodiscard]] float least_height(const InsideFrame& frame) const override;

private:
    void draw_dials(const InsideFrame& frame, const Rect& area,
                    const std::vector<const ClockReading*>& clocks);
    void draw_sum(const InsideFrame& frame, const Rect& area,
                  const std::vector<const ClockReading*>& clocks);
};

} // namespace grokscope::ui
