// Runs over one or two settings: when they grok where, and the four regions of Liu et al.
// (2205.10343, table 1).
#pragma once

#include "engine/protocol/config.h"
#include "engine/protocol/event.h"
#include "engine/protocol/sweep_result.h"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
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

/// In the order of the enumeration.
inline constexpr std::array<std::string_view, 4> kPhaseRegions = {"comprehension", "grokking",
                                                                  "memorisation", "confusion"};
inline constexpr std::string_view kPhaseRegionLetters = "CGMX";

/// Epochs from memorising to grokking from which on a run waits: the paper's.
inline constexpr int kWaitFrom = 1000;

[[nodiscard]] PhaseRegion region_of(const SweepRun& run);

/// The same run with its stable grok in place of the first touch of 99 %; where there is none, with
/// the bound that is known of it as the last epoch.
[[nodiscard]] SweepRun by_stable_grok(SweepRun run);

/// What the runs of one place say together.
struct PhaseCell {
    int runs = 0; ///< that are over, failed ones left out
    int grokked = 0;
    int failed = 0;
    /// Of the runs, by the Kaplan-Meier curve; a bound where half of them or more have not grokked.
    /// NaN without runs.
    Bounded median_epoch;
    /// The most frequent ones, in the order of the enumeration: more than one on a tie.
    std::vector<PhaseRegion> regions;
};

[[nodiscard]] PhaseCell phase_cell(std::span<const SweepRun> runs);

/// "G", "C/G"; empty without runs.
[[nodiscard]] std::string letters_of(const PhaseCell& cell);

/// Whether runs that differ in this setting may lie beside each other in a plane: it changes the
/// figures of a plain run, and is a number or a choice.
[[nodiscard]] bool may_vary(const Setting& setting);
/// Its value where that is a number.
[[nodiscard]] std::optional<double> number_of(const Setting& setting, const RunConfig& config);
/// Its value as people write it: "0.2", "mul".
[[nodiscard]] std::string short_value(const Setting& setting, const RunConfig& config);

/// A run that a plane may have, as it stands.
struct PlaneRun {
    SweepRun run;
    std::int64_t number = 0;        ///< in the notebook; 0: it is in none
    std::optional<RunId> here = {}; ///< in the window, where it is in no notebook
    bool over = false;              ///< it has come to its end, or failed

    /// Times of training aside, which no plane shows.
    friend bool operator==(const PlaneRun& one, const PlaneRun& other) {
        const SweepRun& a = one.run;
        const SweepRun& b = other.run;
        return a.config == b.config && a.memorised_epoch == b.memorised_epoch &&
               a.grok_epoch == b.grok_epoch && a.last_epoch == b.last_epoch &&
               a.lasting == b.lasting && a.failed == b.failed && one.number == other.number &&
               one.here == other.here && one.over == other.over;
    }
};

/// All runs of a notebook that are no branches, of each configuration the one that has come
/// furthest.
struct PlaneRuns {
    std::string file;
    std::vector<PlaneRun> runs; ///< oldest first
    /// Runs that a sweep will train and nobody has begun.
    std::vector<RunConfig> planned = {};

    friend bool operator==(const PlaneRuns&, const PlaneRuns&) = default;
};

} // namespace grokscope
