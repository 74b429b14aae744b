#include "ui/layout.h"

#include <algorithm>
#include <cmath>

namespace grokscope::ui {

Layout lay_out(float width, float height, float scale, const LayoutShares& shares,
               bool side_columns) {
    const auto px = [scale](float length) { return std::round(length * scale); };
    const float gap = px(8);
    Layout layout;
    layout.pictures_as_tab = width < 1200 * scale;
    layout.runs_folded = width < 900 * scale;

    const float strip_height = px(60);
    const float status_height = px(28);
    layout.strip = {0, 0, width, strip_height};
    layout.status = {0, std::max(height - status_height, strip_height), width, status_height};

    float top = strip_height;
    if (layout.runs_folded) {
        layout.chips = {0, top, width, px(38)};
        top = layout.chips.bottom();
    }
    const float middle = std::max(layout.status.y - top, px(40));
    float left = gap;
    float right = width - gap;
    if (side_columns && !layout.runs_folded) {
        const float runs_width =
            std::round(std::clamp(width * shares.left, px(226), std::max(width * 0.4F, px(226))));
        layout.runs = {left, top, runs_width, middle};
        layout.left_splitter = {layout.runs.right(), top, gap, middle};
        left = layout.left_splitter.right();
    }
    if (side_columns && !layout.pictures_as_tab) {
        const float pictures =
            std::round(std::clamp(width * shares.right, px(240), std::max(width * 0.6F, px(240))));
        const float x = right - pictures;
        const float share = std::clamp(shares.wavetable, 0.15F, 0.85F);
        const float upper = std::round((middle - gap) * share);
        layout.wavetable = {x, top, pictures, upper};
        layout.picture_splitter = {x, top + upper, pictures, gap};
        layout.circle = {x, top + upper + gap, pictures, middle - upper - gap};
        layout.right_splitter = {x - gap, top, gap, middle};
        right = x - gap;
    }
    const float timeline_height = px(46);
    const float plots_height = std::max(middle - timeline_height - gap, px(40));
    layout.plots = {left, top, std::max(right - left, px(40)), plots_height};
    layout.timeline = {left, top + plots_height + gap, layout.plots.width, timeline_height};
    return layout;
}

Layout lay_out_bare(float width, float height, float scale, const LayoutShares& shares) {
    // As with the side columns and a strip and a status bar beyond the edges.
    const float gap = std::round(8 * scale);
    Layout layout = lay_out(width, height, scale, shares, true);
    const float pictures = layout.wavetable.width;
    const float right = pictures > 0 ? width - gap - pictures - gap : width - gap;
    const float middle = height - 2 * gap;
    Layout bare;
    bare.plots = {gap, gap, right - gap, middle};
    if (pictures > 0) {
        const float x = width - gap - pictures;
        const float upper = std::round((middle - gap) * std::clamp(shares.wavetable, 0.15F, 0.85F));
        bare.wavetable = {x, gap, pictures, upper};
        bare.circle = {x, gap + upper + gap, pictures, middle - upper - gap};
    }
    return bare;
}

} // namespace grokscope::ui
