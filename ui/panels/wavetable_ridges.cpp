// WavetablePanel's ridges: the shader's picture, and around it what a newcomer needs to read it.
#include "ui/panels/wavetable_panel.h"
#include "ui/picture_text.h"
#include "ui/scene/amplitude.h"
#include "ui/text.h"
#include "ui/widgets.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
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

gl::Size pixels_of(const Rect& area) {
    const ImVec2 factor = ImGui::GetIO().DisplayFramebufferScale;
    return {std::max(static_cast<int>(area.width * factor.x), 1),
            std::max(static_cast<int>(area.height * factor.y), 1)};
}

} // namespace

void WavetablePanel::draw_ridges(const Frame& frame) {
    const Theme& theme = frame.theme();
    const WavetableView& chosen = frame.view();
    const gl::Size size = pixels_of(frame.area);
    const float factor = static_cast<float>(size.width) / frame.area.width;
    const float line = theme.small->FontSize;
    const float side = text_size(theme.small, "00,000").x + theme.px(14);
    const Margins margins{side * factor, side * factor, (line + theme.px(14)) * factor,
                          (2.2F * line + theme.px(14)) * factor};

    const int capacity =
        ridge_capacity(size, margins, chosen.tilt, kSpacing * std::max(theme.scale, 0.8F) * factor);
    const SpectrumRows& rows = ridge_rows_.update(frame.run, chosen.source, capacity);
    largest_ = rows.largest();

    RidgeView view;
    view.layout =
        lay_out_ridges(size, margins, rows.frequencies(), slots_for(rows.count(), rows.capacity()),
                       chosen.tilt, chosen.shear);
    view.style = style_of(theme);
    // In decibels even noise stands tall, and a veil under all of it would hide the rows in front.
    view.style.veil = chosen.scale == WavetableScale::kDecibel ? 0.0F : 0.45F;
    view.scale = chosen.scale;
    view.reference = round_up(rows.largest());
    fit_height(view.layout, margins, rows, view.reference, view.scale);
    const auto every = static_cast<double>(frame.run.config.snapshot_every);
    view.ruler = ruler_interval(every * rows.stride() * view.layout.slots);
    view.identity = ridge_rows_.identity();

    std::optional<CursorRow> cursor;
    if (frame.record) {
        cursor = CursorRow{rows.row_of_record(*frame.record), frame.amplitudes(*frame.record)};
    }
    const gl::Texture& picture = ridges_.draw(rows, view, cursor);
    const ImVec2 low{frame.area.x, frame.area.y};
    const ImVec2 high{frame.area.right(), frame.area.bottom()};
    // v is swapped: the texture's first row is the picture's lowest.
    frame.list.AddImage(reinterpret_cast<ImTextureID>(static_cast<std::uintptr_t>(picture.id())),
                        low, high, {0, 1}, {1, 0});
    frame.list.PushClipRect(low, high, true);
    draw_ridge_labels(frame, view, rows);
    draw_cursor_label(frame, {frame.area.x + theme.px(4), frame.area.y + theme.px(4)});
    frame.list.PopClipRect();

    std::optional<Hit> hit;
    if (frame.hovered) {
        const ImVec2 mouse = ImGui::GetIO().MousePos;
        const PicturePoint point{(mouse.x - frame.area.x) * factor,
                                 (frame.area.bottom() - mouse.y) * factor};
        if (const auto found = pick_ridge(view.layout, rows, view.reference, view.scale, point)) {
            hit = Hit{record_seen(frame.run, chosen.source, rows, found->row, found->frequency),
                      found->frequency};
            const float value =
                frame.amplitudes(hit->record)[static_cast<std::size_t>(found->frequency) - 1];
            const std::span<const float> shown = rows.row(found->row);
            const PicturePoint at =
                view.layout.at(static_cast<float>(found->frequency), static_cast<float>(found->row),
                               height_of(value, *std::max_element(shown.begin(), shown.end()),
                                         view.reference, view.scale));
            frame.list.AddCircle(
                {frame.area.x + at.x / factor, frame.area.bottom() - at.y / factor}, theme.px(5),
                u32(frame.palette().accent), 0, theme.px(2));
        }
    }
    act_on(frame, hit);
}

