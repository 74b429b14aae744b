#include "ui/core/layout.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace grokscope::ui {

namespace {

/// Puts each panel where it is docked; so far each lies as delivered.
void dock(Layout& layout, const Places& places) {
    const std::array<Rect, kPanels> rects{layout.runs, layout.plots, layout.wavetable,
                                          layout.circle};
    const std::array<Rect*, kPanels> panels{&layout.runs, &layout.plots, &layout.wavetable,
                                            &layout.circle};
    for (std::size_t place = 0; place < kPanels; ++place) {
        *panels[static_cast<std::size_t>(places[place])] = rects[place];
    }
}

} // namespace

Places swapped(Places places, Panel one, Panel other) {
    for (Panel& panel : places) {
        panel = panel == one ? other : panel == other ? one : panel;
    }
    return places;
}

Places moved_on(const Places& places, Panel panel) {
    const auto here = std::find(places.begin(), places.end(), panel);
    const auto next = here == places.end() || here + 1 == places.end() ? places.begin() : here + 1;
    return swapped(places, panel, *next);
}

bool complete(const Places& places) {
    return std::is_permutation(places.begin(), places.end(), kFactoryPlaces.begin());
}

int adding_lines(float width, float scale) {
    return width < 780 * scale ? 2 : 1;
}

Layout lay_out(float width, float height, float scale, const LayoutShares& shares,
               bool side_columns) {
    const auto px = [scale](float length) { return std::round(length * scale); };
    const float gap = px(8);
    Layout layout;
    const bool narrow = width < 1200 * scale;
    // Two pictures of half the width, with room for three plots above them.
    layout.pictures_below = narrow && side_columns && height >= 1.2F * width + px(200);
    layout.pictures_as_tab = narrow && !layout.pictures_below;
    layout.runs_folded = width < 900 * scale;

    const float strip_height = px(60);
    // A low window shows what it is for; keys still do what is not shown. 720 px at 300 % are 240.
    const bool low = height < 220 * scale;
    const float status_height = low ? 0 : px(28);
    layout.strip = {0, 0, width, strip_height};
    layout.status = {0, std::max(height - status_height, strip_height), width, status_height};

    float top = strip_height;
    if (layout.runs_folded && !low) {
        layout.chips = {0, top, width, px(38)};
        top = layout.chips.bottom();
    }
    if (layout.runs_folded && layout.pictures_below) {
        const auto lines = static_cast<float>(adding_lines(width, scale));
        layout.adding = {0, top, width, lines * px(48) + px(8)};
        top = layout.adding.bottom();
    }
    const float middle = std::max(layout.status.y - top - (low ? gap : 0), px(40));
    float left = gap;
    float right = width - gap;
    if (side_columns && !layout.runs_folded) {
        const float runs_width =
            std::round(std::clamp(width * shares.left, px(226), std::max(width * 0.4F, px(226))));
        layout.runs = {left, top, runs_width, middle};
        layout.left_splitter = {layout.runs.right(), top, gap, middle};
        left = layout.left_splitter.right();
    }
    float foot = top + middle;
    if (layout.pictures_below) {
        const float half = std::floor((right - left - gap) / 2);
        const float tall = std::min(std::round(middle * 0.45F), half + px(120)); // and its buttons
        foot -= tall + gap;
        layout.wavetable = {left, foot + gap, half, tall};
        layout.circle = {right - half, foot + gap, half, tall};
    } else if (side_columns && !narrow) {
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
    const float timeline_height = low ? 0 : px(46);
    const float plots_height = std::max(foot - top - (low ? 0 : timeline_height + gap), px(40));
    layout.plots = {left, top, std::max(right - left, px(40)), plots_height};
    layout.timeline = {left, top + plots_height + gap, layout.plots.width, timeline_height};
    layout.middle = layout.plots;
    layout.movable = side_columns && !narrow;
    if (!narrow) {
        dock(layout, shares.places);
    }
    return layout;
}

Layout lay_out_bare(float width, float height, float scale, const LayoutShares& shares) {
    // As with the side columns and a strip and a status bar beyond the edges.
    const float gap = std::round(8 * scale);
    const float pictures = lay_out(width, height, scale, shares, true).picture_splitter.width;
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
    bare.middle = bare.plots;
    return bare;
}

} // namespace grokscope::ui
