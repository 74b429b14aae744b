// The fused step on a scalar type: float for work, double for the algebra tests.
// Threads: used by one thread; works on the pool inside a call.
#pragma once

#include "engine/model/fused/backward_tables.h"
#include "engine/model/fused/forward_tables.h"
#include "engine/model/fused/pair_order.h"
#include "engine/model/fused/permuted_targets.h"
#include "engine/model/fused/probe_pass.h"
#include "engine/model/fused/remembered_epoch.h"
#include "engine/model/probe_state.h"
#include "engine/model/step.h"

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <vector>

namespace grokscope::fused {

/// What of a configuration the step depends on.
struct CoreOptions {
    ModelShape model;
    Stencil stencil;
    double stencil_weight = 0.1;
    int probe_width = 64;
    double probe_learning_rate = 1e-3;
    bool train_biases = true;
    Control control = Control::kNone;
    LossRule loss = {};
    std::uint32_t seed = 999; ///< of the permutation of kPermutedTargets
    SimdLevel simd = best_simd_level();

    [[nodiscard]] static CoreOptions of(const RunConfig& config);
};

/// Functions as in step.h; README.md of this folder derives the equations named here.
template <typename T>
class FusedCore {
public:
    /// `pool` outlives this. Throws std::invalid_argument when the pairs do not fit the model.
    FusedCore(const CoreOptions& options, const PairSet& train, WorkerPool& pool);
    FusedCore(const FusedCore&) = delete; // its phases hold its address
    FusedCore& operator=(const FusedCore&) = delete;

    void load(const BasicParameters<T>& parameters);
    StepResult gradients(std::span<BasicProbeState<T>> probes, BasicParameters<T>& gradients);
    Evaluation evaluate(const PairSet& pairs);
    void logits(std::span<const Pair> pairs, std::span<T> out);
    void mlp_hidden(std::span<const Pair> pairs, std::span<T> out);
    void activations(std::span<const Pair> pairs, std::span<T> logits_out,
                     std::span<T> mlp_hidden_out);
    void recall(const std::deque<BasicParameters<T>>& previous);

    [[nodiscard]] std::vector<PhaseTime> phase_times() const;
    [[nodiscard]] SimdLevel simd() const { return kernels_.level; }
    [[nodiscard]] int threads() const { return pool_.threads(); }

private:
    /// mlp_hidden of a block of any pairs, in scratch: panels [rows][64]. The weights of attention
    /// stay in scratch behind it.
    [[nodiscard]] T* block_hidden(const OrderedPairs& pairs, const RowBlock& block,
                                  Workspace<T>& workspace);
    /// One forward pass; an empty span is not wanted.
    void forward_all(std::span<const Pair> pairs, std::span<T> logits_out,
                     std::span<T> mlp_hidden_out);
    /// Logits of a block whose mlp_hidden and weights of attention are in scratch.
    [[nodiscard]] T* logits_of_hidden(const OrderedPairs& pairs, const RowBlock& block, const T* h,
                                      Workspace<T>& workspace);
    /// Logits of a block of any pairs, in scratch [rows, p_padded].
    [[nodiscard]] T* block_logits(const OrderedPairs& pairs, const RowBlock& block,
                                  Workspace<T>& workspace);
    /// F4 and the hidden half of F8 of a training block; returns h, panels [rows][64].
    T* forward_rows(const RowBlock& block, Workspace<T>& workspace);
    /// The logit half of F8, F9, F10: leaves dl in y.
    void loss_rows(const RowBlock& block, const T* h);
    /// B1, B2; with `add` the hidden part of y already holds a term of dh.
    void backward_rows(const RowBlock& block, const T* h, bool add);
    /// Fills a phase with the units of the plan: `visit` each block, then `finish` the unit.
    template <typename Visit, typename Finish>
    void add_row_units(Phase<T>& phase, Visit visit, Finish finish);
    /// With the control kActivationPenalty: leaves its part of dh in y. True when it did.
    bool penalise_rows(const RowBlock& block, const T* h);
    /// Completes the forward pass of an epoch whose rows are done.
    void permute_targets();
    void remember();

    [[nodiscard]] RememberedEpoch<T>& current() { return ring_[slot_]; }

    const CoreOptions options_;
    const FusedShape shape_;
    const Kernels<T>& kernels_;
    WorkerPool& pool_;
    const PairPlan plan_;
    const TokenLists tokens_;
    std::vector<Workspace<T>> workspaces_;
    std::vector<RememberedEpoch<T>> ring_; ///< this epoch and those remembered
    std::size_t slot_ = 0;                 ///< of this epoch in the ring
    int remembered_ = 0;
    std::optional<PermutedTargets<T>> permuted_; ///< with the control kPermutedTargets
    ForwardTables<T> forward_;
    BackwardTables<T> backward_;
    ProbePass<T> probes_;
    std::vector<LossSums> block_losses_;
    Phase<T> rows_phase_{
        "rows: forward and backward"}; ///< of the baseline: forward and backward in one pass
    Phase<T> remember_phase_{"rows: forward only"};       ///< forward only, for recall()
    Phase<T> learn_phase_{"rows: forward, probes learn"}; ///< with probes: forward and phase 1
    Phase<T> compare_phase_{"rows: compare, backward"};   ///< with probes: phase 2 and backward
    // With kPermutedTargets rows wait for each other between these.
    Phase<T> permute_phase_{"rows: permute targets"};
    Phase<T> learn_only_phase_{"rows: probes learn"};
    Phase<T> compare_only_phase_{"rows: compare"};
    Phase<T> backward_phase_{"rows: backward"};
};

} // namespace grokscope::fused
