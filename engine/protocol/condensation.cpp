#include "engine/protocol/condensation.h"

#include <algorithm>
#include <cmath>

namespace grokscope {

namespace {

constexpr double kHalf = 0.5;
/// Of the way in between, within which a figure counts as back where it stood.
constexpr double kStaysWithin = 0.05;
constexpr double kRounding = 1e-9;

std::optional<std::size_t> spec_of(std::string_view id) {
    const auto found = std::ranges::find(kCondensed, id, &CondensedSpec::id);
    return found == kCondensed.end()
               ? std::nullopt
               : std::optional(static_cast<std::size_t>(found - kCondensed.begin()));
}

/// Half-way points of a curve that begins at 0 in `memorised`.
void find_half(CondensedFigure& figure, std::int32_t memorised) {
    const CondensedCurve& curve = figure.curve;
    double epoch_before = memorised;
    double before = 0;
    for (std::size_t i = 0; i < curve.epochs.size(); ++i) {
        if (curve.epochs[i] < memorised) {
            continue;
        }
        const double now = figure.scaled(curve.values[i]);
        if (before < kHalf && now >= kHalf && !figure.half_epoch) {
            figure.half_epoch =
                epoch_before + (curve.epochs[i] - epoch_before) * (kHalf - before) / (now - before);
        }
        figure.crosses_back += figure.half_epoch && before >= kHalf && now < kHalf ? 1 : 0;
        epoch_before = curve.epochs[i];
        before = now;
    }
}

/// Nothing with fewer than two readings from memorising on.
std::optional<CondensedFigure> figure_of(const CondensedCurve& curve, std::int32_t memorised) {
    const auto after = std::ranges::lower_bound(curve.epochs, memorised);
    const auto first = static_cast<std::size_t>(after - curve.epochs.begin());
    if (curve.epochs.size() - first < 2) {
        return std::nullopt;
    }
    CondensedFigure figure{.curve = curve};
    figure.at_last = curve.values.back();
    figure.at_memorised = curve.values[first];
    figure.begins_late = curve.epochs[first] > memorised && first == 0;
    if (curve.epochs[first] > memorised && first > 0) {
        const double from = curve.epochs[first - 1];
        const double share = (memorised - from) / (curve.epochs[first] - from);
        figure.at_memorised =
            curve.values[first - 1] + share * (curve.values[first] - curve.values[first - 1]);
    }
    double low = figure.at_memorised;
    double high = figure.at_memorised;
    for (std::size_t i = first; i < curve.values.size(); ++i) {
        low = std::min(low, curve.values[i]);
        high = std::max(high, curve.values[i]);
    }
    const double moved = std::abs(figure.at_last - figure.at_memorised);
    figure.stays = moved <= kStaysWithin * (high - low) ||
                   moved <= kRounding * std::max(std::abs(low), std::abs(high));
    if (!figure.stays) {
        find_half(figure, memorised);
    }
    return figure;
}

} // namespace

void CondensedCurves::add(std::size_t spec, std::int32_t epoch, double value) {
    CondensedCurve& curve = curves_[spec];
    curve.spec = spec;
    if (std::isfinite(value) && (curve.epochs.empty() || curve.epochs.back() < epoch)) {
        curve.epochs.push_back(epoch);
        curve.values.push_back(value);
    }
}

void CondensedCurves::add(const MetricSample& sample) {
    add(*spec_of(kTestAccuracyId), sample.epoch, sample.test_accuracy);
}

void CondensedCurves::add(const Reading& reading) {
    for (const FigureValues& figure : reading.figures) {
        const auto spec = spec_of(figure.id);
        if (spec && figure.values.size() == 1) {
            add(*spec, reading.epoch, figure.values.front());
        }
    }
}

Condensation CondensedCurves::at(std::optional<std::int32_t> memorised,
                                 std::optional<std::int32_t> grokked) const {
    Condensation run{.memorised = memorised, .grokked = grokked, .figures = {}};
    for (const auto& [spec, curve] : curves_) {
        if (auto figure = memorised ? figure_of(curve, *memorised) : std::nullopt) {
            run.figures.push_back(std::move(*figure));
        }
    }
    return run;
}

std::string remark_on(const CondensedFigure& figure) {
    std::string words = figure.stays ? "ends where it stood" : "";
    const auto add = [&](const std::string& more) { words += (words.empty() ? "" : "; ") + more; };
    if (figure.crosses_back > 0) {
        add(figure.crosses_back == 1
                ? std::string("crosses back")
                : "crosses back " + std::to_string(figure.crosses_back) + " times");
    }
    if (figure.begins_late) {
        add("first read at " + std::to_string(figure.curve.epochs.front()));
    }
    return words;
}

std::optional<double> lead_of(const Condensation& run, const CondensedFigure& figure) {
    return run.grokked && figure.half_epoch ? std::optional(*run.grokked - *figure.half_epoch)
                                            : std::nullopt;
}

std::vector<LeadSpread> lead_spreads(std::span<const Condensation> runs) {
    std::vector<LeadSpread> spreads;
    for (std::size_t spec = 0; spec < kCondensed.size(); ++spec) {
        LeadSpread spread{.spec = spec};
        std::vector<double> leads;
        for (const Condensation& run : runs) {
            for (const CondensedFigure& figure : run.figures) {
                if (figure.curve.spec != spec) {
                    continue;
                }
                spread.stays += figure.stays ? 1 : 0;
                if (const auto lead = lead_of(run, figure)) {
                    leads.push_back(*lead);
                }
            }
        }
        if (leads.empty() && spread.stays == 0) {
            continue;
        }
        spread.runs = static_cast<int>(leads.size());
        if (!leads.empty()) {
            std::ranges::sort(leads);
            const std::size_t middle = leads.size() / 2;
            spread.median =
                leads.size() % 2 == 1 ? leads[middle] : (leads[middle - 1] + leads[middle]) / 2;
            spread.least = leads.front();
            spread.most = leads.back();
        }
        spreads.push_back(spread);
    }
    return spreads;
}

} // namespace grokscope
