// WavetablePanel's flat pictures: the heat map and the bars of the cursor's row.
#include "ui/core/picture_text.h"
#include "ui/core/text.h"
#include "ui/kit/widgets.h"
#include "ui/scene/amplitude.h"
#include "ui/views/wavetable/wavetable_panel.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace grokscope::ui {
namespace {

constexpr int kHeatCapacity = 512;
/// Of the bar of colours, at 100 %.
constexpr float kBarWidth = 12;

/// Ticks 1, 10, 20 ... under `map`, in which `frequencies` columns stand side by side.
void draw_frequency_axis(ImDrawList& list, const Theme& theme, const Rect& map, int frequencies) {
    const float column = map.width / static_cast<float>(frequencies);
    const float y = map.bottom() + theme.px(5);
    put_frequency_ticks(
        list, theme, frequencies, [&](float k) { return map.x + (k - 0.5F) * column; }, y, 0);
    put_text(list, theme.small, theme.palette->muted, {map.right(), y + theme.small->FontSize},
             Align::kRight, text::kFrequencyAxis);
}

/// Marks the key frequencies above `map` and names them within `area`.
void draw_keys(ImDrawList& list, const Theme& theme, const Rect& map, const Rect& area,
               int frequencies, std::span<const int> keys, bool final) {
    const float column = map.width / static_cast<float>(frequencies);
    const Color color = final ? theme.palette->text : theme.palette->muted;
    const auto x_of = [&](int k) { return map.x + (static_cast<float>(k) - 0.5F) * column; };
    for (const int k : keys) {
        const float mark = theme.px(3);
        const float tip = map.y - theme.px(2);
        list.AddTriangleFilled({x_of(k), tip}, {x_of(k) + mark, tip - 1.6F * mark},
                               {x_of(k) - mark, tip - 1.6F * mark}, u32(color));
    }
    put_key_names(list, theme, keys, final, x_of, map.y - theme.px(8) - theme.small->FontSize,
                  area);
}

std::string height_name(WavetableScale scale, float reference, float height) {
    if (scale == WavetableScale::kShape) {
        return height == 1 ? "max" : figure(height);
    }
    if (scale == WavetableScale::kDecibel) {
        return figure((height - 1) * kDecibelRange) + " dB";
    }
    return figure(reference * height);
}

} // namespace

float WavetablePanel::flat_reference(WavetableScale scale) const {
    return scale == WavetableScale::kDecibel ? std::max(scale_.largest, 1e-6F) : scale_.reference;
}

void WavetablePanel::draw_heat(std::span<Pane> panes) {
    const Pane& first = panes.front();
    const Theme& theme = first.theme();
    const float line = first.line();
    share_scale(panes, &Canvas::heat_rows, kHeatCapacity);
    // Maps of one size; the bar of colours stands at the right of the last.
    const float left = text_size(theme.small, "00,000").x + theme.px(12);
    const float right = kBarWidth * theme.scale + text_size(theme.small, "-40 dB").x + theme.px(18);
    const float width = divide(panes, left, right, 0);
    const float top = first.area.y + first.names() + line + theme.px(9);
    const float height =
        std::max(std::floor(first.area.bottom() - 2 * line - theme.px(10) - top), 8.0F);
    for (std::size_t i = 0; i < panes.size(); ++i) {
        const Pane& pane = panes[i];
        draw_heat_pane(pane, {pane.area.x + (pane.first ? left : 0), top, width, height},
                       scale_.slots[i]);
    }
}

