#include "ui/plots/figure_heat_map.h"

#include "engine/protocol/records.h"
#include "ui/core/figure_text.h"
#include "ui/core/palette.h"
#include "ui/core/plot_axes.h"
#include "ui/core/reading_end.h"
#include "ui/core/text.h"
#include "ui/kit/theme.h"
#include "ui/kit/widgets.h"
#include "ui/plots/plot_setup.h"

#include <implot.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace grokscope::ui {

namespace {

constexpr int kColors = 48;
constexpr float kHeatColumn = 2; ///< of several readings in one, the last is drawn; pixels at 100 %
constexpr float kHeatBar = 12;
constexpr float kHeatBarSteps = 24;

} // namespace

void FigureHeatMap::prepare(const RunRecord& run, const OfferedFigure& figure) {
    const auto found = run.readings.find(figure.instrument->id);
    const InstrumentReadings* const readings =
        found == run.readings.end() ? nullptr : &found->second;
    const std::uint32_t rewritten = readings == nullptr ? 0 : readings->rewritten;
    figure_ = figure.figure;
    heads_ = run.config.layers > 1 ? static_cast<std::size_t>(run.config.heads) : 0;
    if (run_ != run.id || id_ != figure_->id || generation_ != run.generation ||
        rewritten_ != rewritten) {
        run_ = run.id;
        id_ = figure_->id;
        generation_ = run.generation;
        rewritten_ = rewritten;
        epochs_.clear();
        values_.clear();
        rows_ = 0;
        any_ = false;
        low_ = 1;
        high_ = 0;
    }
    if (figure.of_trainer()) {
        while (epochs_.size() < run.progress.size()) {
            take(reading_of(run.progress[epochs_.size()]));
        }
    } else {
        while (readings != nullptr && epochs_.size() < readings->rows.size()) {
            take(readings->rows[epochs_.size()]);
        }
    }
}

void FigureHeatMap::take(const Reading& reading) {
    const auto own = std::ranges::find(reading.figures, id_, &FigureValues::id);
    epochs_.push_back(reading.epoch);
    values_.push_back(own == reading.figures.end() ? std::vector<double>() : own->values);
    rows_ = std::max(rows_, values_.back().size());
    for (const double value : values_.back()) {
        any_ |= std::isfinite(value);
        if (!std::isfinite(value) || (figure_->logarithmic && value <= 0)) {
            continue;
        }
        const double drawn = std::clamp(value, -kLargestValue, kLargestValue);
        const bool first = !has_scale();
        low_ = first ? drawn : std::min(low_, drawn);
        high_ = first ? drawn : std::max(high_, drawn);
    }
}

float FigureHeatMap::share_of(double value) const {
    if (std::isnan(value)) {
        return std::numeric_limits<float>::quiet_NaN();
    }
    const bool log = figure_->logarithmic;
    if (!has_scale() || (log && value <= 0)) {
        return 0; // of values that have no logarithm, the least
    }
    const double low = log ? std::log(low_) : low_;
    const double high = log ? std::log(high_) : high_;
    const double at = log ? std::log(std::max(value, low_)) : value;
    return static_cast<float>(high > low ? std::clamp((at - low) / (high - low), 0.0, 1.0) : 0.5);
}

double FigureHeatMap::end_of(std::size_t reading) const {
    return reading_end(epochs_, reading);
}

std::string FigureHeatMap::name_of(std::size_t row) const {
    if (figure_->axis == FigureAxis::kTensor && rows_ == kProgressTensors.size()) {
        return std::string(kProgressTensors[row]);
    }
    switch (figure_->axis) {
    case FigureAxis::kFrequency:
        return text::kMapFrequency + std::to_string(row + 1);
    case FigureAxis::kLayer:
        return text::kMapLayer + std::to_string(row);
    case FigureAxis::kHead:
        return text::kMapHead +
               (heads_ > 0 ? std::to_string(row / heads_) + "." + std::to_string(row % heads_)
                           : std::to_string(row));
    default:
        return text::kMapTensor + std::to_string(row);
    }
}

void FigureHeatMap::set_up_axis(const Theme& theme, float height) const {
    const auto rows = static_cast<double>(std::max<std::size_t>(rows_, 1));
    ImPlot::SetupAxisLimits(ImAxis_Y1, 0.5, rows + 0.5, ImPlotCond_Always);
    const double room = theme.small->FontSize * 1.1;
    std::vector<double> ticks;
    std::vector<std::string> names;
    if (figure_ != nullptr && figure_->axis == FigureAxis::kFrequency) {
        ticks = epoch_ticks(1, rows, height, 2 * room);
    } else {
        const double step = std::max(std::ceil(rows * room / std::max(height, 1.0F)), 1.0);
        for (double row = 1; row <= rows; row += step) {
            ticks.push_back(row);
        }
    }
    std::vector<const char*> labels;
    for (const double tick : ticks) {
        const auto row = static_cast<std::size_t>(tick) - 1;
        names.push_back(figure_ == nullptr || figure_->axis == FigureAxis::kFrequency
                            ? std::to_string(row + 1)
                            : name_of(row));
    }
    for (const std::string& name : names) {
        labels.push_back(name.c_str());
    }
    ImPlot::SetupAxisTicks(ImAxis_Y1, ticks.data(), static_cast<int>(ticks.size()), labels.data());
}

