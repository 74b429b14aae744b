#include "ui/plots/plot_curves.h"

#include "ui/core/mark_ink.h"
#include "ui/core/plot_axes.h"
#include "ui/core/progress_text.h"
#include "ui/core/run_looks.h"
#include "ui/core/text.h"
#include "ui/kit/curve_sample.h"
#include "ui/kit/picture_kit.h"
#include "ui/kit/widgets.h"
#include "ui/plots/plot_marks.h"

#include <implot.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

namespace grokscope::ui {

namespace {

/// Length of the piece of curve before a name, with the space after it; of a dashed one there is
/// more to show.
float label_chip(const Theme& theme, bool dashed) {
    return theme.px(dashed ? 28.0F : 14.0F);
}

/// The same before each of several names, which begin at one edge.
float label_chip(const Theme& theme, const auto& labels) {
    return label_chip(theme, std::ranges::any_of(labels, [](const auto& label) {
                          return !label.style.dashes.empty();
                      }));
}

/// Whether the progress curves are those with the key frequencies that the run ended with.
bool shows_final_keys(const RunRecord& run) {
    return run.recorded && !run.progress.empty() && run.progress.front().final_measures;
}

/// Of a name at the end of a curve.
float label_height(const Theme& theme) {
    return theme.small->FontSize + theme.px(2);
}

/// Runs in the mismatch plot: where there are several, its curves name theirs.
std::ptrdiff_t probed_runs(const PanelInput& input) {
    return std::ranges::count_if(input.book.runs(), [&](const auto& run) {
        return input.view.visible(run->id) && !run->config.stencil.empty();
    });
}

/// Curves in that plot.
int probes_shown(const PanelInput& input) {
    int count = 0;
    for (const auto& run : input.book.runs()) {
        count += input.view.visible(run->id) ? run->config.stencil.size() : 0;
    }
    return count;
}

} // namespace

void PlotCurves::prepare(const PanelInput& input) {
    if (input.view.seed_bands) {
        bands_.update(input.book, input.view);
    }
    nearest_curve_ = input.theme.px(10);
}

float PlotCurves::label_room(const PanelInput& input) {
    const Theme& theme = input.theme;
    float room = theme.px(46);
    for (const auto& run : input.book.runs()) {
        const std::string name = run_label(input.view, *run, several_seeds(input.book));
        room = std::max(
            room, text_size(theme.small, name).x + theme.px(16) +
                      label_chip(theme, !run_style(input.view, *run, theme.kind).dashes.empty()));
    }
    if (input.view.settings.third_plot == ThirdPlot::kProgress) {
        const RunRecord* run = input.selected();
        const char* const widest =
            run != nullptr && shows_final_keys(*run) ? text::kRestrictedFinal : text::kSumSquares;
        room = std::max(room, text_size(theme.small, widest).x + theme.px(48));
    }
    if (input.view.settings.third_plot ==
        ThirdPlot::kFigures) { // the colours of a map and their values
        room = std::max(room, theme.px(86));
    }
    if (input.view.settings.test_parts) {
        room = std::max(room, text_size(theme.small, text::kTrulyNew).x + theme.px(48));
    }
    float most = theme.px(140);
    if (input.view.settings.third_plot == ThirdPlot::kMismatch && !theme.presenting &&
        probed_runs(input) > 1) {
        for (const auto& run : input.book.runs()) {
            const std::string name = run_label(input.view, *run, several_seeds(input.book));
            const std::string probe = text::probe_name(text::offset(1), name);
            if (!run->config.stencil.empty() && input.view.visible(run->id)) {
                room = std::max(room, text_size(theme.small, probe).x + theme.px(44));
            }
        }
        most = theme.px(186);
    }
    return std::min(room, most);
}

void PlotCurves::draw_bands(const PanelInput& input, PlotKind kind, const PlotFrame& frame) {
    const Theme& theme = input.theme;
    for (const SeedGroup& group : bands_.groups()) {
        const Band& band = kind == PlotKind::kLoss ? group.loss : group.accuracy;
        CurveLook look;
        look.style = run_style(input.view, *input.book.find(group.runs.front()), theme.kind);
        look.scale = theme.scale;
        look.thickness = theme.px(4.4F);
        look.hollow = true; // no run is drawn like that
        paint_band(*ImPlot::GetPlotDrawList(), frame, band.low, band.high,
                   look.style.color.with_alpha(0.22F));
        const CurveEnd end = painter_.paint(*ImPlot::GetPlotDrawList(), frame, band.mean, look,
                                            theme.palette->panel);
        if (end.any) {
            labels_.push_back(
                {end.at, look.style,
                 group.config.label() + ", " + std::to_string(group.runs.size()) + text::kSeedsHere,
                 true});
        }
    }
}

void PlotCurves::draw(const PanelInput& input, PlotKind kind, const PlotFrame& selected_frame) {
    labels_.clear();
    const std::ptrdiff_t probed = probed_runs(input);
    const bool crowded = probed > 1 && kind == PlotKind::kMismatch &&
                         static_cast<float>(probes_shown(input)) * label_height(input.theme) >
                             selected_frame.area.height;
    if (input.view.seed_bands && (kind == PlotKind::kAccuracy || kind == PlotKind::kLoss)) {
        draw_bands(input, kind, selected_frame);
    }
    for (const auto& run : input.book.runs()) {
        const EpochMap map(input.view.settings.x_unit, *run);
        if (!input.view.visible(run->id) || !map.usable()) {
            continue;
        }
        const PlotFrame frame = selected_frame.with(map);
        const RunCurves& curves = run->curves;
        const std::string name = run_label(input.view, *run, several_seeds(input.book));
        const bool alone = !input.view.seed_bands || !bands_.banded(run->id) ||
                           input.view.selected == run->id || input.view.hovered == run->id;
        if (!alone && (kind == PlotKind::kAccuracy || kind == PlotKind::kLoss)) {
            continue; // its band stands for it
        }
        const auto curve = [&](Curve one) { draw_curve(input, *run, frame, std::move(one)); };
        const auto parts = [&](const Series& mirrored, const Series& truly_new) {
            if (input.view.settings.test_parts && input.view.selected == run->id) {
                curve({mirrored, false, text::kMirrored, kMirroredShape});
                curve({truly_new, false, text::kTrulyNew, kNewShape});
            }
        };
        switch (kind) {
        case PlotKind::kAccuracy:
            curve({.series = curves.train_accuracy, .thick = false});
            curve({.series = curves.test_accuracy, .label = name});
            parts(curves.mirrored_accuracy, curves.new_accuracy);
            break;
        case PlotKind::kLoss:
            curve({.series = curves.train_loss, .thick = false});
            curve({.series = curves.test_loss, .label = name});
            parts(curves.mirrored_loss, curves.new_loss);
            break;
        case PlotKind::kMismatch:
            draw_mismatch(input, *run, frame, probed > 1 ? name : std::string(), crowded);
            break;
        case PlotKind::kProgress:
            if (input.view.selected == run->id) {
                const auto measure = [&](Measure which, const Series& series, bool thick,
                                         const char* label) {
                    curve({series, thick, label, shape_of(which)});
                };
                measure(Measure::kSumSquares, curves.sum_squares, false, text::kSumSquares);
                measure(Measure::kGiniEmbedding, curves.gini_W_E, false, text::kGiniEmbedding);
                measure(Measure::kGiniLogits, curves.gini_W_L, false, text::kGini);
                measure(Measure::kFull, curves.full_loss, false, text::kFull);
                const bool final_keys = shows_final_keys(*run);
                measure(Measure::kExcluded, curves.excluded_loss, true,
                        final_keys ? text::kExcludedFinal : text::kExcluded);
                measure(Measure::kRestricted, curves.restricted_loss, true,
                        final_keys ? text::kRestrictedFinal : text::kRestricted);
            }
            break;
        case PlotKind::kFigures:
            break; // draw_figure()
        }
    }
}

void PlotCurves::draw_figure(const PanelInput& input, const RunRecord& run, const PlotFrame& frame,
                             const Series& series, const CurveShape& shape) {
    draw_curve(input, run, frame, {.series = series, .shape = shape});
}

void PlotCurves::draw_mismatch(const PanelInput& input, const RunRecord& run,
                               const PlotFrame& frame, const std::string& name, bool crowded) {
    const std::size_t first = labels_.size();
    for (const int offset : run.config.stencil.offsets()) {
        const std::string words = text::offset(offset);
        draw_curve(input, run, frame,
                   {.series = run.curves.mismatch[offset_slot(offset)],
                    .label = crowded ? words : text::probe_name(words, name)});
    }
    if (!crowded || labels_.size() == first) {
        return;
    }
    // One line for all of them, from the highest curve to the lowest.
    const std::span own = std::span(labels_).subspan(first);
    std::ranges::stable_sort(own, {}, [](const EndLabel& label) { return label.at.y; });
    std::string words;
    float middle = 0;
    for (const EndLabel& label : own) {
        words += (words.empty() ? "" : ", ") + label.text;
        middle += label.at.y / static_cast<float>(own.size());
    }
    labels_.resize(first + 1);
    labels_.back().at.y = middle;
    // The name first: where there is no room, the offsets are left out.
    labels_.back().text = name.empty() ? words : name + ": " + words;
}

void PlotCurves::draw_curve(const PanelInput& input, const RunRecord& run, const PlotFrame& frame,
                            Curve curve) {
    const Theme& theme = input.theme;
    const Series& series = curve.series;
    const bool dimmed = input.view.hovered && input.view.hovered != run.id;
    CurveLook look;
    look.style = run_style(input.view, run, theme.kind);
    if (curve.shape) {
        look.style.dashes = dashes_of(*curve.shape);
        look.style.marker = curve.shape->marker;
    }
    look.scale = theme.scale;
    look.thickness = theme.curve(curve.thick);
    // Train is paler than test, as far as it is seen all the same.
    look.alpha =
        curve.thick
            ? 1
            : ink_on_phases(look.style.casing ? kCasing : look.style.color, 0.6F, *theme.palette).a;
    look.alpha *= dimmed ? 0.25F : 1.0F;
    look.markers = curve.thick || curve.shape;
    ImDrawList& list = *ImPlot::GetPlotDrawList();
    const Series* smooth = smoothed_.of(input.view.settings.smoothing, run, series, frame.log_y);
    if (smooth != nullptr) {
        CurveLook raw = look;
        raw.alpha *= 0.3F;
        raw.thickness = theme.px(1);
        raw.markers = false;
        (void)painter_.paint(list, frame, series, raw, theme.palette->panel);
    }
    const CurveEnd end = painter_.paint(list, frame, smooth == nullptr ? series : *smooth, look,
                                        theme.palette->panel);
    draw_hovered_value(input, frame, series, look);
    if (end.any && !curve.label.empty()) {
        labels_.push_back({end.at, look.style, std::move(curve.label), false, look.thickness});
    }
    const ImVec2 mouse = ImGui::GetMousePos();
    if (frame.area.contains(mouse.x, mouse.y) && !series.empty()) {
        const std::size_t nearest = series.nearest(frame.x_at(mouse.x));
        const float distance = std::abs(frame.y_of(series.y()[nearest]) - mouse.y);
        if (distance < nearest_curve_ &&
            std::abs(frame.x_of(series.x()[nearest]) - mouse.x) < theme.px(12)) {
            nearest_curve_ = distance;
            input.view.hovered_next = run.id;
        }
    }
}

void PlotCurves::draw_hovered_value(const PanelInput& input, const PlotFrame& frame,
                                    const Series& series, const CurveLook& look) {
    if (!input.view.hovered_x || series.empty() || frame.map == nullptr) {
        return;
    }
    // A dot on the very sample whose figures stand in the table.
    const double epoch = frame.map->epoch_at(*input.view.hovered_x);
    const std::size_t at = series.nearest(epoch);
    const ImVec2 dot{frame.x_of(series.x()[at]), frame.y_of(series.y()[at])};
    if (!std::isfinite(series.y()[at]) || epoch > series.x().back() + 1 ||
        !marks_plot(frame.area, dot)) {
        return;
    }
    const float radius = input.theme.px(3.5F);
    const float around = radius + input.theme.px(1.5F);
    ImDrawList& list = *ImPlot::GetPlotDrawList();
    const RoomForMarks room(list, frame.area, around);
    list.AddCircleFilled(dot, around, u32(input.theme.palette->panel));
    list.AddCircleFilled(dot, radius, u32(look.style.color.with_alpha(look.alpha)));
}

std::span<const Rect> PlotCurves::place_labels(const PanelInput& input, const PlotFrame& frame,
                                               float right_limit) {
    const Theme& theme = input.theme;
    const float height = label_height(theme);
    const float pad = theme.px(2);
    const float chip = label_chip(theme, labels_);
    std::vector<Rect> wanted;
    for (EndLabel& label : labels_) {
        const float from = std::min(label.at.x, frame.area.right());
        label.text = fitted(theme.small, label.text, right_limit - from - chip - theme.px(16));
        const float width = text_size(theme.small, label.text).x + chip + theme.px(6);
        const float x = std::min(label.at.x + theme.px(8), right_limit - width);
        wanted.push_back({x - pad, label.at.y - height / 2, width + 2 * pad, height});
    }
    spread_columns(wanted, frame.area.y, frame.area.bottom());
    places_.clear();
    for (std::size_t i = 0; i < labels_.size(); ++i) {
        // More curves than lines of text: it would lie on the next plot.
        const float y = wanted[i].y + height / 2;
        labels_[i].shown = y >= frame.area.y && y <= frame.area.bottom();
        if (labels_[i].shown) {
            places_.push_back(wanted[i]);
        }
    }
    // Of a column not all end at one epoch: back to the curve's own height where nothing stands.
    auto place = places_.begin();
    for (const EndLabel& label : labels_) {
        if (!label.shown) {
            continue;
        }
        Rect own = *place;
        own.y = std::clamp(label.at.y, frame.area.y + height / 2,
                           std::max(frame.area.bottom() - height / 2, frame.area.y + height / 2)) -
                height / 2;
        const auto in_the_way = [&](const Rect& other) {
            return &other != &*place && own.overlaps(other);
        };
        if (std::none_of(places_.begin(), places_.end(), in_the_way)) {
            *place = own;
        }
        ++place;
    }
    return places_;
}

void PlotCurves::draw_labels(const PanelInput& input) {
    const Theme& theme = input.theme;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float chip = label_chip(theme, labels_);
    auto place = places_.begin();
    for (const EndLabel& label : labels_) {
        if (!label.shown) {
            continue;
        }
        const Rect at = *place++;
        const float x = at.x + theme.px(2);
        const float y = at.y + at.height / 2;
        list.AddRectFilled({at.x, at.y}, {at.right(), at.bottom()},
                           u32(theme.palette->panel.with_alpha(0.85F)), theme.px(3));
        const float length = chip - theme.px(4);
        if (label.hollow) {
            list.AddLine({x, y}, {x + length, y}, u32(label.style.color), theme.px(4.4F));
            list.AddLine({x, y}, {x + length, y}, u32(theme.palette->panel), theme.px(1.6F));
        } else { // as it is beside the run's name, so that the two are seen to be one
            draw_sample(list, label.style, {x, std::round(y)}, length, label.thickness, theme.scale,
                        theme.palette->panel);
        }
        draw_text(list, theme.small, {x + chip + theme.px(2), y - theme.small->FontSize / 2},
                  theme.palette->text, label.text);
    }
}

} // namespace grokscope::ui
