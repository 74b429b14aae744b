#include "app/commands/phase_grid.h"

#include "engine/protocol/shown_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace grokscope {

namespace {

/// The values of a grid's second axis; one, of none, where there is no second.
std::size_t columns_of(const std::vector<VariedSetting>& axes) {
    return axes.size() < 2 ? 1 : axes[1].values.size();
}

/// "1,230", "> 3,000", "-" without runs.
std::string epoch_text(const PhaseCell& cell) {
    if (cell.runs == 0) {
        return "-";
    }
    return in_words(cell.median_epoch, [](double epoch) { return fmt::format("{:.0f}", epoch); });
}

std::string cell_text(const PhaseCell& cell) {
    return cell.runs == 0 ? "-"
                          : fmt::format("{} {} {}/{}", epoch_text(cell), letters_of(cell),
                                        cell.grokked, cell.runs);
}

std::string axis_text(const VariedSetting& axis, std::size_t index) {
    return value_text(*axis.setting, axis.values[index]);
}

std::string table_of(const PhaseGrid& grid, const std::vector<PhaseCell>& cells) {
    const std::size_t columns = columns_of(grid.axes);
    std::string text = fmt::format(
        "{}: {}{}\n", grid.variant, grid.axes[0].setting->key,
        grid.axes.size() < 2 ? std::string()
                             : fmt::format(" down, {} across", grid.axes[1].setting->key));
    std::vector<std::vector<std::string>> rows;
    if (grid.axes.size() > 1) {
        rows.emplace_back(1, "");
        for (std::size_t column = 0; column < columns; ++column) {
            rows.back().push_back(axis_text(grid.axes[1], column));
        }
    }
    for (std::size_t row = 0; row < grid.axes[0].values.size(); ++row) {
        rows.emplace_back(1, axis_text(grid.axes[0], row));
        for (std::size_t column = 0; column < columns; ++column) {
            rows.back().push_back(cell_text(cells[row * columns + column]));
        }
    }
    std::vector<std::size_t> widths(columns + 1);
    for (const std::vector<std::string>& row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            widths[i] = std::max(widths[i], row[i].size());
        }
    }
    for (const std::vector<std::string>& row : rows) {
        std::string line;
        for (std::size_t i = 0; i < row.size(); ++i) {
            line += fmt::format("{}{:>{}}", i == 0 ? "" : "  ", row[i], widths[i]);
        }
        text += line + "\n";
    }
    return text;
}

/// Grokked, median, what is known of it, and region, as CSV has them.
std::string csv_of(const PhaseCell& cell) {
    std::string regions;
    for (const PhaseRegion region : cell.regions) {
        regions += regions.empty() ? "" : " ";
        regions += kPhaseRegions[static_cast<std::size_t>(region)];
    }
    const bool known = cell.runs > 0;
    return fmt::format(
        ",{},{},{},{}", cell.grokked,
        known && cell.median_epoch.is_exact() ? fmt::format("{}", cell.median_epoch.low) : "nan",
        known ? fmt::format("{}", cell.median_epoch.low) : "nan",
        regions.empty() ? "none" : regions);
}

} // namespace

std::vector<PhaseGrid> phase_grids(const std::vector<SweepRun>& runs,
                                   const std::vector<VariedSetting>& axes) {
    std::vector<PhaseGrid> grids;
    for (const SweepRun& run : runs) {
        const std::string label = run.config.label();
        if (std::ranges::find(grids, label, &PhaseGrid::variant) == grids.end()) {
            grids.push_back({.variant = label, .axes = axes, .cells = {}, .stable_cells = {}});
        }
    }
    const std::size_t columns = columns_of(axes);
    for (PhaseGrid& grid : grids) {
        for (std::size_t i = 0; i < axes[0].values.size() * columns; ++i) {
            const std::array<std::size_t, kMostVaried> at{i / columns, i % columns};
            std::vector<SweepRun> of_cell;
            for (const SweepRun& run : runs) {
                bool inside = run.config.label() == grid.variant;
                for (std::size_t axis = 0; axis < axes.size(); ++axis) {
                    inside = inside && have_equal_value(*axes[axis].setting, run.config,
                                                        axes[axis].values[at[axis]]);
                }
                if (inside) {
                    of_cell.push_back(run);
                }
            }
            grid.cells.push_back(phase_cell(of_cell));
            std::ranges::transform(of_cell, of_cell.begin(), by_stable_grok);
            grid.stable_cells.push_back(phase_cell(of_cell));
        }
    }
    return grids;
}

std::string phase_table(const std::vector<PhaseGrid>& grids,
                        std::vector<PhaseCell> PhaseGrid::*cells) {
    std::string text;
    for (const PhaseGrid& grid : grids) {
        text += table_of(grid, grid.*cells);
    }
    return text + fmt::format(
                      "Each cell: median grok epoch over the seeds, \"> \" a bound where half of "
                      "them or more had not grokked; region; how many\nof how many have grokked. C "
                      "comprehension: grokked within {} epochs of memorising; G grokking: later; M "
                      "memorisation:\nit memorised and had not grokked; X confusion: neither "
                      "(Liu et al. 2022, with 99 % for their 90 %).\n",
                      kWaitFrom);
}

std::string phase_csv(const std::vector<PhaseGrid>& grids) {
    std::string text;
    for (const PhaseGrid& grid : grids) {
        if (text.empty()) {
            text = "variant";
            for (const VariedSetting& axis : grid.axes) {
                text += "," + std::string(axis.setting->key);
            }
            text += ",runs,grokked,median_epoch,median_epoch_low,region,stable,"
                    "median_stable,median_stable_low,stable_region\n";
        }
        const std::size_t columns = columns_of(grid.axes);
        for (std::size_t i = 0; i < grid.cells.size(); ++i) {
            text += csv_cell(grid.variant) + "," + axis_text(grid.axes[0], i / columns);
            if (grid.axes.size() > 1) {
                text += "," + axis_text(grid.axes[1], i % columns);
            }
            text += fmt::format(",{}{}{}\n", grid.cells[i].runs, csv_of(grid.cells[i]),
                                csv_of(grid.stable_cells[i]));
        }
    }
    return text;
}

} // namespace grokscope
