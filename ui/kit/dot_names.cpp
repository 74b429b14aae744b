#include "ui/kit/dot_names.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>

namespace grokscope::ui {
namespace {

/// One place beside a dot.
struct Way {
    float turn = 0;  ///< from the way out, in turns
    float more = 0;  ///< farther away than it need be, in heights of the name
    float price = 0; ///< in lines under the name that are no worse
};
/// In the order in which they are tried. Inside, a name is nearer to dots that are not its own.
constexpr std::array<Way, 11> kWays{{{0, 0, 0},
                                     {0.125F, 0, 0.2F},
                                     {-0.125F, 0, 0.2F},
                                     {0, 0.5F, 0.4F},
                                     {0.125F, 0.5F, 0.6F},
                                     {-0.125F, 0.5F, 0.6F},
                                     {0.25F, 0, 1},
                                     {-0.25F, 0, 1},
                                     {0.375F, 0, 2},
                                     {-0.375F, 0, 2},
                                     {0.5F, 0, 2}}};

Rect widened(const Rect& rect, float by) {
    return {rect.x - by, rect.y - by, rect.width + 2 * by, rect.height + 2 * by};
}

float distance(const Rect& rect, Pixel at) {
    return std::hypot(std::max({rect.x - at.x, at.x - rect.right(), 0.0F}),
                      std::max({rect.y - at.y, at.y - rect.bottom(), 0.0F}));
}

/// Whether the piece from `a` to `b` meets the rectangle (Liang and Barsky 1984).
bool meets(const Rect& rect, Pixel a, Pixel b) {
    float from = 0;
    float to = 1;
    const auto cut = [&](float start, float move, float low, float high) {
        if (move == 0) {
            return start >= low && start <= high;
        }
        const float one = (low - start) / move;
        const float other = (high - start) / move;
        from = std::max(from, std::min(one, other));
        to = std::min(to, std::max(one, other));
        return from <= to;
    };
    return cut(a.x, b.x - a.x, rect.x, rect.right()) && cut(a.y, b.y - a.y, rect.y, rect.bottom());
}

/// The name's rectangle as near to its dot as it comes in that direction, and `more` pixels.
Rect beside(const DotRing& ring, const DotName& name, Pixel way, float more) {
    const float clear = ring.radius + ring.gap;
    const auto reach = [](float half, float share) {
        return std::abs(share) > 1e-6F ? half / std::abs(share)
                                       : std::numeric_limits<float>::infinity();
    };
    const float away =
        std::min(reach(name.width / 2 + clear, way.x), reach(name.height / 2 + clear, way.y)) +
        more;
    const Pixel& dot = ring.dots[name.dot];
    return {dot.x + away * way.x - name.width / 2, dot.y + away * way.y - name.height / 2,
            name.width, name.height};
}

float distance(const std::pair<Pixel, Pixel>& line, Pixel at) {
    const auto& [from, to] = line;
    const Pixel along{to.x - from.x, to.y - from.y};
    const float square = along.x * along.x + along.y * along.y;
    const float share =
        square > 0 ? ((at.x - from.x) * along.x + (at.y - from.y) * along.y) / square : 0;
    const float inside = std::clamp(share, 0.0F, 1.0F);
    return std::hypot(from.x + inside * along.x - at.x, from.y + inside * along.y - at.y);
}

} // namespace

float clearance(const Obstacles& obstacles, Pixel at) {
    float least = std::numeric_limits<float>::infinity();
    for (const Pixel& dot : obstacles.dots) {
        least = std::min(least, std::hypot(dot.x - at.x, dot.y - at.y));
    }
    for (const auto& line : obstacles.lines) {
        least = std::min(least, distance(line, at));
    }
    return least;
}

Pixel freest(std::span<const Pixel> places, const Obstacles& obstacles, float enough) {
    Pixel best = places.front();
    float most = -1;
    for (const Pixel& place : places) {
        const float clear = clearance(obstacles, place);
        if (clear >= enough) {
            return place;
        }
        if (clear > most) {
            most = clear;
            best = place;
        }
    }
    return best;
}

std::vector<std::optional<Rect>> place_dot_names(const DotRing& ring,
                                                 std::span<const DotName> names, const Rect& area,
                                                 std::vector<Rect> taken) {
    std::vector<std::optional<Rect>> places;
    places.reserve(names.size());
    const auto within = [&](const Rect& rect) {
        return rect.x >= area.x && rect.y >= area.y && rect.right() <= area.right() &&
               rect.bottom() <= area.bottom();
    };
    const auto free = [&](const Rect& rect) {
        const Rect wide = widened(rect, ring.gap);
        return std::ranges::none_of(taken, [&](const Rect& one) { return one.overlaps(wide); }) &&
               std::ranges::none_of(
                   ring.dots, [&](const Pixel& dot) { return distance(rect, dot) < ring.radius; });
    };
    const auto lines = [&](const Rect& rect) {
        int count = 0;
        for (std::size_t i = 0; i < ring.sequence.size(); ++i) {
            const auto from = static_cast<std::size_t>(ring.sequence[i]);
            const auto to = static_cast<std::size_t>(ring.sequence[(i + 1) % ring.sequence.size()]);
            count += meets(rect, ring.dots[from], ring.dots[to]) ? 1 : 0;
        }
        return count;
    };
    for (const DotName& name : names) {
        const Pixel& dot = ring.dots[name.dot];
        const float out = std::atan2(dot.y - ring.centre.y, dot.x - ring.centre.x);
        std::optional<Rect> best;
        float least = std::numeric_limits<float>::infinity();
        for (const Way& way : kWays) {
            const float angle = out + 2 * std::numbers::pi_v<float> * way.turn;
            const Rect rect =
                beside(ring, name, {std::cos(angle), std::sin(angle)}, way.more * name.height);
            if (way.price >= least || !within(rect) || !free(rect)) {
                continue;
            }
            const float price = way.price + static_cast<float>(lines(rect));
            if (price < least) {
                least = price;
                best = rect;
            }
        }
        if (best) {
            taken.push_back(*best);
        }
        places.push_back(best);
    }
    return places;
}

} // namespace grokscope::ui
