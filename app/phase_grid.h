// A sweep over settings as a plane: when it groks where, and the four regions of Liu et al.
// (2205.10343, table 1).
#pragma once

#include "app/vary.h"
#include "engine/protocol/sweep_result.h"

#include <cstdint>
#include <string>
#include <vector>

namespace grokscope {

/// What becomes of a run, by its epochs of memorising (train accuracy at 99 %) and grokking (both
/// at 99 %). The paper's limits are 90 % each.
enum class PhaseRegion : std::uint8_t {
    kComprehension, ///< grokked within 1,000 epochs of memorising
    kGrokking,      ///< grokked later than that
    kMemorisation,  ///< memorised, not grokked
    kConfusion      ///< neither
};

/// Epochs from memorising to grokking from which on a run waits: the paper's.
inline constexpr int kWaitFrom = 1000;

[[nodiscard]] PhaseRegion region_of(const SweepRun& run);

struct PhaseCell {
    int runs = 0; ///< that are over, failed ones left out
    int grokked = 0;
    /// Of the runs; a bound where half of them or more have not grokked. NaN without runs.
    Bounded median_epoch;
    /// The most frequent ones, in the order of the enumeration: more than one on a tie.
    std::vector<PhaseRegion> regions;
};

/// The runs of one variant, a stencil or a control.
struct PhaseGrid {
    std::string variant; ///< RunConfig::label()
    std::vector<VariedSetting> axes;
    /// Row by row: the first setting's values down, the second's, if there is one, across.
    std::vector<PhaseCell> cells;
};

/// One grid for each variant, in their order.
[[nodiscard]] std::vector<PhaseGrid> phase_grids(const std::vector<SweepRun>& runs,
                                                 const std::vector<VariedSetting>& axes);

/// For a terminal: a table for each grid, and what its letters mean.
[[nodiscard]] std::string phase_table(const std::vector<PhaseGrid>& grids);
/// A line for each cell.
[[nodiscard]] std::string phase_csv(const std::vector<PhaseGrid>& grids);

} // namespace grokscope
