// `grokscope bench`: how fast this program is here, as a table and as JSON.
// Threads: one; it makes worker pools of its own.
#pragma once

#include "engine/model/fused/kernels.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grokscope {

class StopSignal;

/// Parts of the table, in its order.
enum class BenchPart : std::uint8_t {
    kStep,
    kPhases,
    kSides,
    kProbes,
    kRivals,
    kArithmetic,
    kShapes,
    kLayers,
    kSmall,
    kLab,
    kReference,
    kWindow
};
/// What `--only` calls them.
inline constexpr std::array<std::string_view, 12> kBenchPartNames{
    "step",   "phases", "sides", "probes", "rivals",    "operations",
    "shapes", "layers", "small", "lab",    "reference", "window"};

struct BenchOptions {
    /// Worker threads inside an epoch; 0 is default_worker_threads().
    int threads = 0;
    /// Best instruction set to use; absent: the machine's best.
    std::optional<fused::SimdLevel> simd;
    /// Rounds of which medians are taken, 1..100. All parties of a ratio take part in each round.
    int rounds = 5;
    /// What to measure, in the order of the table whatever the order here; empty: everything.
    /// Alone, kWindow has the two runs to the grok epoch in every round, otherwise in one.
    std::vector<BenchPart> only;
    /// Where to write all figures as JSON; empty: nowhere.
    std::string json_path;
    /// Overwrite an existing file.
    bool force = false;
    /// The plain PyTorch program to compare with. Empty: tests/reference/reference_train.py of the
    /// source tree this program was built from, if it is still there.
    std::string oracle_path;
};

/// Runs every benchmark and prints the table as it grows, to standard error when the JSON goes to
/// standard output; a minute or more. Rows that need python3-torch are left out with a message when
/// it is missing. Throws std::invalid_argument when an option is out of range, std::runtime_error
/// when the JSON cannot be written, as a rule before anything is measured, and Stopped when a
/// signal came; the rows that were complete are printed and in the JSON by then.
void run_benchmarks(const BenchOptions& options, const StopSignal& stop);

} // namespace grokscope
