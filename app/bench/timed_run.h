// Time of training.
#pragma once

#include "app/stop_signal.h"
#include "engine/compute/worker_pool.h"
#include "engine/parts/standard_parts.h"
#include "engine/train/run.h"

#include <chrono>
#include <functional>

namespace grokscope::bench {

/// The longest interval that a run may have: hardly a round meets an evaluation but epoch 0's, and
/// the median of rounds passes over the others.
inline constexpr int kRareEvaluations = 1000;

inline double seconds_of(const std::function<void()>& work) {
    const auto began = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
}

/// A run with its pool, past the first epochs.
class TimedRun {
public:
    TimedRun(const RunConfig& config, int threads, const StopSignal& stop)
        : stop_(stop), pool_(threads), run_(config, standard_engine_parts(), pool_) {
        for (int i = 0; i < 5; ++i) {
            (void)run_.advance_one_epoch();
        }
    }

    /// Milliseconds per epoch over `epochs`. Throws Stopped.
    double milliseconds(int epochs) {
        stop_.check();
        return 1e3 / epochs * seconds_of([&] {
                   for (int i = 0; i < epochs; ++i) {
                       (void)run_.advance_one_epoch();
                   }
               });
    }

    [[nodiscard]] Run& run() { return run_; }

private:
    const StopSignal& stop_;
    WorkerPool pool_;
    Run run_;
};

} // namespace grokscope::bench
