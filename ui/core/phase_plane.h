// Which of a notebook's runs lie in one plane, and where in it: two settings, their values as axes,
// and the runs of each cell. No ImGui: arithmetic on configurations.
// Threads: any; values only.
#pragma once

#include "engine/protocol/phase_plane.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace grokscope::ui {

struct PlaneAxis {
    const Setting* setting = nullptr; ///< null: there is none, and one row
    /// A configuration for each value, increasing.
    std::vector<RunConfig> values;
    /// The values lie more evenly by their factors than by their differences.
    bool logarithmic = false;
    /// The cells are as wide as the values are apart; else, where some would be too narrow to be
    /// read, and for choices, all alike.
    bool to_scale = false;
    /// Where the cells begin and end, 0 to 1: one more than there are values, one cell without any.
    std::vector<float> edges{0, 1};
};

struct PlaneCell {
    PhaseCell figures;
    /// Its runs, as indices into PlaneRuns::runs: those that are over and those under way.
    std::vector<std::size_t> runs;
    int under_way = 0; ///< of them, not over
    int planned = 0;   ///< that nobody has begun

    /// Nothing is known of it: no run has come to its end.
    [[nodiscard]] bool empty() const { return figures.runs == 0; }
};

/// What the user chose; empty: chosen by what there is.
struct PlaneChoice {
    std::string across = {}; ///< key of a setting
    std::string up = {};
    bool stable = false; ///< stable groks in place of first touches
    friend bool operator==(const PlaneChoice&, const PlaneChoice&) = default;
};

struct PhasePlane {
    /// What all its runs have in common, the axes and the seed aside.
    RunConfig base;
    PlaneAxis across;
    PlaneAxis up;
    /// From the lowest value of `up`, `across` fastest.
    std::vector<PlaneCell> cells;
    /// Settings that runs like these differ in, of which two are the axes.
    std::vector<const Setting*> varied;
    /// Epochs of the fastest and the slowest cell of which the median is known; 0: none is.
    double fastest = 0;
    double slowest = 0;

    [[nodiscard]] std::size_t columns() const { return across.values.size(); }
    [[nodiscard]] std::size_t rows() const { return up.setting == nullptr ? 1 : up.values.size(); }
    [[nodiscard]] const PlaneCell& cell(std::size_t column, std::size_t row) const {
        return cells[row * columns() + column];
    }
};

/// The plane in which a run like `near` lies, if there is one, else that of the newest runs that
/// have one. Nothing where no two runs differ in one or two settings, their seed aside.
[[nodiscard]] std::optional<PhasePlane>
phase_plane(const PlaneRuns& runs, const PlaneChoice& choice, const RunConfig* near);

} // namespace grokscope::ui