void FigureHeatMap::draw(const Theme& theme, const PlotFrame& frame, ImDrawList& list) const {
    if (empty()) {
        return;
    }
    const float column = theme.px(kHeatColumn);
    const auto first = std::ranges::upper_bound(epochs_, frame.x_at(frame.area.x));
    std::size_t begin = static_cast<std::size_t>(first - epochs_.begin());
    begin = begin > 0 ? begin - 1 : 0;
    // One rectangle for as many readings as have the colour of one another.
    struct Piece {
        float left = 0;
        float right = 0;
        int color = -1;
    };
    std::vector<Piece> pieces(rows_);
    const auto put = [&](std::size_t row) {
        const Piece& piece = pieces[row];
        if (piece.color < 0) {
            return;
        }
        const auto at = static_cast<double>(row);
        list.AddRectFilled({piece.left, frame.y_of(at + 1.5)}, {piece.right, frame.y_of(at + 0.5)},
                           u32(heat_color(static_cast<float>(piece.color) / (kColors - 1))));
    };
    float left = frame.area.x;
    for (std::size_t i = begin; i < epochs_.size() && left < frame.area.right(); ++i) {
        const float from = std::max(frame.x_of(epochs_[i]), left);
        float to = std::min(frame.x_of(end_of(i)), frame.area.right());
        const bool last = i + 1 == epochs_.size() || frame.x_of(epochs_[i + 1]) >= to + column;
        if (to - from < column && !last) {
            continue; // the next one takes its place
        }
        to = std::max(to, from + 1);
        for (std::size_t row = 0; row < rows_; ++row) {
            const float share = row < values_[i].size() ? share_of(value(i, row))
                                                        : std::numeric_limits<float>::quiet_NaN();
            const int color =
                std::isnan(share) ? -1 : static_cast<int>(std::lround(share * (kColors - 1)));
            Piece& piece = pieces[row];
            if (piece.color == color && std::abs(piece.right - from) < 0.5F) {
                piece.right = to;
            } else {
                put(row);
                piece = {from, to, color};
            }
        }
        left = to;
    }
    for (std::size_t row = 0; row < rows_; ++row) {
        put(row);
    }
}

void FigureHeatMap::draw_colors(const Theme& theme, const PlotFrame& frame,
                                ImDrawList& list) const {
    if (!has_scale()) {
        return;
    }
    const Rect& area = frame.area;
    const float x = area.right() + theme.px(8);
    const float step = area.height / kHeatBarSteps;
    for (int i = 0; i < static_cast<int>(kHeatBarSteps); ++i) {
        const float share = (static_cast<float>(i) + 0.5F) / kHeatBarSteps;
        const float bottom = area.bottom() - static_cast<float>(i) * step;
        list.AddRectFilled({x, bottom - step}, {x + theme.px(kHeatBar), bottom},
                           u32(heat_color(share)));
    }
    const float words = x + theme.px(kHeatBar + 4);
    const double middle =
        figure_->logarithmic ? std::sqrt(low_) * std::sqrt(high_) : low_ / 2 + high_ / 2;
    const float line = theme.small->FontSize;
    const auto name = [&](double value, float y) {
        draw_text(list, theme.small, {words, y}, theme.palette->muted, text::value(value, 3));
    };
    name(high_, area.y);
    if (area.height > 4 * line) {
        name(middle, area.y + (area.height - line) / 2);
    }
    name(low_, area.bottom() - line);
}

std::string FigureHeatMap::told(const PlotFrame& frame, float x, float y) const {
    if (empty() || !frame.area.contains(x, y)) {
        return {};
    }
    const double epoch = frame.x_at(x);
    const auto after = std::ranges::upper_bound(epochs_, epoch);
    const double place = (frame.area.bottom() - y) / frame.area.height * static_cast<double>(rows_);
    const auto row = static_cast<std::size_t>(std::clamp(place, 0.0, static_cast<double>(rows_)));
    if (after == epochs_.begin()) {
        return {};
    }
    const auto reading = static_cast<std::size_t>(after - epochs_.begin()) - 1;
    if (epoch >= end_of(reading) || row >= values_[reading].size() ||
        std::isnan(value(reading, row))) {
        return {};
    }
    return name_of(row) + ", " + text::kReadAt + text::grouped(epochs_[reading]) + ": " +
           text::value(value(reading, row)) +
           (figure_->unit.empty() ? std::string() : " " + figure_->unit);
}

} // namespace grokscope::ui
