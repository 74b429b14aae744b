// Forward passes of any model in which activations are read and replaced at named sites
// (sites.h): ablation, attention, causal mediation and skipped layers are all this.
// Threads: used by one thread; works on the pool inside a call.
#pragma once

#include "engine/model/fused/kernels.h"
#include "engine/model/sites.h"
#include "engine/task/task.h"

#include <memory>
#include <span>

namespace grokscope {

class WorkerPool;

/// Every position of every pair is computed for itself, so that it may be changed for itself; in
/// the last block the last position alone. A row has the same bits whatever other rows there are,
/// and without patches logits have the bits of LayersStep.
class SitedForward {
public:
    /// What a pass has to know of an earlier one to begin in its middle: the residual stream before
    /// every block, and keys and values.
    class Record;

    /// `pool` outlives this. Throws std::invalid_argument when the machine lacks the instruction
    /// set.
    SitedForward(const ModelShape& shape, WorkerPool& pool,
                 fused::SimdLevel simd = fused::best_simd_level());
    ~SitedForward();
    SitedForward(const SitedForward&) = delete;
    SitedForward& operator=(const SitedForward&) = delete;

    /// The weights of all that follows; they stay alive and unchanged until the next load(). Throws
    /// std::invalid_argument when they belong to a model of another shape.
    void load(const Parameters& parameters);

    /// Logits [pairs, p], row by row; an empty span where they are not wanted, and then nothing
    /// behind the last tap is computed. Patches at one site act in their order, then taps read.
    /// Throws std::invalid_argument for sites, positions, slices and spans that do not fit the
    /// model and the pairs.
    void run(std::span<const Pair> pairs, std::span<const Patch> patches, std::span<const Tap> taps,
             std::span<float> logits);

    /// The same, and remembers it: context * layers * (2 d + 3 d) values a pair, about.
    [[nodiscard]] std::shared_ptr<const Record>
    record(std::span<const Pair> pairs, std::span<const Tap> taps, std::span<float> logits);

    /// run() on the pairs of a record of the same weights, which begins at the first block and the
    /// first position that the patches change: the same bits for less. Without patches that is the
    /// unembedding alone.
    void run(const Record& record, std::span<const Patch> patches, std::span<float> logits);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace grokscope
