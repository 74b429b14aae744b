// What of a frame differs from the one before, so that the rest need not be drawn again. A software
// renderer pays for pixels; describing a frame costs next to nothing (ui.md section 10).
// Threads: main thread only.
#pragma once

#include "ui/kit/panel_input.h"

#include <cstdint>
#include <span>
#include <vector>

struct ImDrawData;
struct ImVec4;

namespace grokscope::ui {

/// Whole pixels from the top left; right and bottom are the first ones outside.
struct PixelBox {
    int left = 0;
    int top = 0;
    int right = 0;
    int bottom = 0;

    [[nodiscard]] bool empty() const { return left >= right || top >= bottom; }
    [[nodiscard]] std::int64_t area() const {
        return empty() ? 0 : std::int64_t{right - left} * (bottom - top);
    }
    friend bool operator==(const PixelBox&, const PixelBox&) = default;
};

[[nodiscard]] PixelBox intersection(const PixelBox& one, const PixelBox& other);
[[nodiscard]] PixelBox smallest_around(const PixelBox& one, const PixelBox& other);
/// The whole pixels of a plain area.
[[nodiscard]] PixelBox pixels_of(const Rect& rect);

/// Keeps for each tile of the picture a hash of all that is drawn there, in its order. A texture is
/// told by its id, so that one whose content changed has to have another (picture_kit.h,
/// texture_id()).
class FrameDamage {
public:
    /// Edges of a tile, in pixels.
    static constexpr int kTile = 32;
    /// Each part costs a pass over what is drawn, so that near ones are drawn as one.
    static constexpr std::size_t kMostParts = 12;

    /// The parts that differ from the frame before, disjoint; none where it is the same, the whole
    /// picture when it has another size or after forget().
    [[nodiscard]] std::vector<PixelBox> take(int width, int height, std::span<const Ground> grounds,
                                             const ImDrawData& data);
    /// What was drawn before is gone, or means something else now.
    void forget() { before_.clear(); }

private:
    void add_grounds(std::span<const Ground> grounds);
    void add(const ImDrawData& data);
    void add_box(const PixelBox& box, std::uint64_t content);
    [[nodiscard]] std::vector<PixelBox> changed_runs() const;

    int width_ = 0;
    int height_ = 0;
    int columns_ = 0;
    int rows_ = 0;
    std::vector<std::uint64_t> tiles_;  ///< by rows
    std::vector<std::uint64_t> before_; ///< of the frame before; empty: unknown
    std::vector<std::uint64_t> corners_;
};

/// Leaves in `data` what has to be drawn for `parts`, which are disjoint, to look as they would if
/// everything were drawn, and nothing outside them.
void keep_only(ImDrawData& data, std::span<const PixelBox> parts);

} // namespace grokscope::ui
