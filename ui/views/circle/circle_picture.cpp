#include "ui/views/circle/circle_picture.h"

#include "ui/core/picture_text.h"
#include "ui/kit/dot_names.h"
#include "ui/kit/picture_kit.h"
#include "ui/kit/widgets.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

namespace grokscope::ui {
namespace {

/// Share of half the square that the largest radius takes; the rest is for numbers.
constexpr float kFill = 0.86F;

/// Returns where the names of the axes stand.
std::vector<Rect> draw_axes(ImDrawList& list, const Theme& theme, ImVec2 centre, float half,
                            float mean, float right, const CirclePicture& picture) {
    const ImU32 grid = u32(theme.palette->grid);
    list.AddLine({centre.x - half, centre.y}, {centre.x + half, centre.y}, grid, theme.px(1));
    list.AddLine({centre.x, centre.y - half}, {centre.x, centre.y + half}, grid, theme.px(1));
    list.AddCircle(centre, mean, u32(theme.palette->line), 0, theme.px(1));
    std::vector<Rect> names;
    if (picture.labels) {
        const Color ink = theme.palette->muted;
        // Beside the axis where the area is wider than the square: token 0 stands at its end.
        const float width = text_size(theme.small, picture.across).x;
        const bool beside = centre.x + half + theme.px(6) + width <= right;
        names.push_back(put_text(
            list, theme.small, ink,
            beside ? ImVec2{centre.x + half + theme.px(6), centre.y - theme.small->FontSize / 2}
                   : ImVec2{centre.x + half - width, centre.y + theme.px(2)},
            Align::kLeft, picture.across));
        names.push_back(put_text(list, theme.small, ink, {centre.x + theme.px(4), centre.y - half},
                                 Align::kLeft, picture.up));
    }
    return names;
}

/// Every tenth number beside its dot, all of them where they are few.
void draw_numbers(ImDrawList& list, const Theme& theme, const Rect& area,
                  const CirclePicture& picture, const DotRing& ring, std::vector<Rect> taken) {
    const int every = picture.numbers.size() <= 24 ? 1 : 10;
    std::vector<DotName> names;
    std::vector<std::string> words;
    for (std::size_t place = 0; place < ring.dots.size(); ++place) {
        if (picture.numbers[place] % every == 0) {
            const std::string number = std::to_string(picture.numbers[place]);
            const ImVec2 size = text_size(theme.small, number);
            names.push_back({place, size.x, size.y});
            words.push_back(number);
        }
    }
    const auto places = place_dot_names(ring, names, area, std::move(taken));
    for (std::size_t i = 0; i < places.size(); ++i) {
        if (const auto& place = places[i]) {
            put_outlined(list, theme, theme.palette->text, {place->x, place->y}, Align::kLeft,
                         words[i]);
        }
    }
}

/// Says what the dashed line is, where the curve leaves room for it: in the corner below a ring's
/// curve, or above that of none.
void name_chance(ImDrawList& list, const Theme& theme, const Rect& area,
                 std::span<const ImVec2> curve, float dashed) {
    const ImVec2 size = text_size(theme.small, text::kChanceHere);
    const float edge = theme.px(4);
    const std::array corners{ImVec2{area.right() - size.x - edge, area.bottom() - size.y},
                             ImVec2{area.x + edge, area.y},
                             ImVec2{area.x + edge, area.bottom() - size.y}};
    for (const ImVec2& at : corners) {
        const bool crossed = dashed > at.y + theme.px(2) && dashed < at.y + size.y - theme.px(2);
        bool covered = size.x + 4 * edge > area.width || crossed;
        for (std::size_t i = 0; i + 1 < curve.size() && !covered; ++i) {
            const auto [low, high] = std::minmax(curve[i].y, curve[i + 1].y);
            covered = curve[i + 1].x >= at.x - edge && curve[i].x <= at.x + size.x + edge &&
                      high >= at.y && low <= at.y + size.y;
        }
        if (!covered) {
            put_text(list, theme.small, theme.palette->muted, at, Align::kLeft, text::kChanceHere);
            return;
        }
    }
}

} // namespace

std::optional<int> draw_circle(ImDrawList& list, const Theme& theme, const Rect& area,
                               const CirclePicture& picture, std::optional<ImVec2> mouse) {
    const float half = std::max(std::min(area.width, area.height) / 2, 4.0F);
    const ImVec2 centre{std::floor(area.x + area.width / 2) + 0.5F,
                        std::floor(area.y + area.height / 2) + 0.5F};
    const float unit = kFill * half / std::max(picture.radius, 1e-12F);
    std::vector<ImVec2> places;
    std::vector<Pixel> dots; // the same, for arithmetic that knows no ImGui
    places.reserve(picture.points.size());
    dots.reserve(picture.points.size());
    float mean = 0;
    for (const PlanePoint& point : picture.points) {
        places.push_back({centre.x + unit * point.x, centre.y - unit * point.y});
        dots.push_back({places.back().x, places.back().y});
        mean += unit * std::hypot(point.x, point.y);
    }
    mean /= static_cast<float>(std::max<std::size_t>(places.size(), 1));
    std::vector<Rect> names_of_axes =
        draw_axes(list, theme, centre, half, mean, area.right(), picture);

    const auto order = static_cast<int>(picture.numbers.size());
    const std::vector<int> sequence = ring_sequence(order, picture.frequency);
    const auto color_of = [&](int token, float alpha) {
        return u32(ring_color(ring_position(token, order, picture.frequency), theme.kind)
                       .with_alpha(alpha));
    };
    // By the size in the theme's pixels, so that a picture at 4x is the same picture, larger.
    const float scale = std::max(theme.scale, 0.8F);
    const float thick = std::clamp(half / scale / 120, 0.8F, 2.0F) * scale;
    for (std::size_t i = 0; i < sequence.size(); ++i) {
        const auto from = static_cast<std::size_t>(sequence[i]);
        const auto to = static_cast<std::size_t>(sequence[(i + 1) % sequence.size()]);
        list.AddLine(places[from], places[to], color_of(sequence[i], 0.45F), thick);
    }

    const float dot = std::clamp(half / scale / 48, 1.6F, 5.0F) * scale;
    std::optional<int> under;
    float nearest = mouse ? std::max(3 * dot, theme.px(9)) : 0;
    for (std::size_t token = 0; token < places.size() && mouse; ++token) {
        const float distance = std::hypot(places[token].x - mouse->x, places[token].y - mouse->y);
        if (distance < nearest) {
            nearest = distance;
            under = static_cast<int>(token);
        }
    }
    const ImU32 ground = u32(theme.palette->panel);
    for (const int token : sequence) {
        const ImVec2 place = places[static_cast<std::size_t>(token)];
        const float size = under == token ? 1.9F * dot : dot;
        list.AddCircleFilled(place, size + theme.px(1), ground);
        list.AddCircleFilled(place, size, color_of(token, 1));
    }
    if (!picture.labels) {
        return under;
    }
    draw_numbers(list, theme, area, picture,
                 {.dots = dots,
                  .sequence = sequence,
                  .radius = dot + theme.px(1),
                  .centre = {centre.x, centre.y},
                  .gap = theme.px(2)},
                 std::move(names_of_axes));
    return under;
}

void draw_order_curve(ImDrawList& list, const Theme& theme, const Rect& area,
                      std::span<const CircleHistory::Entry> entries, std::int32_t newest,
                      double chance, std::int32_t epoch) {
    const Palette& palette = *theme.palette;
    const float pad = theme.px(2); // else half of the line at 1 and at 0 would stick out
    const auto y_of = [&](double order) {
        const auto share = static_cast<float>(std::clamp(order, 0.0, 1.0));
        return area.bottom() - pad - share * (area.height - 2 * pad);
    };
    list.AddRectFilled({area.x, area.y}, {area.right(), area.bottom()},
                       u32(palette.grid.with_alpha(0.5F)), theme.px(3));
    const float noise = std::floor(y_of(chance)) + 0.5F;
    for (float x = area.x; x < area.right(); x += theme.px(6)) { // dashed: what chance gives
        list.AddLine({x, noise}, {std::min(x + theme.px(3), area.right()), noise},
                     u32(palette.muted), theme.px(1));
    }
    put_text(list, theme.small, palette.muted, {area.x - theme.px(8), area.y - theme.px(3)},
             Align::kRight, "1");
    put_text(list, theme.small, palette.muted,
             {area.x - theme.px(8), area.bottom() - theme.small->FontSize + theme.px(3)},
             Align::kRight, "R 0");
    if (entries.empty()) {
        return;
    }
    const auto last = static_cast<float>(std::max(newest, 1));
    const auto x_of = [&](std::int32_t at) {
        return area.x + area.width * static_cast<float>(at) / last;
    };
    // Per pixel column its lowest and highest value, so that no dip is lost.
    std::vector<ImVec2> line;
    std::size_t i = 0;
    while (i < entries.size()) {
        const float column = std::floor(x_of(entries[i].epoch));
        float low = 2;
        float high = -1;
        do { // at least the one that the column is of
            if (std::isfinite(entries[i].order)) {
                low = std::min(low, entries[i].order);
                high = std::max(high, entries[i].order);
            }
            ++i;
        } while (i < entries.size() && std::floor(x_of(entries[i].epoch)) == column);
        if (high >= 0) {
            line.push_back({column, y_of(low)});
            if (y_of(low) - y_of(high) > 1.5F) { // less cannot be seen
                line.push_back({column, y_of(high)});
            }
        }
    }
    list.AddPolyline(line.data(), static_cast<int>(line.size()), u32(palette.text), 0,
                     theme.px(1.5F));
    name_chance(list, theme, area, line, noise);
    const float cursor = std::clamp(x_of(epoch), area.x, area.right());
    list.AddLine({cursor, area.y}, {cursor, area.bottom()}, u32(palette.accent), theme.px(1.5F));
}

} // namespace grokscope::ui
