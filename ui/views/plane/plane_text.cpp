#include "ui/views/plane/plane_text.h"

#include "ui/core/text.h"

#include <algorithm>
#include <cmath>

namespace grokscope::ui {

namespace {

std::string seed_in_words(const PlaneRun& run, bool stable) {
    const SweepRun outcome = stable ? by_stable_grok(run.run) : run.run;
    std::string words = "seed " + std::to_string(outcome.config.seed) + ": ";
    if (!run.over) {
        return words + text::kPlaneUnderWay + ", at " + text::grouped(run.run.last_epoch);
    }
    if (outcome.failed) {
        return words + text::kPlaneFailed + " at " + text::grouped(run.run.last_epoch);
    }
    return words + epoch_in_words(outcome.epoch());
}

std::string regions_in_words(const PhaseCell& figures) {
    std::string words;
    for (const PhaseRegion region : figures.regions) {
        words += words.empty() ? "" : " or ";
        words += kPhaseRegions[static_cast<std::size_t>(region)];
    }
    return words;
}

} // namespace

std::string epoch_in_words(const Bounded& epoch) {
    return in_words(epoch, [](double value) {
        return std::isfinite(value) ? text::grouped(std::llround(value))
                                    : std::string(text::kNoValue);
    });
}

std::string axis_name(const Setting& setting) {
    if (!setting.form.label.empty()) {
        return std::string(setting.form.label);
    }
    std::string name(setting.key);
    std::ranges::replace(name, '_', ' ');
    return name;
}

std::string axis_title(const PlaneAxis& axis) {
    std::string title = axis_name(*axis.setting);
    if (axis.values.size() > 1 && number_of(*axis.setting, axis.values.front())) {
        title += !axis.to_scale ? " (not to scale)" : axis.logarithmic ? " (logarithmic)" : "";
    }
    return title;
}

std::string unusual_in_words(const RunConfig& config,
                             const std::function<bool(const Setting&)>& told) {
    std::string words;
    const RunConfig usual;
    for (const Setting& setting : kSettings) {
        if (may_vary(setting) && setting.rival.empty() && !setting.word.empty() &&
            !have_equal_value(setting, config, usual) && told(setting)) {
            words += ", " + std::string(setting.word) + " " + short_value(setting, config);
        }
    }
    return words;
}

std::string plane_in_words(const PhasePlane& plane) {
    return plane.base.label() + unusual_in_words(plane.base, [&](const Setting& setting) {
               return &setting != plane.across.setting && &setting != plane.up.setting;
           });
}

std::string cell_epoch(const PlaneCell& cell) {
    return cell.empty() ? text::kPlaneUntrainedShort : epoch_in_words(cell.figures.median_epoch);
}

std::vector<std::string> cell_in_words(const PhasePlane& plane, const PlaneRuns& runs,
                                       std::size_t column, std::size_t row, bool stable) {
    const PlaneCell& cell = plane.cell(column, row);
    std::string place = axis_name(*plane.across.setting) + " " +
                        short_value(*plane.across.setting, plane.across.values[column]);
    if (plane.up.setting != nullptr) {
        place += ", " + axis_name(*plane.up.setting) + " " +
                 short_value(*plane.up.setting, plane.up.values[row]);
    }
    std::vector<std::string> lines{place};
    const PhaseCell& figures = cell.figures;
    std::string told =
        cell.empty() ? text::capitalised(text::kPlaneUntrained)
                     : (stable ? "median stable grok " : "median grok epoch ") + cell_epoch(cell) +
                           ", " + std::to_string(figures.grokked) + " of " +
                           std::to_string(figures.runs) + ": " + regions_in_words(figures);
    const auto add = [&](int count, const char* what) {
        if (count > 0) {
            told += ", " + std::to_string(count) + " " + what;
        }
    };
    add(figures.failed, text::kPlaneFailed);
    add(cell.under_way, text::kPlaneUnderWay);
    add(cell.planned, text::kPlaneUntrained);
    lines.push_back(told);
    std::string seeds;
    for (const std::size_t run : cell.runs) {
        seeds += (seeds.empty() ? "" : "   ") + seed_in_words(runs.runs[run], stable);
    }
    if (!seeds.empty()) {
        lines.push_back(seeds);
    }
    return lines;
}

} // namespace grokscope::ui
