#include "ui/core/spectrum_record.h"

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

WavetableSource SpectrumRecord::shown(const RunRecord& run, const ViewState& view) {
    const bool plain =
        run.task.group.empty() || (view.settings.plain_order && run.task.has_two_orders());
    return plain && view.settings.wavetable.source == WavetableSource::kEmbedding
               ? WavetableSource::kPlainEmbedding
               : view.settings.wavetable.source;
}

std::size_t SpectrumRecord::size() const {
    if (run_->task.group.empty() && source_ != WavetableSource::kPlainEmbedding) {
        return 0; // what has no group has no spectrum in it
    }
    switch (source_) {
    case WavetableSource::kNeurons:
        return run_->progress.size() - first_;
    case WavetableSource::kPlainEmbedding:
        return run_->plain_spectra.size();
    case WavetableSource::kEmbedding:
    case WavetableSource::kLogits:
        break;
    }
    return run_->spectra.size();
}

int SpectrumRecord::every() const {
    if (source_ == WavetableSource::kPlainEmbedding && size() > 1) { // embeddings may be fewer
        const auto gaps = static_cast<std::int32_t>(size() - 1);
        return std::max((epoch(size() - 1) - epoch(0)) / gaps, 1);
    }
    return source_ == WavetableSource::kNeurons ? std::max(run_->config.progress_every, 1)
                                                : std::max(run_->config.snapshot_every, 1);
}

std::int32_t SpectrumRecord::epoch(std::size_t index) const {
    switch (source_) {
    case WavetableSource::kNeurons:
        return run_->progress[first_ + index].epoch;
    case WavetableSource::kPlainEmbedding:
        return run_->plain_spectra[index].epoch;
    case WavetableSource::kEmbedding:
    case WavetableSource::kLogits:
        break;
    }
    return run_->spectra[index].epoch;
}

std::span<const float> SpectrumRecord::amplitudes(std::size_t index) const {
    switch (source_) {
    case WavetableSource::kNeurons:
        return run_->progress[first_ + index].neuron_amplitude;
    case WavetableSource::kLogits:
        return run_->spectra[index].logit_amplitude;
    case WavetableSource::kPlainEmbedding:
        return run_->plain_spectra[index].amplitude;
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
