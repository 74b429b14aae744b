#include "ui/core/event_lane.h"

#include <algorithm>
#include <optional>

namespace grokscope::ui {

namespace {

class Lane {
public:
    Lane(const Rect& area, float height, float step, float gap)
        : area_(area), height_(height), step_(step), gap_(gap),
          free_from_(static_cast<std::size_t>(
                         std::max((area.height - height) / std::max(step, 1.0F) + 1, 1.0F)),
                     area.x) {}

    /// The highest row in which something can begin at `x`.
    [[nodiscard]] std::optional<std::size_t> row_at(float x) const {
        x = std::max(x, area_.x);
        const auto found = std::ranges::find_if(free_from_, [x](float from) { return from <= x; });
        return found == free_from_.end()
                   ? std::nullopt
                   : std::optional(static_cast<std::size_t>(found - free_from_.begin()));
    }
    /// Where something so wide stands that begins at `x`, or as near to it as the right edge lets
    /// it. Nothing: it would lie on another one.
    [[nodiscard]] std::optional<Rect> place(float x, float width) const {
        const float left = std::max(std::min(x, area_.right() - width), area_.x);
        const auto row = row_at(left);
        if (!row) {
            return std::nullopt;
        }
        return Rect{left, area_.y + static_cast<float>(*row) * step_,
                    std::min(width, area_.right() - left), height_};
    }
    /// The last one in its row has become so wide: it grows to the right, then to the left, and is
    /// cut where its neighbour is.
    [[nodiscard]] Rect grown(const Rect& rect, float width, float free_before) const {
        const float left = std::max(std::min(rect.x, area_.right() - width), free_before);
        return {left, rect.y, std::min(width, area_.right() - left), rect.height};
    }
    [[nodiscard]] float free_from(const Rect& rect) const { return free_from_[row_of(rect)]; }
    void take(const Rect& rect) { free_from_[row_of(rect)] = rect.right() + gap_; }

private:
    [[nodiscard]] std::size_t row_of(const Rect& rect) const {
        return static_cast<std::size_t>((rect.y - area_.y) / std::max(step_, 1.0F) + 0.5F);
    }

    Rect area_;
    float height_;
    float step_;
    float gap_;
    std::vector<float> free_from_; ///< by row
};

} // namespace

std::vector<LaneChip> lay_out_lane(std::span<const LaneEvent> events, const Rect& area,
                                   float height, float step, float gap, const ChipWidth& width) {
    Lane lane(area, height, step, gap);
    std::vector<LaneChip> chips;
    float free_before = area.x; // in the row of the last chip, without it
    for (std::size_t i = 0; i < events.size(); ++i) {
        // The first one always finds a place.
        const std::optional<Rect> place =
            lane.row_at(events[i].x) ? lane.place(events[i].x, width(i, 1)) : std::nullopt;
        if (place) {
            free_before = lane.free_from(*place);
            chips.push_back({*place, i, 1, i});
        } else {
            LaneChip& last = chips.back();
            ++last.count;
            last.head = events[i].rank > events[last.head].rank ? i : last.head;
        }
        LaneChip& last = chips.back();
        const bool complete = i + 1 == events.size() || lane.row_at(events[i + 1].x).has_value();
        if (last.count > 1 && complete) { // else thousands at one place would be measured in turn
            last.rect = lane.grown(last.rect, width(last.head, last.count), free_before);
        }
        lane.take(last.rect);
    }
    return chips;
}

} // namespace grokscope::ui
