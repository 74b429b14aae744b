#include "ui/core/dash.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace grokscope::ui {

namespace {

/// Writes strokes point by point; a pen that is up starts a new stroke when it comes down.
class Pen {
public:
    explicit Pen(Strokes& out) : out_(out) {}

    void line(const Pixel& from, const Pixel& to) {
        if (!down_) {
            out_.starts.push_back(out_.points.size());
            out_.points.push_back(from);
            down_ = true;
        }
        out_.points.push_back(to);
    }
    void lift() { down_ = false; }

private:
    Strokes& out_;
    bool down_ = false;
};

bool steep(const Pixel& from, const Pixel& to) {
    return std::abs(to.y - from.y) > to.x - from.x;
}

/// Index of the point where the steep pieces from `first` on stop or turn; first + 1 where the
/// first is not steep.
std::size_t end_of_climb(std::span<const Pixel> line, std::size_t first) {
    const bool up = line[first + 1].y > line[first].y;
    std::size_t end = first + 1;
    if (!steep(line[first], line[end])) {
        return end;
    }
    while (end + 1 < line.size() && steep(line[end], line[end + 1]) &&
           (line[end + 1].y > line[end].y) == up) {
        ++end;
    }
    return end;
}

Pixel at_x(const Pixel& from, const Pixel& to, float x) {
    const float share = to.x > from.x ? (x - from.x) / (to.x - from.x) : 0.0F;
    return {x, from.y + share * (to.y - from.y)};
}

} // namespace

void clip_columns(std::vector<Pixel>& line, float left, float right) {
    const auto cut = [](const Pixel& outside, const Pixel& inside, float edge) {
        const double share =
            (static_cast<double>(edge) - outside.x) / (static_cast<double>(inside.x) - outside.x);
        const double rise = static_cast<double>(inside.y) - outside.y;
        return Pixel{edge, static_cast<float>(outside.y + share * rise)};
    };
    const auto within_left = [left](const Pixel& point) { return point.x >= left; };
    const auto first = std::find_if(line.begin(), line.end(), within_left);
    if (first != line.begin() && first != line.end()) {
        *std::prev(first) = cut(*std::prev(first), *first, left);
        line.erase(line.begin(), std::prev(first));
    } else if (first == line.end()) {
        line.clear();
        return;
    }
    const auto within_right = [right](const Pixel& point) { return point.x <= right; };
    const auto last = std::find_if(line.rbegin(), line.rend(), within_right).base();
    if (last == line.begin()) {
        line.clear();
        return;
    }
    if (last != line.end()) {
        *last = cut(*last, *std::prev(last), right);
        line.erase(std::next(last), line.end());
    }
    for (Pixel& point : line) {
        point.x = std::clamp(point.x, left, right);
    }
}

void simplify(std::vector<Pixel>& line, float tolerance) {
    if (line.size() < 3) {
        return;
    }
    // From the last point kept, the slopes that pass all points since within the tolerance: while
    // the newest point lies among them, those between can go.
    std::size_t kept = 0;
    Pixel newest = line[0];
    float low = -std::numeric_limits<float>::infinity();
    float high = std::numeric_limits<float>::infinity();
    for (std::size_t i = 1; i < line.size(); ++i) {
        const Pixel point = line[i];
        const Pixel& from = line[kept];
        const float width = point.x - from.x;
        const float slope = width > 0 ? (point.y - from.y) / width : 0;
        if (i > 1 && (width <= 0 || slope < low || slope > high)) {
            line[++kept] = newest;
            low = -std::numeric_limits<float>::infinity();
            high = std::numeric_limits<float>::infinity();
        }
        const float across = point.x - line[kept].x;
        if (across > 0) {
            const float rise = point.y - line[kept].y;
            low = std::max(low, (rise - tolerance) / across);
            high = std::min(high, (rise + tolerance) / across);
        } else if (point.y != line[kept].y) {
            low = std::numeric_limits<float>::infinity(); // straight up: no slope passes
            high = -std::numeric_limits<float>::infinity();
        }
        newest = point;
    }
    line[++kept] = newest;
    line.resize(kept + 1);
}

float dash_stretch(float thickness, float scale) {
    constexpr float kThin = 2.2F; // thickness at scale 1 for which the patterns are made
    return std::max(thickness / (kThin * scale), 1.0F);
}