void WavetablePanel::draw_ridge_labels(const Frame& frame, const RidgeView& view,
                                       const SpectrumRows& rows) {
    const Theme& theme = frame.theme();
    const Palette& palette = frame.palette();
    const RidgeLayout& layout = view.layout;
    const float factor = static_cast<float>(layout.size.width) / frame.area.width;
    const auto at = [&](float frequency, float place, float value) {
        const PicturePoint point = layout.at(frequency, place, value);
        return ImVec2{frame.area.x + point.x / factor, frame.area.bottom() - point.y / factor};
    };
    const auto front = static_cast<float>(layout.slots - 1);
    const auto newest = static_cast<float>(std::max(rows.count() - 1, 0));
    const auto last = static_cast<float>(layout.frequencies);
    const float line = theme.small->FontSize;

    // The floor that the rest of the run will cover.
    if (newest < front) {
        const std::array<ImVec2, 4> outline{at(1, newest, 0), at(1, front, 0), at(last, front, 0),
                                            at(last, newest, 0)};
        frame.list.AddPolyline(outline.data(), 4, u32(palette.line), 0, theme.px(1));
    }

    // Frequencies, along the front.
    const float tick_y = at(1, front, 0).y + line + theme.px(9);
    for (int k = 1; k <= layout.frequencies; k = k == 1 ? 10 : k + 10) {
        put_text(frame.list, theme.small, palette.muted,
                 {at(static_cast<float>(k), front, 0).x, tick_y}, Align::kCentre,
                 std::to_string(k));
    }
    const float title = text_size(theme.small, text::kFrequencyAxis).x;
    put_text(frame.list, theme.small, palette.muted,
             {std::min(at(last, front, 0).x + theme.px(12), frame.area.right() - title), tick_y},
             Align::kLeft, text::kFrequencyAxis);

    // Epochs, along the side to which the back is not moved.
    const bool on_left = layout.step.x <= 0;
    const float edge = on_left ? 1 : last;
    const float out = theme.px(on_left ? -7.0F : 7.0F);
    const Align align = on_left ? Align::kRight : Align::kLeft;
    const auto end_of = [&](int row) { // at the height of the row's noise, where its line is
        const std::span<const float> values = rows.row(row);
        std::vector<float> sorted(values.begin(), values.end());
        std::nth_element(sorted.begin(), sorted.begin() + layout.frequencies / 2, sorted.end());
        const float largest = *std::max_element(values.begin(), values.end());
        return at(edge, static_cast<float>(row),
                  height_of(sorted[static_cast<std::size_t>(layout.frequencies / 2)], largest,
                            view.reference, view.scale));
    };
    const ImVec2 back = end_of(0);
    put_outlined(frame.list, theme, palette.muted, {back.x + out, back.y - 1.7F * line}, align,
                 text::kEpochAxis);
    float lowest_free = back.y - line;
    for (int row = 0; row < rows.count(); ++row) {
        const bool ruler =
            row == 0 || rows.last_epoch(row) / view.ruler > rows.last_epoch(row - 1) / view.ruler;
        if (!ruler) {
            continue;
        }
        const ImVec2 place = end_of(row);
        if (place.y - line / 2 < lowest_free) {
            continue;
        }
        const std::int32_t epoch =
            row == 0 ? rows.first_epoch(0) : rows.last_epoch(row) / view.ruler * view.ruler;
        put_outlined(frame.list, theme, palette.muted, {place.x + out, place.y - line / 2}, align,
                     text::grouped(epoch));
        lowest_free = place.y + line / 2;
    }

    // Height, at the front corner of the other side.
    const float pole = on_left ? last : 1;
    const ImVec2 foot = at(pole, newest, 0);
    // Beside the back row, which reaches farthest out.
    const float x = at(pole, 0, 0).x + theme.px(on_left ? 8.0F : -8.0F);
    const Align pole_align = on_left ? Align::kLeft : Align::kRight;
    const float words = theme.px(on_left ? 5.0F : -5.0F);
    const bool decibel = view.scale == WavetableScale::kDecibel;
    const float top_value = decibel ? height_of(rows.largest(), 1, view.reference, view.scale) : 1;
    const ImVec2 top = at(pole, newest, top_value);
    frame.list.AddLine({x, foot.y}, {x, top.y}, u32(palette.muted.with_alpha(0.6F)), theme.px(1));
    char label[32];
    std::snprintf(label, sizeof label, "%.3g", static_cast<double>(view.reference));
    const char* const top_text = view.scale == WavetableScale::kShape ? "max"
                                 : decibel                            ? "0 dB"
                                                                      : label;
    put_text(frame.list, theme.small, palette.muted, {x + words, top.y - line / 2}, pole_align,
             top_text);
    put_text(frame.list, theme.small, palette.muted, {x + words, foot.y - 0.8F * line}, pole_align,
             decibel ? "-40" : "0");
    put_text(frame.list, theme.small, palette.muted,
             {on_left ? frame.area.right() - theme.px(2) : frame.area.x + theme.px(2),
              top.y - 1.8F * line},
             on_left ? Align::kRight : Align::kLeft, text::kAmplitude);
    if (view.scale == WavetableScale::kShape) {
        put_text(frame.list, theme.small, palette.muted,
                 {frame.area.right() - theme.px(4), frame.area.y + theme.px(4)}, Align::kRight,
                 text::kShapeOnly);
    }

    // The circle's frequency, on the axis.
    const int shown = shown_frequency(frame.input, frame.run);
    if (shown <= layout.frequencies) {
        const ImVec2 place = at(static_cast<float>(shown), front, 0);
        frame.list.AddRectFilled({place.x - theme.px(8), tick_y + line + theme.px(1)},
                                 {place.x + theme.px(8), tick_y + line + theme.px(3)},
                                 u32(palette.accent), theme.px(1));
    }

    // Key frequencies, under the newest row.
    const bool final = frame.run.state == RunState::kFinished;
    const float key_y = at(1, newest, 0).y + theme.px(7);
    const Color ink = final ? palette.text : palette.muted;
    const auto x_of = [&](int k) { return at(static_cast<float>(k), newest, 0).x; };
    for (const int k : frame.keys) {
        const float mark = theme.px(3);
        const float foot_y = at(static_cast<float>(k), newest, 0).y + theme.px(2);
        frame.list.AddTriangleFilled({x_of(k), foot_y}, {x_of(k) - mark, foot_y + 1.6F * mark},
                                     {x_of(k) + mark, foot_y + 1.6F * mark}, u32(ink));
    }
    put_key_names(frame.list, theme, frame.keys, final, x_of, key_y, frame.area.right());
}

} // namespace grokscope::ui
