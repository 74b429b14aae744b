// The step for transformers of any depth on a scalar type: float for work, double for the algebra
// tests. docs/engine.md derives it.
// Threads: used by one thread; works on the pool inside a call.
#pragma once

#include "engine/model/fused/phase_time.h"
#include "engine/model/layers/block_pass.h"
#include "engine/model/layers/chunk_rows.h"
#include "engine/model/layers/layer_probes.h"
#include "engine/model/layers/weight_gradients.h"
#include "engine/model/step.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <vector>

namespace grokscope::layers {

/// Rows before the first block that are one unit.
inline constexpr std::size_t kTokenChunk = 48;

/// What of a configuration the step depends on.
struct CoreOptions {
    ModelShape model;
    bool train_biases = true;
    LossRule loss = {};
    /// Most pairs of an update; 0: all training pairs.
    std::size_t batch = 0;
    ProbeSetup probes = {};
    fused::SimdLevel simd = fused::best_simd_level();

    [[nodiscard]] static CoreOptions of(const RunConfig& config);
};

/// Functions as in step.h.
template <typename T>
class LayersCore {
public:
    /// `pool` outlives this. Throws std::invalid_argument when the pairs do not fit the model.
    LayersCore(const CoreOptions& options, const PairSet& train, WorkerPool& pool);
    LayersCore(const LayersCore&) = delete; // its parts hold addresses of others
    LayersCore& operator=(const LayersCore&) = delete;

    void load(const BasicParameters<T>& parameters);
    void select_rows(std::span<const std::uint32_t> rows);
    StepResult gradients(std::span<BasicProbeState<T>> probes, BasicParameters<T>& gradients);
    Evaluation evaluate(const PairSet& pairs);
    void activations(std::span<const Pair> pairs, std::span<T> logits_out,
                     std::span<T> mlp_hidden_out);
    void recall(const std::deque<BasicParameters<T>>& previous);

    [[nodiscard]] fused::SimdLevel simd() const { return kernels_.level; }
    [[nodiscard]] int threads() const { return pool_.threads(); }
    /// Time spent in each phase of the updates since construction.
    [[nodiscard]] std::vector<fused::PhaseTime> phase_times() const {
        return {times_.begin(), times_.end()};
    }

private:
    /// Pairs as the units read them.
    struct Pairs {
        std::vector<std::uint16_t> a, b, labels;
    };
    /// Scratch memory of a worker.
    struct Workspace {
        Workspace(const Sizes& sizes, const RowPlan& plan);

        AlignedBuffer<T> x, dx, row, hidden_scratch, column_sums, logits;
        std::vector<const T*> rows;
        std::vector<T*> gradients;
        ForwardMemory<T> forward;
    };

    /// The phases of an update, in their order.
    enum PhaseName : std::size_t {
        kPack,
        kTokens,
        kNumbers,
        kPairs,
        kShared,
        kNumbersBack,
        kWeights,
        kTokensBack,
        kRest,
        kProbes,
        kPhases
    };
    /// Runs unit(i, workspace) for i < units on the pool, and takes the time.
    template <typename Unit>
    void run(PhaseName phase, std::size_t units, const Unit& unit) {
        const auto began = std::chrono::steady_clock::now();
        pool_.run(static_cast<int>(units), [&](int i, int worker) {
            unit(static_cast<std::size_t>(i), workspaces_[static_cast<std::size_t>(worker)]);
        });
        take_time(phase, began);
    }
    void take_time(PhaseName phase, std::chrono::steady_clock::time_point began) {
        times_[phase].seconds +=
            std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
        ++times_[phase].runs;
    }

