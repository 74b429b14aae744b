#include "ui/views/lottery/lottery_picture.h"

#include "ui/core/plot_axes.h"
#include "ui/core/text.h"
#include "ui/kit/curve_painter.h"
#include "ui/kit/widgets.h"
#include "ui/views/lottery/lottery_text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

namespace grokscope::ui {

namespace {

constexpr float kReadingColumn = 3; ///< pixels at 100 % between two readings that are drawn
/// Bands of others than the named ones; what is left is one band.
constexpr std::size_t kMostOthers = 24;
constexpr std::size_t kMostLanes = 8;
constexpr float kLane = 13; ///< at 100 %
constexpr std::array<double, 5> kBandLines{0, 0.25, 0.5, 0.75, 1};

/// One band: its frequency, 0 for all that are left, and its upper edge at each drawn reading.
struct ShareBand {
    int frequency = 0;
    std::vector<double> top;
};

/// The readings that have pixels of their own, the last among them.
std::vector<std::size_t> drawn_readings(const Lottery& lottery, const PlotFrame& frame,
                                        float apart) {
    std::vector<std::size_t> drawn;
    for (std::size_t i = 0; i < lottery.epochs.size(); ++i) {
        const bool last = i + 1 == lottery.epochs.size();
        const float x = frame.x_of(lottery.epochs[i]);
        if (!drawn.empty() && last && drawn.size() > 1 &&
            x - frame.x_of(lottery.epochs[drawn.back()]) < apart) {
            drawn.pop_back();
        }
        if (drawn.empty() || last || x - frame.x_of(lottery.epochs[drawn.back()]) >= apart) {
            drawn.push_back(i);
        }
    }
    return drawn;
}

/// From the lower edge upwards.
std::vector<ShareBand> bands_of(const Lottery& lottery, const std::vector<std::size_t>& drawn) {
    std::vector<double> height(drawn.size());
    std::vector<ShareBand> bands;
    const std::size_t own = lottery.named.size() + kMostOthers;
    for (std::size_t place = 0; place < lottery.order.size(); ++place) {
        const int k = lottery.order[place];
        for (std::size_t i = 0; i < drawn.size(); ++i) {
            height[i] += lottery.shares[drawn[i]][static_cast<std::size_t>(k - 1)];
        }
        if (place < own) {
            bands.push_back({k, height});
        } else if (place + 1 == lottery.order.size()) {
            bands.push_back({0, height});
        }
    }
    return bands;
}

/// It was key and is not, and is none of the last winners: its band is as dim as those of the
/// others, with a little of its colour.
bool is_lost(const Lottery& lottery, int frequency) {
    const std::vector<int> winners = winners_of(lottery.shares.back());
    const auto key = std::ranges::find(lottery.keys, frequency, &KeySpan::frequency);
    return key != lottery.keys.end() && key->lost &&
           std::ranges::find(winners, frequency) == winners.end();
}

void fill_between(ImDrawList& list, const PlotFrame& frame, const std::vector<float>& across,
                  const std::vector<double>& low, const std::vector<double>& high, ImU32 ink) {
    const ImVec2 white = ImGui::GetFontTexUvWhitePixel();
    for (std::size_t i = 0; i + 1 < across.size(); ++i) {
        if (std::isnan(high[i]) || std::isnan(high[i + 1])) {
            continue; // no neuron responds: a gap
        }
        list.PrimReserve(6, 4);
        const auto begin = static_cast<ImDrawIdx>(list._VtxCurrentIdx);
        for (const int corner : {0, 1, 2, 0, 2, 3}) {
            list.PrimWriteIdx(static_cast<ImDrawIdx>(begin + corner));
        }
        list.PrimWriteVtx({across[i], frame.y_of(low[i])}, white, ink);
        list.PrimWriteVtx({across[i + 1], frame.y_of(low[i + 1])}, white, ink);
        list.PrimWriteVtx({across[i + 1], frame.y_of(high[i + 1])}, white, ink);
        list.PrimWriteVtx({across[i], frame.y_of(high[i])}, white, ink);
    }
}

void stroke_along(ImDrawList& list, const PlotFrame& frame, const std::vector<float>& across,
                  const std::vector<double>& values, ImU32 ink, float thickness) {
    for (std::size_t i = 0; i + 1 < across.size(); ++i) {
        if (!std::isnan(values[i]) && !std::isnan(values[i + 1])) {
            list.AddLine({across[i], frame.y_of(values[i])},
                         {across[i + 1], frame.y_of(values[i + 1])}, ink, thickness);
        }
    }
}

/// Which frequency a point of the plot belongs to: by the reading at or before it.
LotteryHover what_is_at(const Lottery& lottery, const PlotFrame& frame, ImVec2 at) {
    LotteryHover hover{static_cast<std::int32_t>(std::max(std::lround(frame.x_at(at.x)), 0L)), {}};
    const std::optional<std::size_t> reading = lottery.at(hover.epoch);
    if (!reading) {
        return hover;
    }
    const double wanted = frame.y_min + (frame.y_max - frame.y_min) * (frame.area.bottom() - at.y) /
                                            frame.area.height;
    double height = 0;
    for (const int k : lottery.order) {
        height += lottery.shares[*reading][static_cast<std::size_t>(k - 1)];
        if (wanted < height) {
            hover.frequency = k;
            break;
        }
    }
    return hover;
}

/// The names of the named bands at the right edge, none over another.
void name_bands(const PanelInput& input, ImDrawList& list, const Lottery& lottery,
                const PlotFrame& frame) {
    const Theme& theme = input.theme;
    const float line = theme.small->FontSize;
    struct Name {
        int frequency = 0;
        float y = 0;
    };
    std::vector<Name> names;
    double height = 0;
    for (std::size_t i = 0; i < lottery.named.size(); ++i) {
        const int k = lottery.order[i];
        const double share = lottery.shares.back()[static_cast<std::size_t>(k - 1)];
        if (std::isnan(share)) {
            return;
        }
        names.push_back({k, frame.y_of(height + share / 2) - line / 2});
        height += share;
    }
    float limit = frame.area.bottom() - line; // the lowest name first
    for (Name& name : names) {
        name.y = std::min(name.y, limit);
        limit = name.y - line;
    }
    float least = frame.area.y;
    for (std::size_t i = names.size(); i-- > 0;) {
        names[i].y = std::max(names[i].y, least);
        least = names[i].y + line;
    }
    for (const Name& name : names) {
        const Color color = lottery_color(lottery.place_of(name.frequency).value_or(0),
                                          lottery.named.size(), theme.kind);
        const float x = frame.area.right() + theme.px(6);
        list.AddRectFilled({x, name.y + line * 0.2F}, {x + theme.px(7), name.y + line * 0.85F},
                           u32(color));
        draw_text(list, theme.small, {x + theme.px(11), name.y}, theme.palette->text,
                  text::kLotteryK + std::to_string(name.frequency));
    }
}

/// Time lines that begin and end: a thick stretch while the frequency is key.
void draw_lanes(const PanelInput& input, ImDrawList& list, const Lottery& lottery,
                const PlotFrame& frame, float top) {
    const Theme& theme = input.theme;
    const Palette& palette = *theme.palette;
    const float line = theme.small->FontSize;
    const float left = frame.area.x;
    draw_text(list, theme.small, {left, top}, palette.muted,
              fitted(theme.small, text::kLotteryKeys, frame.area.width));
    float y = top + line + theme.px(3);
    for (std::size_t i = 0; i < std::min(lottery.keys.size(), kMostLanes); ++i) {
        const KeySpan& key = lottery.keys[i];
        const float middle = std::round(y + theme.px(kLane) / 2);
        const std::optional<std::size_t> place = lottery.place_of(key.frequency);
        const Color color =
            place ? lottery_color(*place, lottery.named.size(), theme.kind) : palette.muted;
        const auto x_of = [&](std::int32_t epoch) { return std::round(frame.x_of(epoch)); };
        list.AddLine({x_of(key.first()), middle}, {x_of(key.last()), middle}, u32(color),
                     theme.px(1));
        for (const auto& [from, to] : key.stretches) {
            list.AddRectFilled({x_of(from), middle - theme.px(3)},
                               {std::max(x_of(to), x_of(from) + theme.px(2)), middle + theme.px(3)},
                               u32(color));
        }
        if (key.lost) { // it ends
            list.AddRectFilled({x_of(key.last()), middle - theme.px(6)},
                               {x_of(key.last()) + theme.px(2), middle + theme.px(6)}, u32(color));
        }
        draw_text(list, theme.small, {frame.area.right() + theme.px(17), y - theme.px(1)},
                  palette.text, text::kLotteryK + std::to_string(key.frequency));
        y += theme.px(kLane);
    }
    if (lottery.keys.size() > kMostLanes) {
        draw_text(list, theme.small, {left, y}, palette.muted,
                  text::grouped(static_cast<std::int64_t>(lottery.keys.size() - kMostLanes)) +
                      text::kLotteryMore);
    }
}

} // namespace

Color lottery_color(std::size_t place, std::size_t count, ThemeKind theme) {
    return ring_color(
        static_cast<float>(place) / static_cast<float>(std::max<std::size_t>(count, 1)), theme);
}

float lottery_lanes_height(const Theme& theme, const Lottery& lottery) {
    if (lottery.keys.empty()) {
        return 0;
    }
    const std::size_t lanes = std::min(lottery.keys.size(), kMostLanes + 1);
    return theme.small->FontSize + theme.px(3) + theme.px(kLane) * static_cast<float>(lanes) +
           theme.px(8);
}

std::optional<LotteryHover> draw_lottery(const PanelInput& input, const Rect& area,
                                         const Lottery& lottery, std::int32_t newest,
                                         std::int32_t cursor, const std::optional<ImVec2>& mouse) {
    const Theme& theme = input.theme;
    const Palette& palette = *theme.palette;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float line = theme.small->FontSize;
    const float left = text_size(theme.small, "100 %").x + theme.px(8);
    const float right = text_size(theme.small, "k = 888").x + theme.px(20);
    const float below = line + theme.px(8) + lottery_lanes_height(theme, lottery);
    PlotFrame frame;
    frame.area = {area.x + left, area.y + line + theme.px(4), area.width - left - right,
                  area.height - line - theme.px(4) - below};
    frame.x_min = 0;
    frame.x_max = std::max({newest, lottery.epochs.back(), 1});
    frame.y_min = 0;
    frame.y_max = 1;
    const Rect& plot = frame.area;
    draw_text(list, theme.small, {plot.x, area.y}, palette.muted,
              fitted(theme.small, text::kLotteryShare, area.right() - plot.x));

    const std::vector<std::size_t> drawn = drawn_readings(lottery, frame, theme.px(kReadingColumn));
    std::vector<float> across;
    for (const std::size_t reading : drawn) {
        across.push_back(frame.x_of(lottery.epochs[reading]));
    }
    if (across.size() == 1) { // one reading still has its bands
        across.push_back(across.front() + theme.px(kReadingColumn));
    }
    std::vector<ShareBand> bands = bands_of(lottery, drawn);
    for (ShareBand& band : bands) {
        band.top.resize(across.size(), band.top.back());
    }
    std::optional<LotteryHover> hover;
    if (mouse && plot.contains(mouse->x, mouse->y)) {
        hover = what_is_at(lottery, frame, *mouse);
    }
    list.PushClipRect({plot.x, plot.y}, {plot.right(), plot.bottom()}, true);
    const ImDrawListFlags flags = list.Flags;
    list.Flags &= ~ImDrawListFlags_AntiAliasedFill;
    std::vector<double> low(across.size());
    bool odd = false;
    for (const ShareBand& band : bands) {
        const std::optional<std::size_t> place = lottery.place_of(band.frequency);
        odd = !odd;
        Color color = place && !is_lost(lottery, band.frequency)
                          ? lottery_color(*place, lottery.named.size(), theme.kind)
                      : place ? mix(palette.panel,
                                    lottery_color(*place, lottery.named.size(), theme.kind), 0.45F)
                              : mix(palette.panel, palette.muted, odd ? 0.30F : 0.42F);
        const bool stands_out = hover && hover->frequency == band.frequency;
        color = stands_out ? mix(color, palette.text, place ? 0.25F : 0.5F) : color;
        fill_between(list, frame, across, low, band.top, u32(color));
        low = band.top;
    }
    list.Flags = flags;
    for (const ShareBand& band : bands) {
        if (lottery.place_of(band.frequency)) {
            stroke_along(list, frame, across, band.top, u32(palette.panel), theme.px(1));
        }
    }
    list.PopClipRect();

    for (const double value : kBandLines) {
        const float y = std::round(frame.y_of(value));
        list.AddLine({plot.x - theme.px(4), y}, {plot.x, y}, u32(palette.muted), theme.px(1));
        const std::string name = text::grouped(std::llround(100 * value)) + " %";
        draw_text(list, theme.small,
                  {plot.x - theme.px(6) - text_size(theme.small, name).x, y - line / 2},
                  palette.muted, name);
    }
    list.AddRect({plot.x, plot.y}, {plot.right(), plot.bottom()}, u32(palette.line));
    const float widest = text_size(theme.small, text::grouped(std::llround(frame.x_max))).x;
    for (const double tick : epoch_ticks(0, frame.x_max, plot.width, widest + theme.px(24))) {
        const float x = std::round(frame.x_of(tick));
        list.AddLine({x, plot.bottom()}, {x, plot.bottom() + theme.px(4)}, u32(palette.muted));
        const std::string name = text::grouped(std::llround(tick));
        const float width = text_size(theme.small, name).x;
        draw_text(
            list, theme.small,
            {std::clamp(x - width / 2, plot.x, plot.right() - width), plot.bottom() + theme.px(5)},
            palette.muted, name);
    }
    draw_text(list, theme.small, {plot.right() + theme.px(6), plot.bottom() + theme.px(5)},
              palette.muted, text::kLotteryAxis);
    name_bands(input, list, lottery, frame);
    if (!lottery.keys.empty()) {
        draw_lanes(input, list, lottery, frame, plot.bottom() + line + theme.px(10));
    }
    if (cursor >= 0 && cursor <= frame.x_max) {
        const float x = std::round(frame.x_of(cursor));
        list.AddLine({x, plot.y}, {x, area.bottom()}, u32(palette.accent), theme.px(1.5F));
    }
    return hover;
}

} // namespace grokscope::ui