void WavetablePanel::draw_heat_pane(const Pane& pane, const Rect& map, int slots) {
    const Theme& theme = pane.theme();
    const Palette& palette = pane.palette();
    const WavetableScale scale = pane.view().scale;
    const float line = pane.line();
    const SpectrumRows& rows = pane.canvas.heat_rows.rows();
    const float factor = ImGui::GetIO().DisplayFramebufferScale.x;
    HeatView view;
    view.size = {static_cast<int>(map.width * factor), static_cast<int>(map.height * factor)};
    view.slots = slots;
    view.scale = scale;
    view.reference = flat_reference(scale);
    view.empty = palette.raised.with_alpha(0.35F);
    view.identity = pane.canvas.heat_rows.identity();
    const gl::Texture& picture = pane.canvas.heat.draw(rows, view);
    pane.list.AddImage(texture_id(picture), {map.x, map.y}, {map.right(), map.bottom()}, {0, 1},
                       {1, 0});
    pane.list.AddRect({map.x, map.y}, {map.right(), map.bottom()}, u32(palette.line));
    draw_frequency_axis(pane.list, theme, map, rows.frequencies());
    draw_keys(pane.list, theme, map, pane.area, rows.frequencies(), pane.keys, pane.final());
    draw_names(pane);

    const float row_height = map.height / static_cast<float>(slots);
    if (pane.first) {
        draw_heat_epochs(pane, map, rows, row_height);
    }
    if (pane.last) { // the table upright, its largest value at the top
        const float bar = kBarWidth * theme.scale;
        const float bar_x = map.right() + theme.px(10);
        const ImTextureID table = texture_id(pane.canvas.heat.table());
        pane.list.AddImageQuad(table, {bar_x, map.bottom()}, {bar_x, map.y}, {bar_x + bar, map.y},
                               {bar_x + bar, map.bottom()}, {0, 0.5F}, {1, 0.5F}, {1, 0.5F},
                               {0, 0.5F});
        for (const float height : {0.0F, 0.5F, 1.0F}) {
            put_text(pane.list, theme.small, palette.muted,
                     {bar_x + bar + theme.px(5), map.bottom() - height * map.height - line / 2},
                     Align::kLeft, height_name(scale, view.reference, height));
        }
    }

    const float y =
        map.y + (static_cast<float>(rows.row_of_record(pane.record)) + 0.5F) * row_height;
    const Color casing = palette.panel.with_alpha(0.8F);
    pane.list.AddLine({map.x, y}, {map.right(), y}, u32(casing), theme.px(4));
    pane.list.AddLine({map.x, y}, {map.right(), y}, u32(palette.accent), theme.px(2));

    std::optional<Hit> hit;
    const ImVec2 mouse = ImGui::GetIO().MousePos;
    if (hovered_ && map.contains(mouse.x, mouse.y)) {
        const int row = static_cast<int>((mouse.y - map.y) / row_height);
        if (row < rows.count()) {
            const int k = static_cast<int>((mouse.x - map.x) / map.width *
                                           static_cast<float>(rows.frequencies()));
            const int frequency = std::clamp(k, 0, rows.frequencies() - 1) + 1;
            hit = Hit{record_seen(pane.spectra, rows, row, frequency), frequency};
        }
    }
    act_on(pane, hit);
}

void WavetablePanel::draw_heat_epochs(const Pane& pane, const Rect& map, const SpectrumRows& rows,
                                      float row_height) {
    const Theme& theme = pane.theme();
    const Palette& palette = pane.palette();
    const float line = pane.line();
    const std::int32_t ruler = ruler_interval(scale_.epochs);
    const std::int32_t named =
        named_interval(ruler, map.height * static_cast<float>(ruler / scale_.epochs), 1.1F * line);
    float free = map.y - line;
    put_text(pane.list, theme.small, palette.muted, {map.x - theme.px(6), map.y - 1.7F * line},
             Align::kRight, text::kEpochAxis);
    for (int row = 0; row < rows.count(); ++row) {
        const float y = map.y + (static_cast<float>(row) + 0.5F) * row_height;
        const std::int32_t epoch =
            row == 0 ? rows.first_epoch(0) : rows.last_epoch(row) / named * named;
        const bool marked = row == 0 || epoch > rows.last_epoch(row - 1);
        if (marked && y - line / 2 >= free) {
            put_text(pane.list, theme.small, palette.muted, {map.x - theme.px(6), y - line / 2},
                     Align::kRight, text::grouped(epoch));
            free = y + line / 2;
        }
    }
}

