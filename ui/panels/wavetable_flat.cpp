// WavetablePanel's flat pictures: the heat map and the bars of the cursor's row.
#include "ui/panels/wavetable_panel.h"
#include "ui/picture_text.h"
#include "ui/scene/amplitude.h"
#include "ui/text.h"
#include "ui/widgets.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace grokscope::ui {
namespace {

constexpr int kHeatCapacity = 512;

std::string figure(float value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.3g", static_cast<double>(value));
    return text;
}

/// Ticks 1, 10, 20 ... under `map`, in which `frequencies` columns stand side by side.
void draw_frequency_axis(ImDrawList& list, const Theme& theme, const Rect& map, int frequencies) {
    const float column = map.width / static_cast<float>(frequencies);
    const float y = map.bottom() + theme.px(5);
    for (int k = 1; k <= frequencies; k = k == 1 ? 10 : k + 10) {
        put_text(list, theme.small, theme.palette->muted,
                 {map.x + (static_cast<float>(k) - 0.5F) * column, y}, Align::kCentre,
                 std::to_string(k));
    }
    put_text(list, theme.small, theme.palette->muted, {map.right(), y + theme.small->FontSize},
             Align::kRight, text::kFrequencyAxis);
}

/// Marks the key frequencies above `map` and names them.
void draw_keys(ImDrawList& list, const Theme& theme, const Rect& map, int frequencies,
               std::span<const int> keys, bool final) {
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
                  map.right());
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

void WavetablePanel::draw_heat(const Frame& frame) {
    const Theme& theme = frame.theme();
    const Palette& palette = frame.palette();
    const WavetableView& chosen = frame.view();
    const float line = theme.small->FontSize;
    const float left = text_size(theme.small, "00,000").x + theme.px(12);
    const float bar = theme.px(12);
    const float right = bar + text_size(theme.small, "-40 dB").x + theme.px(18);
    const Rect map{frame.area.x + left, frame.area.y + 2 * line + theme.px(20),
                   std::max(std::floor(frame.area.width - left - right), 8.0F),
                   std::max(std::floor(frame.area.height - 4 * line - theme.px(30)), 8.0F)};

    const SpectrumRows& rows = heat_rows_.update(frame.run, chosen.source, kHeatCapacity);
    largest_ = rows.largest();
    const float factor = ImGui::GetIO().DisplayFramebufferScale.x;
    HeatView view;
    view.size = {static_cast<int>(map.width * factor), static_cast<int>(map.height * factor)};
    view.slots = slots_for(rows.count(), kHeatCapacity);
    view.scale = chosen.scale;
    view.reference = chosen.scale == WavetableScale::kDecibel ? std::max(rows.largest(), 1e-6F)
                                                              : round_up(rows.largest());
    view.empty = palette.raised.with_alpha(0.35F);
    view.identity = heat_rows_.identity();
    const gl::Texture& picture = heat_.draw(rows, view);
    frame.list.AddImage(texture_id(picture), {map.x, map.y}, {map.right(), map.bottom()}, {0, 1},
                        {1, 0});
    frame.list.AddRect({map.x, map.y}, {map.right(), map.bottom()}, u32(palette.line));
    draw_frequency_axis(frame.list, theme, map, rows.frequencies());
    draw_keys(frame.list, theme, map, rows.frequencies(), frame.keys,
              frame.run.state == RunState::kFinished);
    draw_cursor_label(frame, {frame.area.x + theme.px(4), frame.area.y + theme.px(2)});
    if (chosen.scale == WavetableScale::kShape) {
        put_text(frame.list, theme.small, palette.muted,
                 {frame.area.right(), frame.area.y + theme.px(2)}, Align::kRight, text::kShapeOnly);
    }

    const float row_height = map.height / static_cast<float>(view.slots);
    const auto every = static_cast<double>(frame.run.config.snapshot_every);
    const std::int32_t ruler = ruler_interval(every * rows.stride() * view.slots);
    float free = map.y - line;
    put_text(frame.list, theme.small, palette.muted, {map.x - theme.px(6), map.y - 1.7F * line},
             Align::kRight, text::kEpochAxis);
    for (int row = 0; row < rows.count(); ++row) {
        const float y = map.y + (static_cast<float>(row) + 0.5F) * row_height;
        const bool marked =
            row == 0 || rows.last_epoch(row) / ruler > rows.last_epoch(row - 1) / ruler;
        if (marked && y - line / 2 >= free) {
            const std::int32_t epoch =
                row == 0 ? rows.first_epoch(0) : rows.last_epoch(row) / ruler * ruler;
            put_text(frame.list, theme.small, palette.muted, {map.x - theme.px(6), y - line / 2},
                     Align::kRight, text::grouped(epoch));
            free = y + line / 2;
        }
    }

    // Colour bar: the table upright, its largest value at the top.
    const float bar_x = map.right() + theme.px(10);
    const ImTextureID table = texture_id(heat_.table());
    frame.list.AddImageQuad(table, {bar_x, map.bottom()}, {bar_x, map.y}, {bar_x + bar, map.y},
                            {bar_x + bar, map.bottom()}, {0, 0.5F}, {1, 0.5F}, {1, 0.5F},
                            {0, 0.5F});
    for (const float height : {0.0F, 0.5F, 1.0F}) {
        put_text(frame.list, theme.small, palette.muted,
                 {bar_x + bar + theme.px(5), map.bottom() - height * map.height - line / 2},
                 Align::kLeft, height_name(chosen.scale, view.reference, height));
    }

    if (frame.record) {
        const float y =
            map.y + (static_cast<float>(rows.row_of_record(*frame.record)) + 0.5F) * row_height;
        const Color casing = palette.panel.with_alpha(0.8F);
        frame.list.AddLine({map.x, y}, {map.right(), y}, u32(casing), theme.px(4));
        frame.list.AddLine({map.x, y}, {map.right(), y}, u32(palette.accent), theme.px(2));
    }

    std::optional<Hit> hit;
    const ImVec2 mouse = ImGui::GetIO().MousePos;
    if (frame.hovered && map.contains(mouse.x, mouse.y)) {
        const int row = static_cast<int>((mouse.y - map.y) / row_height);
        if (row < rows.count()) {
            const int k = static_cast<int>((mouse.x - map.x) / map.width *
                                           static_cast<float>(rows.frequencies()));
            const int frequency = std::clamp(k, 0, rows.frequencies() - 1) + 1;
            hit = Hit{record_seen(frame.run, chosen.source, rows, row, frequency), frequency};
        }
    }
    act_on(frame, hit);
}

void WavetablePanel::draw_bars(const Frame& frame) {
    if (!frame.record) {
        return;
    }
    const Theme& theme = frame.theme();
    const Palette& palette = frame.palette();
    const WavetableView& chosen = frame.view();
    const float line = theme.small->FontSize;
    const float left = text_size(theme.small, "-40 dB").x + theme.px(12);
    const Rect map{frame.area.x + left, frame.area.y + 2 * line + theme.px(20),
                   std::max(std::floor(frame.area.width - left - theme.px(6)), 8.0F),
                   std::max(std::floor(frame.area.height - 4 * line - theme.px(30)), 8.0F)};
    // One scale over the whole run, so that bars of two epochs compare.
    const SpectrumRows& rows = heat_rows_.update(frame.run, chosen.source, kHeatCapacity);
    largest_ = rows.largest();
    const float reference = chosen.scale == WavetableScale::kDecibel
                                ? std::max(rows.largest(), 1e-6F)
                                : round_up(rows.largest());
    const std::span<const float> now = frame.amplitudes(*frame.record);
    const std::span<const float> start = frame.amplitudes(0);
    const float now_max = *std::max_element(now.begin(), now.end());
    const float start_max = *std::max_element(start.begin(), start.end());

    for (const float height : {0.0F, 0.25F, 0.5F, 0.75F, 1.0F}) {
        const float y = std::floor(map.bottom() - height * map.height) + 0.5F;
        frame.list.AddLine({map.x, y}, {map.right(), y},
                           u32(height == 0 ? palette.muted : palette.grid));
        put_text(frame.list, theme.small, palette.muted, {map.x - theme.px(6), y - line / 2},
                 Align::kRight, height_name(chosen.scale, reference, height));
    }
    const std::span<const int> keys =
        key_frequencies_at(frame.run, frame.run.spectra[*frame.record].epoch);
    const ImVec2 mouse = ImGui::GetIO().MousePos;
    const float column = map.width / static_cast<float>(now.size());
    for (std::size_t i = 0; i < now.size(); ++i) {
        const int k = static_cast<int>(i) + 1;
        const bool key = std::find(keys.begin(), keys.end(), k) != keys.end();
        const float x = map.x + static_cast<float>(i) * column;
        const bool hovered = frame.hovered && mouse.x >= x && mouse.x < x + column;
        const float top =
            map.bottom() - map.height * height_of(now[i], now_max, reference, chosen.scale);
        const Color color =
            key ? palette.accent : mix(palette.panel, palette.muted, hovered ? 0.9F : 0.6F);
        frame.list.AddRectFilled({x + 0.14F * column, top}, {x + 0.86F * column, map.bottom()},
                                 u32(color), std::min(0.2F * column, theme.px(2)),
                                 ImDrawFlags_RoundCornersTop);
        const float before =
            map.bottom() - map.height * height_of(start[i], start_max, reference, chosen.scale);
        frame.list.AddLine({x + 0.05F * column, before}, {x + 0.95F * column, before},
                           u32(palette.text.with_alpha(0.55F)), theme.px(1));
        if (frame.input.view.frequency == k) {
            frame.list.AddRect({x + 0.05F * column, top - theme.px(2)},
                               {x + 0.95F * column, map.bottom()}, u32(palette.text), theme.px(2));
        }
    }
    draw_frequency_axis(frame.list, theme, map, static_cast<int>(now.size()));
    draw_keys(frame.list, theme, map, static_cast<int>(now.size()), keys,
              frame.run.state == RunState::kFinished);
    draw_cursor_label(frame, {frame.area.x + theme.px(4), frame.area.y + theme.px(2)});

    std::optional<Hit> hit;
    if (frame.hovered && map.contains(mouse.x, mouse.y)) {
        const int k = static_cast<int>((mouse.x - map.x) / column);
        hit = Hit{*frame.record, std::clamp(k, 0, static_cast<int>(now.size()) - 1) + 1};
    }
    act_on(frame, hit);
}

} // namespace grokscope::ui
