// Where a small window stands that tells of the place under the mouse.
#pragma once

#include "ui/core/rect.h"

#include <span>
#include <utility>
#include <vector>

namespace grokscope::ui {

/// A window of this size beside (x, y), `gap` pixels to its right or left, whole within a screen of
/// `screen_width` x `screen_height`: never over what stands above or below the mouse where one of
/// the sides has room for it. It is on the right while that has room, or more than the left.
[[nodiscard]] Rect place_beside(float x, float y, float width, float height, float screen_width,
                                float screen_height, float gap);

/// Where words of this size about the control `item` stand: beside the window `around` that it is
/// in where that leaves room for them, so that they hide none of its controls; else below the item,
/// above it, or at one of its sides, anywhere along it, wherever they hide least of the `others`.
/// Whole within the screen, and not over the item where that can be.
[[nodiscard]] Rect place_words(const Rect& item, float width, float height, float screen_width,
                               float screen_height, const Rect& around, float gap,
                               std::span<const Rect> others = {});

/// Where the controls of a window stand: known of the frame before, while the present one is drawn.
class ControlPlaces {
public:
    void begin_frame() {
        std::swap(now_, before_);
        now_.clear();
    }
    void add(const Rect& control) { now_.push_back(control); }
    [[nodiscard]] std::span<const Rect> known() const { return before_; }

private:
    std::vector<Rect> now_;
    std::vector<Rect> before_;
};

} // namespace grokscope::ui
