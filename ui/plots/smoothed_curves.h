// Smoothed copies of curves, made as samples arrive. The raw curve is never replaced.
// Threads: main thread only.
#pragma once

#include "ui/core/run_book.h"
#include "ui/core/view_state.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>

namespace grokscope::ui {

/// Weight of the past in the running mean after ten more epochs, whether these have one sample or
/// ten: what a smoothed curve looks like does not depend on how often one looks.
[[nodiscard]] double smoothing_weight(Smoothing smoothing);

class SmoothedCurves {
public:
    /// The running mean of `series`, which belongs to `run`: of logarithms where `geometric`, so
    /// that single spikes do not lift it. Corrected for its start. Null when smoothing is off.
    [[nodiscard]] const Series* of(Smoothing smoothing, const RunRecord& run, const Series& series,
                                   bool geometric);

private:
    struct Entry {
        Series smooth;
        std::size_t used = 0; ///< samples of the raw series taken so far
        double sum = 0;
        double weight = 0;
        Smoothing smoothing = Smoothing::kOff;
        bool geometric = false;
        std::uint32_t generation = 0;
        std::uint32_t clears = 0; ///< of the raw series
    };
    std::map<std::pair<RunId, const Series*>, Entry> entries_;
};

} // namespace grokscope::ui