void append_dashes(std::span<const Pixel> line, std::span<const float> pattern, float anchor,
                   Strokes& out) {
    if (line.size() < 2) {
        return;
    }
    const float period = std::accumulate(pattern.begin(), pattern.end(), 0.0F);
    float widest_space = 0;
    for (std::size_t i = 1; i < pattern.size(); i += 2) {
        widest_space = std::max(widest_space, pattern[i]);
    }
    Pen pen(out);
    std::size_t climb_end = 0;
    bool jump = false;
    for (std::size_t i = 0; i + 1 < line.size(); ++i) {
        const Pixel& from = line[i];
        const Pixel& to = line[i + 1];
        if (i >= climb_end) {
            climb_end = end_of_climb(line, i);
            jump = std::abs(line[climb_end].y - from.y) > widest_space;
        }
        if (period <= 0 || (jump && steep(from, to))) {
            pen.line(from, to);
            continue;
        }
        float x = from.x;
        // Where in the pattern the piece begins.
        float phase = std::fmod(x - anchor, period);
        phase = phase < 0 ? phase + period : phase;
        std::size_t part = 0;
        while (part + 1 < pattern.size() && phase >= pattern[part]) {
            phase -= pattern[part];
            ++part;
        }
        if (to.x <= from.x) {
            if (part % 2 == 0) {
                pen.line(from, to);
            } else {
                pen.lift();
            }
            continue;
        }
        while (x < to.x) {
            const float end = std::min(to.x, x + std::max(pattern[part] - phase, 1e-3F));
            if (part % 2 == 0) {
                pen.line(at_x(from, to, x), at_x(from, to, end));
            } else {
                pen.lift();
            }
            x = end;
            phase = 0;
            if (end < to.x) {
                part = (part + 1) % pattern.size();
            }
        }
    }
}

void append_marker_positions(std::span<const Pixel> line, float anchor, float spacing,
                             std::vector<Pixel>& out) {
    if (line.size() < 2 || spacing <= 0) {
        return;
    }
    // In doubles: from an anchor far outside of the picture a float would not move on.
    const std::size_t before = out.size();
    double next =
        anchor + spacing * std::ceil((static_cast<double>(line.front().x) - anchor) / spacing);
    for (std::size_t i = 0; i + 1 < line.size(); ++i) {
        while (next <= line[i + 1].x) {
            if (next >= line[i].x) {
                out.push_back(at_x(line[i], line[i + 1], static_cast<float>(next)));
            }
            next += spacing;
        }
    }
    // A curve that has just begun has the one that tells it from others all the same.
    const float width = line.back().x - line.front().x;
    if (out.size() == before && width >= spacing / 4) {
        const float middle = line.front().x + width / 2;
        for (std::size_t i = 0; i + 1 < line.size(); ++i) {
            if (line[i + 1].x >= middle) {
                out.push_back(at_x(line[i], line[i + 1], middle));
                break;
            }
        }
    }
}

std::vector<float> spread_labels(std::span<const float> centers, float height, float top,
                                 float bottom) {
    std::vector<std::size_t> order(centers.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t one, std::size_t other) {
        return centers[one] < centers[other];
    });
    std::vector<float> placed(centers.size());
    // Down once, then up once from the bottom: enough for a single column of equal boxes.
    float lowest = top + height / 2;
    for (const std::size_t index : order) {
        placed[index] = std::max(centers[index], lowest);
        lowest = placed[index] + height;
    }
    float highest = bottom - height / 2;
    for (auto index = order.rbegin(); index != order.rend(); ++index) {
        placed[*index] = std::min(placed[*index], highest);
        highest = placed[*index] - height;
    }
    return placed;
}

void spread_columns(std::span<Rect> boxes, float top, float bottom) {
    std::vector<std::size_t> order(boxes.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t one, std::size_t other) {
        return boxes[one].x < boxes[other].x;
    });
    for (auto first = order.begin(); first != order.end();) {
        float right = boxes[*first].right();
        auto end = first;
        for (; end != order.end() && boxes[*end].x < right; ++end) {
            right = std::max(right, boxes[*end].right());
        }
        end = std::max(end, std::next(first)); // a box without width
        std::sort(first, end);                 // equal heights keep the order given
        const float height = boxes[*first].height;
        std::vector<float> centers;
        for (auto index = first; index != end; ++index) {
            centers.push_back(boxes[*index].y + height / 2);
        }
        const std::vector<float> placed = spread_labels(centers, height, top, bottom);
        for (auto index = first; index != end; ++index) {
            boxes[*index].y = placed[static_cast<std::size_t>(index - first)] - height / 2;
        }
        first = end;
    }
}

} // namespace grokscope::ui
