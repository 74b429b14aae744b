// The map: every pair as one cell, blue where the model is right, orange where it is wrong, with
// the query box beside it (ui.md section 9, science.md 3.5). Threads: main thread only.
#pragma once

#include "ui/scene/canvas.h"
#include "ui/views/inside/inside_frame.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace grokscope::ui {

class MapPanel final : public InsideTabView {
public:
    void draw(const InsideFrame& frame) override;
    [[nodiscard]] float least_height(const InsideFrame& frame) const override;

private:
    /// How many of a kind of pair are answered rightly.
    struct Count {
        std::size_t right = 0;
        std::size_t all = 0;
        void add(bool is_right) {
            right += is_right ? 1 : 0;
            ++all;
        }
        [[nodiscard]] double share() const {
            return static_cast<double>(right) / static_cast<double>(all > 0 ? all : 1);
        }
    };

    void look_at(const InsideFrame& frame);
    void draw_map(const InsideFrame& frame, const Rect& map);
    void act_on(const InsideFrame& frame, const Rect& map);
    /// `pixels`: the side of the map's picture.
    void draw_side(const InsideFrame& frame, const Rect& area, int pixels) const;

    Canvas canvas_;
    std::uint64_t seen_ = 0; ///< content of what follows
    // In the order of the picture, row by row.
    std::vector<int> numbers_; ///< of rows and columns
    std::vector<NumberPair> cells_;
    std::vector<float> confidence_;
    std::vector<std::uint8_t> trains_;
    std::vector<std::uint8_t> blank_;
    std::vector<std::uint8_t> right_;
    std::vector<std::uint8_t> mirror_marks_;
    Count trained_;
    Count unseen_;
    Count mirrored_; ///< of the unseen: b + a was trained on
    Count truly_new_;
};

} // namespace grokscope::ui
