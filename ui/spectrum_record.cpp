#include "ui/spectrum_record.h"

#include <algorithm>

namespace grokscope::ui {

SpectrumRecord::SpectrumRecord(const RunRecord& run, WavetableSource source)
    : run_(&run), source_(source) {
    const auto has_none = [](const ProgressRow& row) { return row.neuron_amplitude.empty(); };
    if (source == WavetableSource::kNeurons) {
        first_ = static_cast<std::size_t>(
            std::find_if_not(run.progress.begin(), run.progress.end(), has_none) -
            run.progress.begin());
    }
}

std::size_t SpectrumRecord::size() const {
    return source_ == WavetableSource::kNeurons ? run_->progress.size() - first_
                                                : run_->spectra.size();
}

int SpectrumRecord::every() const {
    return source_ == WavetableSource::kNeurons ? std::max(run_->config.progress_every, 1)
                                                : std::max(run_->config.snapshot_every, 1);
}

std::int32_t SpectrumRecord::epoch(std::size_t index) const {
    return source_ == WavetableSource::kNeurons ? run_->progress[first_ + index].epoch
                                                : run_->spectra[index].epoch;
}

std::span<const float> SpectrumRecord::amplitudes(std::size_t index) const {
    switch (source_) {
    case WavetableSource::kNeurons:
        return run_->progress[first_ + index].neuron_amplitude;
    case WavetableSource::kLogits:
        return run_->spectra[index].logit_amplitude;
    case WavetableSource::kEmbedding:
        break;
    }
    return run_->spectra[index].amplitude;
}

std::size_t SpectrumRecord::at(std::int32_t wanted) const {
    std::size_t low = 0; // at or before `wanted`, or the oldest
    std::size_t high = size();
    while (high - low > 1) {
        const std::size_t middle = low + (high - low) / 2;
        (epoch(middle) <= wanted ? low : high) = middle;
    }
    return low;
}

} // namespace grokscope::ui
