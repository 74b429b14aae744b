// The two early warnings of one run (science.md 6.5), computed beside the training.
// Threads: used by one thread, the one that may run the pool.
#pragma once

#include "engine/analysis/commutator.h"
#include "engine/model/fused/fused_core.h"
#include "engine/model/parameters.h"
#include "engine/protocol/config.h"
#include "engine/task/task.h"

#include <cstdint>
#include <vector>

namespace grokscope {

class WorkerPool;

class EarlyWarningMeter {
public:
    /// Pairs in a batch of the commutator, at most, and no more than half of those that train; and
    /// how many times two batches are drawn.
    static constexpr std::size_t kBatch = 512;
    static constexpr int kDraws = 9;

    /// Task and pool outlive this. Throws std::invalid_argument when the configuration is not
    /// valid.
    EarlyWarningMeter(const RunConfig& config, const Task& task, WorkerPool& pool);

    /// Class separation of the residual stream before W_U, `out`, over the test pairs. Blocks for
    /// two forward passes at the default shape (d / p passes, rounded up).
    [[nodiscard]] double ildr(const Parameters& parameters);

    /// Medians over kDraws of the commutator defect of two random training batches, in both
    /// readings, eta = 1e-3; draws with a zero gradient enter the published one alone. The
    /// batches depend on seed and epoch alone. In double: in float32 the rounding of a gradient
    /// step is as large as the step once the loss is small. Blocks for 4 * kDraws gradients of a
    /// batch, several epochs' worth.
    [[nodiscard]] CommutatorDefect commutator_defect(const Parameters& parameters,
                                                     std::int32_t epoch);

private:
    RunConfig config_;
    const Task& task_;
    WorkerPool& pool_;
    fused::FusedCore<float> features_step_;
    std::vector<float> features_; // [test pairs, d]
    std::vector<float> part_;     // some of their columns, [test pairs, p]
};

} // namespace grokscope
