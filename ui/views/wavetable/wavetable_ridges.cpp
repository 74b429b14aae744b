// WavetablePanel's ridges: the shader's picture, and around it what a newcomer needs to read it.
#include "ui/core/mark_ink.h"
#include "ui/core/picture_text.h"
#include "ui/core/text.h"
#include "ui/kit/widgets.h"
#include "ui/scene/amplitude.h"
#include "ui/scene/ridge_names.h"
#include "ui/views/wavetable/wavetable_panel.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

namespace grokscope::ui {
namespace {

/// Pixels from one row to the next when the picture is full, at 100 %.
constexpr float kSpacing = 2.2F;

RidgeStyle style_of(const Theme& theme) {
    const Palette& palette = *theme.palette;
    RidgeStyle style;
    style.background = palette.panel;
    style.cursor = palette.accent;
    style.line_width = 1.2F * std::max(theme.scale, 0.8F);
    style.cursor_width = 2.6F * std::max(theme.scale, 0.8F);
    if (theme.kind == ThemeKind::kDark) {
        style.line_old = rgb(0x465366);
        style.line_new = rgb(0xdde6f2);
        style.ruler = rgb(0xffffff).with_alpha(0.7F);
        style.crest = rgb(0x4c9df0).with_alpha(0.35F);
    } else {
        style.line_old = rgb(0xa9b8c9);
        style.line_new = rgb(0x1f3a5c);
        style.ruler = rgb(0x0b1520).with_alpha(0.6F);
        style.crest = rgb(0x4c9df0).with_alpha(0.22F);
    }
    return style;
}

gl::Size pixels_within(const Rect& area) {
    const ImVec2 factor = ImGui::GetIO().DisplayFramebufferScale;
    return {std::max(static_cast<int>(area.width * factor.x), 1),
            std::max(static_cast<int>(area.height * factor.y), 1)};
}

/// Width of the names at the side of the height: "0 dB", "1,200".
float pole_width(const Theme& theme, const std::string& top) {
    return std::max(text_size(theme.small, "0 dB").x, text_size(theme.small, top).x) + theme.px(16);
}

std::string top_name(WavetableScale scale, float reference) {
    return scale == WavetableScale::kShape     ? "max"
           : scale == WavetableScale::kDecibel ? "0 dB"
                                               : figure(reference);
}

} // namespace

float WavetablePanel::factor_of(const Pane& pane, const RidgeLayout& layout) {
    return static_cast<float>(layout.size.width) / pane.area.width;
}

ImVec2 WavetablePanel::place_in(const Pane& pane, const RidgeLayout& layout, float frequency,
                                float place, float value) {
    const PicturePoint point = layout.at(frequency, place, value);
    const float factor = factor_of(pane, layout);
    return {pane.area.x + point.x / factor, pane.area.bottom() - point.y / factor};
}

void WavetablePanel::draw_ridges(std::span<Pane> panes) {
    const Pane& first = panes.front();
    const Theme& theme = first.theme();
    const WavetableView& chosen = first.view();
    const float factor = ImGui::GetIO().DisplayFramebufferScale.x;
    gl::Size size = pixels_within(first.area);
    Margins margins{0, 0, (first.names() + theme.px(4)) * factor,
                    (2.2F * first.line() + theme.px(14)) * factor};
    const int capacity =
        ridge_capacity(size, margins, chosen.tilt, kSpacing * std::max(theme.scale, 0.8F) * factor);
    share_scale(panes, &Canvas::ridge_rows, capacity);

    // Epochs stand at the side to which the back is not moved, heights at the other.
    const float epochs = text_size(theme.small, "00,000").x + theme.px(8);
    const float heights = pole_width(theme, top_name(chosen.scale, scale_.reference));
    const bool on_left = chosen.shear >= 0;
    const float side = theme.px(4);
    const float left = on_left ? epochs : heights;
    const float right = on_left ? heights : epochs;
    divide(panes, left, right, side);

    std::vector<RidgeView> views;
    float height = 0;
    for (std::size_t i = 0; i < panes.size(); ++i) {
        const Canvas& canvas = panes[i].canvas;
        const SpectrumRows& rows = canvas.ridge_rows.rows();
        RidgeView& view = views.emplace_back();
        size = pixels_within(panes[i].area);
        margins.left = (side + (panes[i].first ? left : 0)) * factor;
        margins.right = (side + (panes[i].last ? right : 0)) * factor;
        view.layout = lay_out_ridges(size, margins, rows.frequencies(), scale_.slots[i],
                                     chosen.tilt, chosen.shear);
        view.style = style_of(theme);
        // In decibels even noise stands tall, and a veil under all of it would hide the rows in
        // front.
        view.style.veil = chosen.scale == WavetableScale::kDecibel ? 0.0F : 0.45F;
        view.scale = chosen.scale;
        view.reference = scale_.reference;
        view.ruler = ruler_interval(scale_.epochs);
        view.identity = canvas.ridge_rows.identity();
        fit_height(view.layout, margins, rows, view.reference, view.scale);
        height = i == 0 ? view.layout.height : std::min(height, view.layout.height);
    }
    for (std::size_t i = 0; i < panes.size(); ++i) {
        views[i].layout.height = height;
        draw_ridge_pane(panes[i], views[i], panes[i].canvas.ridge_rows.rows());
    }
}

void WavetablePanel::draw_ridge_pane(const Pane& pane, const RidgeView& view,
                                     const SpectrumRows& rows) {
    const CursorRow cursor{rows.row_of_record(pane.record), pane.spectra.amplitudes(pane.record)};
    const gl::Texture& picture = pane.canvas.ridges.draw(rows, view, cursor);
    const ImVec2 low{pane.area.x, pane.area.y};
    const ImVec2 high{pane.area.right(), pane.area.bottom()};
    // v is swapped: the texture's first row is the picture's lowest.
    pane.list.AddImage(texture_id(picture), low, high, {0, 1}, {1, 0});
    pane.list.PushClipRect(low, high, true);
    draw_ridge_labels(pane, view, rows);
    draw_names(pane);
    pane.list.PopClipRect();

    std::optional<Hit> hit;
    const ImVec2 mouse = ImGui::GetIO().MousePos;
    if (hovered_ && pane.area.contains(mouse.x, mouse.y)) {
        const float factor = static_cast<float>(view.layout.size.width) / pane.area.width;
        const PicturePoint point{(mouse.x - pane.area.x) * factor,
                                 (pane.area.bottom() - mouse.y) * factor};
        if (const auto found = pick_ridge(view.layout, rows, view.reference, view.scale, point)) {
            hit = Hit{record_seen(pane.spectra, rows, found->row, found->frequency),
                      found->frequency};
            const float value = pane.spectra.amplitudes(
                hit->record)[static_cast<std::size_t>(found->frequency) - 1];
            const std::span<const float> shown = rows.row(found->row);
            const PicturePoint at =
                view.layout.at(static_cast<float>(found->frequency), static_cast<float>(found->row),
                               height_of(value, *std::max_element(shown.begin(), shown.end()),
                                         view.reference, view.scale));
            pane.list.AddCircle({pane.area.x + at.x / factor, pane.area.bottom() - at.y / factor},
                                pane.theme().px(5), u32(pane.palette().accent), 0,
                                pane.theme().px(2));
        }
    }
    act_on(pane, hit);
}

void WavetablePanel::draw_ridge_labels(const Pane& pane, const RidgeView& view,
                                       const SpectrumRows& rows) {
    const Theme& theme = pane.theme();
    const Palette& palette = pane.palette();
    const RidgeLayout& layout = view.layout;
    const auto at = [&](float frequency, float place, float value) {
        return place_in(pane, layout, frequency, place, value);
    };
    const auto front = static_cast<float>(layout.slots - 1);
    const auto newest = static_cast<float>(std::max(rows.count() - 1, 0));
    const auto last = static_cast<float>(layout.frequencies);
    const float line = theme.small->FontSize;

    // The floor that the rest of the run will cover.
    if (newest < front) {
        const std::array<ImVec2, 4> outline{at(1, newest, 0), at(1, front, 0), at(last, front, 0),
                                            at(last, newest, 0)};
        pane.list.AddPolyline(outline.data(), 4, u32(palette.line), 0, theme.px(1));
    }

    // Frequencies, along the front.
    const float tick_y = at(1, front, 0).y + line + theme.px(9);
    put_frequency_ticks(
        pane.list, theme, layout.frequencies, [&](float k) { return at(k, front, 0).x; }, tick_y,
        pane.area.right());

    const bool on_left = layout.step.x <= 0;
    if (on_left ? pane.first : pane.last) {
        draw_ridge_epochs(pane, view, rows);
    }
    if (on_left ? pane.last : pane.first) {
        draw_ridge_heights(pane, view, rows);
    }

    // The circle's frequency, on the axis.
    const int shown = shown_frequency(pane.input, pane.run());
    if (shown <= layout.frequencies) {
        const ImVec2 place = at(static_cast<float>(shown), front, 0);
        pane.list.AddRectFilled({place.x - theme.px(8), tick_y + line + theme.px(1)},
                                {place.x + theme.px(8), tick_y + line + theme.px(3)},
                                u32(palette.accent), theme.px(1));
    }

    // Key frequencies, under the newest row; near the front, below the edge of the floor, which
    // would strike them through.
    float key_y = at(1, newest, 0).y + theme.px(7);
    const float floor_edge = at(1, front, 0).y;
    if (key_y < floor_edge && key_y + line > floor_edge) {
        key_y = floor_edge + theme.px(6);
    }
    const Color ink = pane.final() ? palette.text : palette.muted;
    const auto x_of = [&](int k) { return at(static_cast<float>(k), newest, 0).x; };
    for (const int k : pane.keys) {
        const float mark = theme.px(3);
        const float foot_y = at(static_cast<float>(k), newest, 0).y + theme.px(2);
        pane.list.AddTriangleFilled({x_of(k), foot_y}, {x_of(k) + mark, foot_y + 1.6F * mark},
                                    {x_of(k) - mark, foot_y + 1.6F * mark}, u32(ink));
    }
    put_key_names(pane.list, theme, pane.keys, pane.final(), x_of, key_y, pane.area);
}

void WavetablePanel::draw_ridge_epochs(const Pane& pane, const RidgeView& view,
                                       const SpectrumRows& rows) {
    const Theme& theme = pane.theme();
    const Palette& palette = pane.palette();
    const RidgeLayout& layout = view.layout;
    const float factor = factor_of(pane, layout);
    const float line = pane.line();
    const bool on_left = layout.step.x <= 0;
    // Along the side to which the back is not moved.
    const float out = theme.px(on_left ? -7.0F : 7.0F);
    const Align align = on_left ? Align::kRight : Align::kLeft;
    const RidgeNames names(layout, rows, view.reference, view.scale, on_left);
    const auto place_of = [&](int row) {
        const PicturePoint point = names.at(row, line * factor);
        return ImVec2{pane.area.x + point.x / factor, pane.area.bottom() - point.y / factor};
    };
    const float depth = std::abs(layout.step.y) * static_cast<float>(layout.slots) / factor;
    const std::int32_t named = named_interval(
        view.ruler, depth * static_cast<float>(view.ruler / scale_.epochs), 1.1F * line);
    const float roof = pane.area.y + pane.names(); // the legend's foot
    float lowest_free = roof;
    bool first = true;
    for (int row = 0; row < rows.count(); ++row) {
        const std::int32_t epoch =
            row == 0 ? rows.first_epoch(0) : rows.last_epoch(row) / named * named;
        if (row > 0 && epoch <= rows.last_epoch(row - 1)) {
            continue;
        }
        const ImVec2 place = place_of(row);
        if (place.y - line / 2 < lowest_free) {
            continue;
        }
        std::string words = text::grouped(epoch);
        if (std::exchange(first, false)) { // what the axis is, over its first number or before it
            const float above = place.y - 1.7F * line;
            const std::string both = std::string(text::kEpochAxis) + " " + words;
            const float room =
                on_left ? place.x + out - pane.area.x : pane.area.right() - place.x - out;
            if (above >= roof) {
                put_outlined(pane.list, theme, palette.muted, {place.x + out, above}, align,
                             text::kEpochAxis);
            } else if (text_size(theme.small, both).x <= room) {
                words = both;
            }
        }
        put_outlined(pane.list, theme, palette.muted, {place.x + out, place.y - line / 2}, align,
                     words);
        lowest_free = place.y + line / 2;
    }
}

void WavetablePanel::draw_ridge_heights(const Pane& pane, const RidgeView& view,
                                        const SpectrumRows& rows) {
    const Theme& theme = pane.theme();
    const Palette& palette = pane.palette();
    const RidgeLayout& layout = view.layout;
    const auto at = [&](float frequency, float place, float value) {
        return place_in(pane, layout, frequency, place, value);
    };
    const float line = pane.line();
    const bool on_left = layout.step.x <= 0;
    const auto last = static_cast<float>(layout.frequencies);
    const auto newest = static_cast<float>(std::max(rows.count() - 1, 0));
    // Height, at the front corner of the other side.
    const float pole = on_left ? last : 1;
    const ImVec2 foot = at(pole, newest, 0);
    // Beside the back row, which reaches farthest out.
    const float x = at(pole, 0, 0).x + theme.px(on_left ? 8.0F : -8.0F);
    const Align pole_align = on_left ? Align::kLeft : Align::kRight;
    const float words = theme.px(on_left ? 5.0F : -5.0F);
    const bool decibel = view.scale == WavetableScale::kDecibel;
    const float top_value = decibel ? height_of(scale_.largest, 1, view.reference, view.scale) : 1;
    const ImVec2 top = at(pole, newest, top_value);
    pane.list.AddLine({x, foot.y}, {x, top.y},
                      u32(mark_ink(palette.muted, 0.6F, palette.panel, palette)), theme.px(1));
    const float roof = pane.area.y + pane.names(); // the legend's foot
    put_text(pane.list, theme.small, palette.muted, {x + words, std::max(top.y - line / 2, roof)},
             pole_align, top_name(view.scale, view.reference));
    put_text(pane.list, theme.small, palette.muted, {x + words, foot.y - 0.8F * line}, pole_align,
             decibel ? "-40" : "0");
    if (pane.alone) {
        // Above the last ridge, too, where that reaches the word.
        float word_y = top.y - 1.8F * line;
        const float reach = text_size(theme.small, text::kAmplitude).x;
        for (int row = 0; row < rows.count(); ++row) {
            const std::span<const float> values = rows.row(row);
            const float largest = *std::max_element(values.begin(), values.end());
            const ImVec2 end = at(pole, static_cast<float>(row),
                                  height_of(on_left ? values.back() : values.front(), largest,
                                            view.reference, view.scale));
            const float room = on_left ? pane.area.right() - end.x : end.x - pane.area.x;
            if (room < reach + theme.px(6) && end.y < word_y + 1.4F * line) {
                word_y = std::min(word_y, end.y - 1.4F * line);
            }
        }
        // Else under the pole, where neither the floor nor the names of keys are.
        const ImVec2 corner = at(pole, newest, 0);
        const float beside = on_left ? pane.area.right() - corner.x : corner.x - pane.area.x;
        const bool above = word_y >= roof;
        if (above || (pane.keys.empty() && reach + theme.px(6) <= beside)) {
            put_text(pane.list, theme.small, palette.muted,
                     {on_left ? pane.area.right() - theme.px(2) : pane.area.x + theme.px(2),
                      above ? word_y : foot.y + 0.4F * line},
                     on_left ? Align::kRight : Align::kLeft, text::kAmplitude);
        }
    }
}

} // namespace grokscope::ui
