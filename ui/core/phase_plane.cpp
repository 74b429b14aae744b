#include "ui/core/phase_plane.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

namespace grokscope::ui {

namespace {

/// Runs that are tried as the corner of a plane, the newest first.
constexpr std::size_t kTried = 48;
/// A cell is no narrower than this share of the mean width, else all are alike.
constexpr float kNarrowest = 0.45F;

/// A run of the list, or one that is planned, with the settings in which it differs from a base.
struct Member {
    const RunConfig* config = nullptr;
    std::optional<std::size_t> run; ///< index in the list; none: planned
    std::vector<const Setting*> differs;

    [[nodiscard]] bool lies_in(const Setting* across, const Setting* up) const {
        return std::ranges::all_of(differs,
                                   [&](const Setting* one) { return one == across || one == up; });
    }
};

/// At most two settings, all else but the seed as in the base; nothing for other runs.
std::optional<std::vector<const Setting*>> differences(const RunConfig& base,
                                                       const RunConfig& config) {
    std::vector<const Setting*> differs;
    RunConfig same = config;
    for (const Setting& setting : kSettings) {
        if (!may_vary(setting) || have_equal_value(setting, base, config)) {
            continue;
        }
        if (differs.size() == 2) {
            return std::nullopt;
        }
        differs.push_back(&setting);
        copy_value(setting, base, same);
    }
    return are_alike(same, base) ? std::optional(differs) : std::nullopt;
}

std::vector<Member> members_of(const PlaneRuns& runs, const RunConfig& base) {
    std::vector<Member> members;
    const auto add = [&](const RunConfig& config, std::optional<std::size_t> run) {
        if (auto differs = differences(base, config)) {
            members.push_back({&config, run, std::move(*differs)});
        }
    };
    for (std::size_t i = 0; i < runs.runs.size(); ++i) {
        add(runs.runs[i].run.config, i);
    }
    for (const RunConfig& config : runs.planned) {
        add(config, std::nullopt);
    }
    return members;
}

double order_of(const Setting& setting, const RunConfig& config) {
    return number_of(setting, config)
        .value_or(visit_value(setting, config, []<typename Value>(const Value& value) {
            if constexpr (std::is_enum_v<Value>) {
                return static_cast<double>(value);
            } else {
                return 0.0;
            }
        }));
}

/// Largest over smallest distance of neighbours.
double unevenness(const std::vector<double>& places) {
    double least = places.back() - places.front();
    double most = 0;
    for (std::size_t i = 1; i < places.size(); ++i) {
        least = std::min(least, places[i] - places[i - 1]);
        most = std::max(most, places[i] - places[i - 1]);
    }
    return most / least;
}

/// Halfway between the values, the outer cells as wide outwards as inwards.
std::vector<float> edges_of(const std::vector<double>& places) {
    std::vector<double> edges;
    const std::size_t count = places.size();
    edges.push_back(places[0] - (places[1] - places[0]) / 2);
    for (std::size_t i = 1; i < count; ++i) {
        edges.push_back((places[i - 1] + places[i]) / 2);
    }
    edges.push_back(places[count - 1] + (places[count - 1] - places[count - 2]) / 2);
    std::vector<float> shares;
    for (const double edge : edges) {
        shares.push_back(
            static_cast<float>((edge - edges.front()) / (edges.back() - edges.front())));
    }
    return shares;
}

std::vector<float> even_edges(std::size_t count) {
    std::vector<float> edges;
    for (std::size_t i = 0; i <= count; ++i) {
        edges.push_back(static_cast<float>(i) / static_cast<float>(count));
    }
    return edges;
}

void lay_out(PlaneAxis& axis) {
    const std::size_t count = axis.values.size();
    axis.edges = even_edges(count);
    if (count < 2 || !number_of(*axis.setting, axis.values.front())) {
        return;
    }
    std::vector<double> places;
    std::vector<double> logs;
    for (const RunConfig& value : axis.values) {
        places.push_back(*number_of(*axis.setting, value));
        logs.push_back(std::log(places.back()));
    }
    axis.logarithmic =
        count > 2 && places.front() > 0 && unevenness(logs) < 0.999 * unevenness(places);
    const std::vector<float> edges = edges_of(axis.logarithmic ? logs : places);
    float narrowest = 1;
    for (std::size_t i = 0; i < count; ++i) {
        narrowest = std::min(narrowest, edges[i + 1] - edges[i]);
    }
    axis.to_scale = narrowest >= kNarrowest / static_cast<float>(count);
    if (axis.to_scale) {
        axis.edges = edges;
    }
}

PlaneAxis axis_of(const Setting* setting, const std::vector<Member>& members) {
    PlaneAxis axis;
    axis.setting = setting;
    for (const Member& member : members) {
        if (std::ranges::none_of(axis.values, [&](const RunConfig& value) {
                return have_equal_value(*setting, value, *member.config);
            })) {
            axis.values.push_back(*member.config);
        }
    }
    std::ranges::sort(axis.values, {},
                      [&](const RunConfig& value) { return order_of(*setting, value); });
    lay_out(axis);
    return axis;
}

std::size_t place_on(const PlaneAxis& axis, const RunConfig& config) {
    return static_cast<std::size_t>(std::ranges::find_if(axis.values,
                                                         [&](const RunConfig& value) {
                                                             return have_equal_value(*axis.setting,
                                                                                     value, config);
                                                         }) -
                                    axis.values.begin());
}

/// The settings of the axes: as chosen, as far as runs differ in them, else those that most runs
/// differ in. Across comes second, as in the table of a sweep.
std::pair<const Setting*, const Setting*> axes_of(const std::vector<Member>& members,
                                                  const std::vector<const Setting*>& varied,
                                                  const PlaneChoice& choice) {
    const auto chosen = [&](const std::string& key) -> const Setting* {
        const auto found = std::ranges::find(varied, key, &Setting::key);
        return found == varied.end() ? nullptr : *found;
    };
    const Setting* across = chosen(choice.across);
    const Setting* up = chosen(choice.up);
    if (varied.size() == 1) {
        return {varied.front(), nullptr};
    }
    if (across != nullptr && across == up) {
        up = nullptr;
    }
    std::pair<const Setting*, const Setting*> best{nullptr, nullptr};
    std::ptrdiff_t most = -1;
    for (const Setting* one : varied) {
        for (const Setting* other : varied) {
            const bool fits = one != other && (across == nullptr || one == across) &&
                              (up == nullptr || other == up) &&
                              (across != nullptr || up != nullptr || other < one);
            const auto count = std::ranges::count_if(
                members, [&](const Member& member) { return member.lies_in(one, other); });
            if (fits && count > most) {
                most = count;
                best = {one, other};
            }
        }
    }
    return best;
}

PhasePlane plane_of(const PlaneRuns& runs, std::vector<Member> members,
                    const std::vector<const Setting*>& varied, const PlaneChoice& choice,
                    const RunConfig& base) {
    PhasePlane plane;
    plane.base = base;
    plane.varied = varied;
    const auto [across, up] = axes_of(members, varied, choice);
    std::erase_if(members, [&, across = across, up = up](const Member& member) {
        return !member.lies_in(across, up);
    });
    plane.across = axis_of(across, members);
    if (up != nullptr) {
        plane.up = axis_of(up, members);
    }
    plane.cells.resize(plane.columns() * plane.rows());
    for (const Member& member : members) {
        const std::size_t row = up == nullptr ? 0 : place_on(plane.up, *member.config);
        PlaneCell& cell =
            plane.cells[row * plane.columns() + place_on(plane.across, *member.config)];
        if (!member.run) {
            ++cell.planned;
            continue;
        }
        cell.runs.push_back(*member.run);
        cell.under_way += runs.runs[*member.run].over ? 0 : 1;
    }
    for (PlaneCell& cell : plane.cells) {
        std::ranges::sort(cell.runs, {},
                          [&](std::size_t run) { return runs.runs[run].run.config.seed; });
        std::vector<SweepRun> over;
        for (const std::size_t run : cell.runs) {
            if (runs.runs[run].over) {
                const SweepRun& one = runs.runs[run].run;
                over.push_back(choice.stable ? by_stable_grok(one) : one);
            }
        }
        cell.figures = phase_cell(over);
        if (!cell.empty() && cell.figures.median_epoch.is_exact()) {
            const double epoch = cell.figures.median_epoch.low;
            plane.fastest = plane.fastest > 0 ? std::min(plane.fastest, epoch) : epoch;
            plane.slowest = std::max(plane.slowest, epoch);
        }
    }
    return plane;
}

} // namespace

std::optional<PhasePlane> phase_plane(const PlaneRuns& runs, const PlaneChoice& choice,
                                      const RunConfig* near) {
    std::vector<const RunConfig*> bases;
    if (near != nullptr) {
        bases.push_back(near);
    }
    for (auto run = runs.runs.rbegin(); run != runs.runs.rend() && bases.size() < kTried; ++run) {
        bases.push_back(&run->run.config);
    }
    for (auto planned = runs.planned.rbegin();
         planned != runs.planned.rend() && bases.size() < kTried; ++planned) {
        bases.push_back(&*planned);
    }
    for (const RunConfig* base : bases) {
        std::vector<Member> members = members_of(runs, *base);
        std::vector<const Setting*> varied;
        for (const Member& member : members) {
            for (const Setting* setting : member.differs) {
                if (std::ranges::find(varied, setting) == varied.end()) {
                    varied.push_back(setting);
                }
            }
        }
        std::ranges::sort(varied, std::less<>()); // as in the table, which is an array
        if (!varied.empty()) {
            return plane_of(runs, std::move(members), varied, choice, *base);
        }
    }
    return std::nullopt;
}

} // namespace grokscope::ui
