// The spectra of a run from one source, as the wavetable reads them. Pure arithmetic.
// Threads: main thread only.
#pragma once

#include "ui/core/run_book.h"
#include "ui/core/view_state.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace grokscope::ui {

/// A view of what was recorded, oldest first: W_E and W_L come with each snapshot, the neurons with
/// each row of progress measures, which is where their activations are computed anyway. Measures
/// from before neurons had a spectrum are left out. The run outlives this and does not grow
/// meanwhile.
class SpectrumRecord {
public:
    SpectrumRecord(const RunRecord& run, WavetableSource source);
    /// What the wavetable shows of a run where this source is chosen.
    [[nodiscard]] static WavetableSource shown(const RunRecord& run, const ViewState& view);

    [[nodiscard]] const RunRecord& run() const { return *run_; }
    [[nodiscard]] WavetableSource source() const { return source_; }
    [[nodiscard]] std::size_t size() const;
    [[nodiscard]] bool empty() const { return size() == 0; }
    /// Epochs from one record to the next, as configured.
    [[nodiscard]] int every() const;
    [[nodiscard]] std::int32_t epoch(std::size_t index) const;
    /// A_k at index k-1.
    [[nodiscard]] std::span<const float> amplitudes(std::size_t index) const;
    /// The newest record at or before `epoch`, else the oldest. The record is not empty.
    [[nodiscard]] std::size_t at(std::int32_t epoch) const;

private:
    const RunRecord* run_;
    WavetableSource source_;
    std::size_t first_ = 0; ///< measures before this one have no spectrum
};

} // namespace grokscope::ui
