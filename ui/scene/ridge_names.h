// Where the epochs of rows are named, beside the ends of their lines. Pure arithmetic: no GL, no
// ImGui.
#pragma once

#include "ui/scene/ridge_layout.h"

#include <vector>

namespace grokscope::ui {

/// Named at the height of its noise a row is named where its line is seen to end; but never lower
/// than a row in front of it, which would hide it: the names keep the order and at least the
/// distance of their rows.
class RidgeNames {
public:
    /// `on_left`: beside the first frequency, else the last. References outlive this.
    RidgeNames(const RidgeLayout& layout, const SpectrumRows& rows, float reference,
               WavetableScale scale, bool on_left);

    /// The middle of the end of a name of that row, `line` pixels high, from which on nothing is
    /// drawn behind it: clear of the rows in front that rise beside it.
    [[nodiscard]] PicturePoint at(int row, float line) const;

private:
    struct End {
        float noise = 0; ///< heights, 0..1: what the row is named at
        float curve = 0; ///< where its line ends, which may be up a ridge
    };
    const RidgeLayout& layout_;
    bool on_left_;
    float edge_;
    std::vector<End> ends_;
};

} // namespace grokscope::ui
