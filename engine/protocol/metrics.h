// One evaluated epoch of one run, as plain numbers.
#pragma once

#include "engine/protocol/stencil.h"

#include <array>
#include <cstdint>
#include <limits>
#include <type_traits>

namespace grokscope {

/// Identifies a run within one process; chosen by whoever asks for the run, never reused.
enum class RunId : std::uint32_t {};

/// Figures of an evaluated epoch e (science.md 1.3). Train figures and mismatches belong to the
/// weights theta_e that entered the epoch, test figures to theta_{e+1} that left it.
struct MetricSample {
    RunId run{};
    std::int32_t epoch = 0;
    /// Mean cross-entropy, nats.
    double train_loss = 0;
    double test_loss = 0;
    /// Share of pairs answered correctly, 0..1.
    double train_accuracy = 0;
    double test_accuracy = 0;
    /// The test figures of the pairs (a, b) whose mirror (b, a) trains, and of the others, which
    /// are truly new (science.md 1.1). NaN where there is no such pair, where the operation does
    /// not commute, and in records of older versions: missing, not zero.
    double mirrored_loss = std::numeric_limits<double>::quiet_NaN();
    double new_loss = std::numeric_limits<double>::quiet_NaN();
    double mirrored_accuracy = std::numeric_limits<double>::quiet_NaN();
    double new_accuracy = std::numeric_limits<double>::quiet_NaN();
    /// Mean squared error of each probe, indexed by offset_slot(k); NaN where the offset is not in
    /// the stencil or was skipped (epoch < |k|): missing, not zero.
    std::array<double, kOffsetSlots> mismatch = missing_mismatch();
    /// Sum of squares of all trained parameters, at theta_{e+1}.
    double weight_sum_squares = 0;
    /// Seconds of training spent on this run so far: its own epochs and evaluations, no pauses. By
    /// the wall clock, which runs on while other work has the processor; and by the CPU clocks of
    /// all threads that train, which is what it cost. The second one is NaN in records of older
    /// versions: missing, not zero.
    double wall_seconds = 0;
    double cpu_seconds = std::numeric_limits<double>::quiet_NaN();
    /// Which life of the run this belongs to: resets before it (event::RunReset).
    std::uint32_t life = 0;

    [[nodiscard]] static constexpr std::array<double, kOffsetSlots> missing_mismatch() {
        std::array<double, kOffsetSlots> all{};
        all.fill(std::numeric_limits<double>::quiet_NaN());
        return all;
    }
};
static_assert(std::is_trivially_copyable_v<MetricSample>);

/// True when the order of the two numbers does not matter to the model, while sums are not known
/// yet (science.md section 4). False where a figure is missing.
[[nodiscard]] inline bool knows_order_alone(const MetricSample& sample) {
    return sample.mirrored_accuracy >= 0.9 && sample.new_accuracy < 0.5;
}

} // namespace grokscope