void WavetablePanel::draw_bars(std::span<const Pane> panes) {
    // One scale over the whole run, so that bars of two epochs compare.
    share_scale(panes, &Canvas::heat_rows, kHeatCapacity);
    for (const Pane& pane : panes) {
        const Theme& theme = pane.theme();
        const float line = pane.line();
        const float left = text_size(theme.small, "-40 dB").x + theme.px(12);
        const float top = pane.area.y + pane.names() + line + theme.px(9);
        draw_bars_pane(
            pane, {pane.area.x + left, top,
                   std::max(std::floor(pane.area.width - left - theme.px(6)), 8.0F),
                   std::max(std::floor(pane.area.bottom() - 2 * line - theme.px(10) - top), 8.0F)});
    }
}

void WavetablePanel::draw_bars_pane(const Pane& pane, const Rect& map) {
    const Theme& theme = pane.theme();
    const Palette& palette = pane.palette();
    const WavetableScale scale = pane.view().scale;
    const float reference = flat_reference(scale);
    const float line = pane.line();
    const std::span<const float> now = pane.spectra.amplitudes(pane.record);
    const std::span<const float> start = pane.spectra.amplitudes(0);
    const float now_max = *std::max_element(now.begin(), now.end());
    const float start_max = *std::max_element(start.begin(), start.end());

    for (const float height : {0.0F, 0.25F, 0.5F, 0.75F, 1.0F}) {
        const float y = std::floor(map.bottom() - height * map.height) + 0.5F;
        pane.list.AddLine({map.x, y}, {map.right(), y},
                          u32(height == 0 ? palette.muted : palette.grid));
        put_text(pane.list, theme.small, palette.muted, {map.x - theme.px(6), y - line / 2},
                 Align::kRight, height_name(scale, reference, height));
    }
    const std::span<const int> keys =
        pane.spectra.source() == WavetableSource::kPlainEmbedding
            ? std::span<const int>()
            : key_frequencies_at(pane.run(), pane.spectra.epoch(pane.record));
    const ImVec2 mouse = ImGui::GetIO().MousePos;
    const bool inside = hovered_ && map.contains(mouse.x, mouse.y);
    const float column = map.width / static_cast<float>(now.size());
    for (std::size_t i = 0; i < now.size(); ++i) {
        const int k = static_cast<int>(i) + 1;
        const bool key = std::find(keys.begin(), keys.end(), k) != keys.end();
        const float x = map.x + static_cast<float>(i) * column;
        const bool hovered = inside && mouse.x >= x && mouse.x < x + column;
        const float top = map.bottom() - map.height * height_of(now[i], now_max, reference, scale);
        const Color color =
            key ? palette.accent : mix(palette.panel, palette.muted, hovered ? 0.9F : 0.6F);
        pane.list.AddRectFilled({x + 0.14F * column, top}, {x + 0.86F * column, map.bottom()},
                                u32(color), std::min(0.2F * column, theme.px(2)),
                                ImDrawFlags_RoundCornersTop);
        const float before =
            map.bottom() - map.height * height_of(start[i], start_max, reference, scale);
        pane.list.AddLine({x + 0.05F * column, before}, {x + 0.95F * column, before},
                          u32(palette.text.with_alpha(0.55F)), theme.px(1));
        if (pane.input.view.settings.frequency == k) {
            pane.list.AddRect({x + 0.05F * column, top - theme.px(2)},
                              {x + 0.95F * column, map.bottom()}, u32(palette.text), theme.px(2));
        }
    }
    draw_frequency_axis(pane.list, theme, map, static_cast<int>(now.size()));
    draw_keys(pane.list, theme, map, pane.area, static_cast<int>(now.size()), keys, pane.final());
    draw_names(pane);

    std::optional<Hit> hit;
    if (inside) {
        const int k = static_cast<int>((mouse.x - map.x) / column);
        hit = Hit{pane.record, std::clamp(k, 0, static_cast<int>(now.size()) - 1) + 1};
    }
    act_on(pane, hit);
}

} // namespace grokscope::ui
