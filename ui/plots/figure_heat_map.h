// A figure that is many numbers, of one run, as a map in the third plot: epochs across, the places
// of its axis upwards, colours for values.
// Threads: main thread only.
#pragma once

#include "ui/core/figure_choice.h"
#include "ui/core/rect.h"
#include "ui/kit/curve_painter.h"
#include "ui/kit/panel_input.h"
#include "ui/plots/figure_curves.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace grokscope::ui {

class FigureHeatMap {
public:
    /// Takes what the run has of that figure, as far as it was not taken yet.
    void prepare(const RunRecord& run, const OfferedFigure& figure);

    /// No value has been read.
    [[nodiscard]] bool empty() const { return !any_; }
    /// Places of the figure's axis.
    [[nodiscard]] std::size_t rows() const { return rows_; }
    /// The value axis of the open plot that is `height` pixels high: the places by number or name.
    void set_up_axis(const Theme& theme, float height) const;
    void draw(const Theme& theme, const PlotFrame& frame, ImDrawList& list) const;
    /// What colours mean, right of the plot.
    void draw_colors(const Theme& theme, const PlotFrame& frame, ImDrawList& list) const;
    /// The value at a place of the plot: "k = 14, read at 2,300: 112 neurons"; empty where the map
    /// has none.
    [[nodiscard]] std::string told(const PlotFrame& frame, float x, float y) const;

    /// How a value is coloured, 0..1; NaN stays NaN. On a logarithmic scale what is not positive is
    /// the least. One value for all has the middle.
    [[nodiscard]] float share_of(double value) const;
    /// Until which epoch a reading is drawn (reading_end.h).
    [[nodiscard]] double end_of(std::size_t reading) const;

private:
    void take(const Reading& reading);
    [[nodiscard]] double value(std::size_t reading, std::size_t row) const {
        return values_[reading][row];
    }
    [[nodiscard]] std::string name_of(std::size_t row) const;

    const FigureSpec* figure_ = nullptr;
    std::string id_;
    RunId run_{};
    std::size_t heads_ = 0; ///< of a layer; 0 in a model of one, where heads have a number alone
    std::uint32_t generation_ = 0;
    std::uint32_t rewritten_ = 0;
    std::vector<std::int32_t> epochs_;
    std::vector<std::vector<double>> values_; ///< by reading, each of at most `rows_` values
    std::size_t rows_ = 0;
    bool any_ = false; ///< a value was read
    double low_ = 1;   ///< least and largest value that the scale has room for; low_ > high_: none
    double high_ = 0;
    [[nodiscard]] bool has_scale() const { return low_ <= high_; }
};

} // namespace grokscope::ui
