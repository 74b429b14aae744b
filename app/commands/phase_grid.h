// A sweep over settings as a table of cells: when it groks where (engine/protocol/phase_plane.h).
#pragma once

#include "app/options/vary.h"
#include "engine/protocol/phase_plane.h"

#include <string>
#include <vector>

namespace grokscope {

/// The runs of one variant, a stencil or a control.
struct PhaseGrid {
    std::string variant; ///< RunConfig::label()
    std::vector<VariedSetting> axes;
    /// Row by row: the first setting's values down, the second's, if there is one, across.
    std::vector<PhaseCell> cells;
    /// The same by stable groks.
    std::vector<PhaseCell> stable_cells;
};

/// One grid for each variant, in their order.
[[nodiscard]] std::vector<PhaseGrid> phase_grids(const std::vector<SweepRun>& runs,
                                                 const std::vector<VariedSetting>& axes);

/// For a terminal: a table for each grid, and what its letters mean.
[[nodiscard]] std::string phase_table(const std::vector<PhaseGrid>& grids,
                                      std::vector<PhaseCell> PhaseGrid::*cells = &PhaseGrid::cells);
/// A line for each cell.
[[nodiscard]] std::string phase_csv(const std::vector<PhaseGrid>& grids);

} // namespace grokscope
