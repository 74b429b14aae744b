// Attention: per head, how much the last position looks at a, at b and at '=', over the grid of all
// pairs.
// Threads: main thread only.
#pragma once

#include "ui/scene/canvas.h"
#include "ui/views/inside/inside_frame.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace grokscope::ui {

class AttentionPanel final : public InsideTabView {
public:
    void draw(const InsideFrame& frame) override;
    [[nodiscard]] float least_height(const InsideFrame& frame) const override;

private:
    /// One small map: a head's weight on one token of the sequence.
    struct Cell {
        int head = 0;
        std::size_t token = 0;
        Rect rect;
    };

    void draw_cell(const InsideFrame& frame, const Cell& cell);
    /// Weight of `head` on `token` for each pair, [p*p].
    [[nodiscard]] static std::vector<float> weights(const InspectReply& reply, int head,
                                                    std::size_t token);
    void look_at(const InsideFrame& frame);
    void act_on(const InsideFrame& frame, const Cell& cell) const;

    std::vector<Canvas> canvases_; ///< [head][token]
    Canvas bar_;
    std::uint64_t seen_ = 0;
    std::vector<double> means_; ///< [head][token]
};

} // namespace grokscope::ui
