#include "ui/plots/smoothed_curves.h"

#include <cmath>
#include <limits>

namespace grokscope::ui {

namespace {

constexpr double kUsualEpochs = 10; // between two samples, by default

} // namespace

double smoothing_weight(Smoothing smoothing) {
    switch (smoothing) {
    case Smoothing::kOff:
        return 0;
    case Smoothing::kLight:
        return 0.8;
    case Smoothing::kStrong:
        return 0.95;
    }
    return 0;
}

const Series* SmoothedCurves::of(Smoothing smoothing, const RunRecord& run, const Series& series,
                                 bool geometric) {
    if (smoothing == Smoothing::kOff) {
        entries_.clear();
        return nullptr;
    }
    Entry& entry = entries_[{run.id, &series}];
    if (entry.smoothing != smoothing || entry.geometric != geometric ||
        entry.generation != run.generation || entry.clears != series.clears()) {
        entry = {};
        entry.smoothing = smoothing;
        entry.geometric = geometric;
        entry.generation = run.generation;
        entry.clears = series.clears();
    }
    const double keep_of_ten = smoothing_weight(smoothing);
    for (; entry.used < series.size(); ++entry.used) {
        const double passed =
            entry.used == 0 ? kUsualEpochs : series.x()[entry.used] - series.x()[entry.used - 1];
        const double keep = std::pow(keep_of_ten, passed / kUsualEpochs);
        const double raw = series.y()[entry.used];
        const double value = geometric ? std::log(raw) : raw;
        double shown = std::numeric_limits<double>::quiet_NaN(); // a gap stays a gap
        if (std::isfinite(value)) {
            entry.sum = keep * entry.sum + (1 - keep) * value;
            entry.weight = keep * entry.weight + (1 - keep);
            const double mean = entry.sum / entry.weight;
            shown = geometric ? std::exp(mean) : mean;
        }
        entry.smooth.append(series.x()[entry.used], shown);
    }
    return &entry.smooth;
}

} // namespace grokscope::ui