    void build_tokens();
    void forward_numbers(const Chunk& chunk, Workspace& workspace);
    void backward_numbers(const Chunk& chunk, Workspace& workspace);
    /// One slice forward and back, chunk by chunk.
    void pass_pairs(const Chunk& chunk, Workspace& workspace);
    /// The residual stream of a chunk of pairs behind the first `layers` blocks, last position, in
    /// workspace.x behind the rows of the position before. What a way back needs is kept if wanted.
    /// `mid`: as BlockPass::forward() has it, of the last of these blocks.
    enum class Keep : bool { kNothing, kAll };
    void forward_pairs(const Chunk& chunk, const std::uint16_t* a, const std::uint16_t* b,
                       Workspace& workspace, Keep keep, std::size_t layers, T* mid = nullptr);
    /// What the probes compare, of a block of training pairs.
    void forward_for_probes(const fused::RowBlock& block, Workspace& workspace);
    /// What mismatches, or the activation penalty, ask of the MLP of a chunk in the probes' layer.
    [[nodiscard]] FromProbes<T> from_probes(const Chunk& chunk, std::size_t queries,
                                            const BlockRows<T>& rows, Workspace& workspace) const;
    /// Forward alone; [items, d_mlp] of the last layer is in workspace.hidden then, and [items, p]
    /// in workspace.logits.
    void evaluate_pairs(const Chunk& chunk, const std::uint16_t* a, const std::uint16_t* b,
                        Workspace& workspace);
    /// Where the rows of q, k and v of a chunk are in `layer`, slot by slot.
    void find_rows(std::size_t layer, const Chunk& chunk, const std::uint16_t* a,
                   const std::uint16_t* b, const T* own, Workspace& workspace) const;
    /// Where their gradients go.
    void find_gradients(std::size_t layer, const Chunk& chunk, Workspace& workspace);
    [[nodiscard]] Attention<T> attention_of(std::size_t layer, const Chunk& chunk,
                                            const Workspace& workspace) const;
    /// Adds up what pairs left for rows that they share.
    void reduce_shared(std::size_t pairs);
    void reduce_numbers();
    void backward_tokens();
    void sum_weights(std::size_t pairs, bool first, bool last_slice, BasicParameters<T>& gradients);
    void finish(BasicParameters<T>& gradients);
    void finish_embedding(BasicParameters<T>& gradients, std::size_t first);
    void finish_norms(BasicParameters<T>& gradients, std::size_t layer);

    /// The sums of LayerNorm `which` of the chunk: 2l before attention of layer l, 2l + 1 before
    /// its MLP, 2L before the unembedding.
    [[nodiscard]] NormSums<T> norm_sums(std::size_t chunk, std::size_t which);
    [[nodiscard]] std::size_t last() const { return sizes_.layers - 1; }

    const CoreOptions options_;
    const Sizes sizes_;
    const fused::Kernels<T>& kernels_;
    const BlockKernels<T>& block_kernels_;
    WorkerPool& pool_;
    const PairSet train_;
    const ParameterLayout layout_;
    RowPlan plan_;
    PackedWeights<T> packed_;
    BlockPass<T> pass_;
    const BasicParameters<T>* parameters_ = nullptr;
    std::vector<std::uint32_t> selected_; ///< training pairs of the next update
    Pairs slice_;
    std::size_t slice_first_ = 0;          ///< place of its first pair among the selected
    std::optional<LayerProbes<T>> probes_; ///< with a stencil
    TokenRows<T> tokens_;
    std::vector<LayerMemory<T>> memory_;
    std::vector<Workspace> workspaces_;
    AlignedBuffer<T> dx0_;        ///< [rows, d] gradients of the stream before the first block
    AlignedBuffer<T> last_xhat_;  ///< before the unembedding: [slice pairs, d]
    AlignedBuffer<T> last_scale_; ///< [slice pairs]
    AlignedBuffer<T> last_normal_;
    AlignedBuffer<T> logits_;    ///< [slice pairs, p], gradients once the loss is known
    AlignedBuffer<T> norm_sums_; ///< [chunks][2L + 1][gain, bias]
    std::size_t token_chunks_;
    std::size_t chunks_;
    double gradient_scale_ = 1; ///< 1 / pairs of the update
    std::vector<fused::LossSums> losses_;
    std::vector<GradientTile<T>> tiles_;
    std::array<fused::PhaseTime, kPhases> times_ = {
        {{"weights packed"},
         {"tokens"},
         {"numbers forward"},
         {"pairs forward and back"},
         {"sums of shared rows"},
         {"numbers back"},
         {"gradients of the matrices"},
         {"tokens back"},
         {"gradients of the first matrices, embedding, LayerNorms"},
         {"probes"}}};
};

} // namespace grokscope::layers
