// The phases of grokking as stretches of the epoch axis, for the bands behind the plots.
#pragma once

#include "ui/core/run_book.h"

#include <cstdint>
#include <vector>

namespace grokscope::ui {

/// The phases of Nanda et al. (2023, arXiv 2301.05217), as far as marks tell them (science.md 4).
enum class Stage : std::uint8_t { kMemorisation, kCircuitFormation, kCleanup, kStable };

/// One stage from `from` up to `to`, in epochs, from < to.
struct PhaseBand {
    Stage stage = Stage::kMemorisation;
    std::int32_t from = 0;
    std::int32_t to = 0;
};

/// Stages of a run up to its newest epoch, in order and without gaps: memorisation until circuit
/// formation begins, that until the transition begins, clean-up until it is done. All but the
/// transition are estimates. Empty without samples.
[[nodiscard]] std::vector<PhaseBand> phase_bands(const RunRecord& run);

} // namespace grokscope::ui
