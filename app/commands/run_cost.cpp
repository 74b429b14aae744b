#include "app/commands/run_cost.h"

#include "engine/compute/worker_pool.h"
#include "engine/model/fused/kernels.h"
#include "engine/protocol/epoch_cost.h"

#include <fmt/format.h>

#include <algorithm>

namespace grokscope {

namespace {

/// Of the peak that the steps reach (docs/engine.md, 14).
constexpr double kShareOfPeak = 0.6;
constexpr double kWorthSaying = 3600; // seconds
/// GFLOP/s of a thread; what is short with it needs no measuring.
constexpr double kFastest = 300;

/// GFLOP/s of one thread that does nothing but multiply and add: the better of two bursts, by the
/// thread's own clock, for others may have the processor meanwhile.
double gflops_of_a_thread() {
    const auto& kernels = fused::kernels<float>(fused::best_simd_level());
    constexpr std::size_t kMultiplyAdds = 400000;
    const WorkerPool clock(1); // of this thread alone
    double best = 0;
    for (int burst = 0; burst < 2; ++burst) {
        const double began = clock.cpu_seconds();
        const double flop = kernels.multiply_adds(kMultiplyAdds);
        best = std::max(best, flop / (clock.cpu_seconds() - began) / 1e9);
    }
    return best;
}

std::string duration_in_words(double seconds) {
    const double hours = seconds / 3600;
    return hours < 48 ? fmt::format("{:.1f} hours", hours) : fmt::format("{:.1f} days", hours / 24);
}

} // namespace

std::string cost_in_words(const RunConfig& config, std::int32_t first, int threads) {
    const double gflop = gflop_per_epoch(config);
    const int epochs = std::max(config.epochs - first, 0);
    if (epochs * gflop / (kFastest * threads) < kWorthSaying / 10) {
        return {};
    }
    const double rate = kShareOfPeak * gflops_of_a_thread() * threads;
    const double seconds = epochs * gflop / rate;
    if (seconds < kWorthSaying) {
        return {};
    }
    return fmt::format("its {} epochs may take {} here: {:.1f} billion operations each, on {} "
                       "thread{} at 60 % of their peak",
                       epochs, duration_in_words(seconds), gflop, threads, threads == 1 ? "" : "s");
}

std::string cost_in_words(std::span<const RunConfig> runs) {
    double gflop = 0;
    int most = 0;
    for (const RunConfig& run : runs) {
        gflop += run.epochs * gflop_per_epoch(run);
        most = std::max(most, run.epochs);
    }
    constexpr double kHoursWorthSaying = 0.1;
    if (gflop / kFastest / 3600 < kHoursWorthSaying / 10) {
        return {};
    }
    const double hours = gflop / (kShareOfPeak * gflops_of_a_thread()) / 3600;
    if (hours < kHoursWorthSaying) {
        return {};
    }
    return fmt::format("{} to train, of up to {} epochs: {:.1f} core hours if each takes them all, "
                       "at 60 % of what a thread does here",
                       runs.size() == 1 ? "1 run" : fmt::format("{} runs", runs.size()), most,
                       hours);
}

} // namespace grokscope
