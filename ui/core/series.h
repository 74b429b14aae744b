// One curve with a min/max pyramid over it, so that any zoom draws every spike with at most four
// vertices per pixel column. No ImGui, no GL: plain arithmetic.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace grokscope::ui {

enum class AxisScale : std::uint8_t { kLinear, kLog };

/// A point of a curve, in the units of its axes.
struct CurvePoint {
    double x = 0;
    double y = 0;
    friend bool operator==(const CurvePoint&, const CurvePoint&) = default;
};

/// What to draw of a series: polylines separated by gaps.
struct DecimatedCurve {
    std::vector<CurvePoint> points;
    /// Start index in `points` of each polyline; each ends where the next begins.
    std::vector<std::size_t> starts;

    void clear() {
        points.clear();
        starts.clear();
    }
    /// The points of polyline `index`. One point alone is to be drawn as a dot.
    [[nodiscard]] std::span<const CurvePoint> polyline(std::size_t index) const {
        const std::size_t end = index + 1 < starts.size() ? starts[index + 1] : points.size();
        return std::span(points).subspan(starts[index], end - starts[index]);
    }
};

/// The part of the x axis on screen and its width in pixels.
struct SeriesWindow {
    double x_min = 0;
    double x_max = 1;
    int columns = 1;
    AxisScale x_scale = AxisScale::kLinear;
};

/// Append-only curve, x strictly increasing. Non-finite y are kept for the read-out and are gaps on
/// screen; they never enter a bucket.
class Series {
public:
    /// Adds a point. O(1) amortised. Throws std::invalid_argument unless x is finite and larger
    /// than the last one.
    void append(double x, double y);
    void clear();
    /// How often it was cleared: what was made of its points before is void.
    [[nodiscard]] std::uint32_t clears() const { return clears_; }

    [[nodiscard]] std::size_t size() const { return x_.size(); }
    [[nodiscard]] bool empty() const { return x_.empty(); }
    [[nodiscard]] std::span<const double> x() const { return x_; }
    [[nodiscard]] std::span<const double> y() const { return y_; }

    /// Index of the last point with x <= `at`, or size() when there is none.
    [[nodiscard]] std::size_t at_or_before(double at) const;
    /// Index of the point nearest to `at`; size() when empty.
    [[nodiscard]] std::size_t nearest(double at) const;

    /// Smallest and largest finite value of the points with index in [first, last).
    struct Extent {
        bool any = false;
        std::size_t min_index = 0;
        std::size_t max_index = 0;
    };
    [[nodiscard]] Extent extent(std::size_t first, std::size_t last) const;

    /// Writes what `window` shows into `out`: per pixel column first, min, max and last in order of
    /// x, one more point on either side so that lines leave the picture. Log windows bucket by
    /// pixel too and leave out x < 1. A gap narrower than a column is not shown as one.
    void decimate(const SeriesWindow& window, DecimatedCurve& out) const;

private:
    struct Bucket {
        std::uint32_t min_index;
        std::uint32_t max_index; // both kNone when no value of the bucket is finite
    };
    static constexpr std::uint32_t kNone = 0xffffffffU;

    [[nodiscard]] Bucket leaf(std::size_t index) const;
    [[nodiscard]] Bucket merged(const Bucket& earlier, const Bucket& later) const;

    std::vector<double> x_;
    std::vector<double> y_;
    /// levels_[l][b] covers points [b << (l+1), (b+1) << (l+1)); complete buckets only.
    std::vector<std::vector<Bucket>> levels_;
    std::uint32_t clears_ = 0;
};

} // namespace grokscope::ui
