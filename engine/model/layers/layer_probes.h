// The stencil of the step for layers: both phases of every probe beside the MLP of one layer, on
// rows of mlp_in and mlp_hidden that the step fills in. P2 and P4 of fused/README.md are plain
// products here; P3' and P5 are the fused step's own.
// Threads: used by one thread; works on the pool inside a call.
#pragma once

#include "engine/model/fused/permuted_targets.h"
#include "engine/model/fused/probe_network.h"
#include "engine/model/fused/remembered_epoch.h"
#include "engine/model/layers/block_kernels.h"
#include "engine/model/layers/sizes.h"
#include "engine/model/layers/weight_gradients.h"

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace grokscope::layers {

/// What of a configuration the probes depend on.
struct ProbeSetup {
    fused::ProbeOptions options;
    int width = 64;           ///< hidden units of a probe
    std::size_t layer = 0;    ///< beside whose MLP they sit, from 0
    std::uint32_t seed = 999; ///< of the permutation of kPermutedTargets
};

template <typename T>
class LayerProbes {
public:
    /// Computes mlp_in and mlp_hidden of a block's pairs at the loaded weights and hands them to
    /// put_rows().
    using Forward = std::function<void(const fused::RowBlock& block, int worker)>;

    /// References outlive this.
    LayerProbes(const ProbeSetup& setup, const ModelShape& model, const PairSet& train,
                const fused::Kernels<T>& kernels, const BlockKernels<T>& block_kernels,
                WorkerPool& pool, Forward forward);
    LayerProbes(const LayerProbes&) = delete; // its phases hold its address
    LayerProbes& operator=(const LayerProbes&) = delete;

    /// Some pairs of a block, from the `first` of all on: rows of mlp_in [d] and mlp_hidden
    /// [d_mlp], as far apart as Sizes says.
    void put_rows(const fused::RowBlock& block, std::size_t first, std::size_t rows,
                  const T* mlp_in, const T* mlp_hidden);

    /// An epoch at the loaded weights: forward, phase 1, and of phase 2 the mismatches and the
    /// gradients below.
    void run(std::span<BasicProbeState<T>> states);
    /// Mean squared errors of phase 2, by offset_slot(); NaN where inactive.
    [[nodiscard]] std::array<double, kOffsetSlots> mismatches() const {
        return fused::mismatches_of(probes_);
    }
    /// What the mismatches ask of mlp_hidden of training pair `pair` and those behind it, rows
    /// hidden_row() apart, and of mlp_in, rows Sizes::row() apart; null where they ask nothing.
    [[nodiscard]] const T* hidden_gradients(std::size_t pair) const {
        return moves_hidden_ ? dhidden_.data() + pair * shape_.m_padded() : nullptr;
    }
    [[nodiscard]] std::size_t hidden_row() const { return shape_.m_padded(); }
    [[nodiscard]] const T* input_gradients(std::size_t pair) const {
        return moves_input_ ? dinput_.data() + pair * row_ : nullptr;
    }

    /// Makes this epoch the newest remembered one.
    void remember();
    /// Forgets all epochs.
    void forget() { remembered_ = 0; }
    /// The forward pass of an epoch that is to be remembered alone.
    void run_forward();

private:
    struct Epoch : fused::RememberedHidden<T> {
        Epoch(const fused::FusedShape& shape, const fused::PairPlan& plan, std::size_t row,
              bool permute)
            : fused::RememberedHidden<T>(shape, plan, true, permute),
              mlp_in(plan.pairs.size() * row) {}

        AlignedBuffer<T> mlp_in; ///< [N, d], rows Sizes::row() apart
    };
    /// One offset.
    struct Probe : fused::ProbeNetwork<T> {
        Probe(int k, const fused::ProbeOptions& options, const fused::FusedShape& shape,
              const fused::PairPlan& plan, const fused::Kernels<T>& kernels);

        AlignedBuffer<T> W1_t; ///< W1^T packed: panels [d][64]
        AlignedBuffer<T> W1;   ///< packed: panels [width][64]
        AlignedBuffer<T> b1;   ///< [width_padded]
    };

    /// Adds a unit that an offset has nothing to do in while it is not active.
    template <typename Work>
    void add_unit(fused::Phase<T>& phase, std::size_t probe, Work work);
    [[nodiscard]] Epoch& now() { return ring_[slot_]; }
    [[nodiscard]] const Epoch& epoch_ago(int epochs) const;
    [[nodiscard]] const Epoch& input_of(const Probe& probe) const;
    [[nodiscard]] const Epoch& target_of(const Probe& probe) const;
    void pack_input(Probe& probe);
    /// P2: r = relu(z) of a block in scratch, panels [rows][64].
    T* activations(const Probe& probe, const fused::RowBlock& block,
                   fused::Workspace<T>& workspace) const;
    void compare_rows(const fused::RowBlock& block, fused::Workspace<T>& workspace);

    const ProbeSetup setup_;
    const fused::FusedShape shape_;
    const std::size_t row_; ///< Sizes::row() and Sizes::hidden_row()
    const std::size_t hidden_row_;
    const fused::PairPlan plan_;
    const fused::Kernels<T>& kernels_;
    const BlockKernels<T>& block_kernels_;
    WorkerPool& pool_;
    const Forward forward_;
    std::vector<fused::Workspace<T>> workspaces_;
    std::vector<Epoch> ring_; ///< this epoch and those remembered
    std::size_t slot_ = 0;    ///< of this epoch in the ring
    int remembered_ = 0;
    std::vector<Probe> probes_;
    std::optional<fused::PermutedTargets<T>> permuted_; ///< with the control kPermutedTargets
    AlignedBuffer<T> dhidden_;                          ///< [N, m_padded]
    AlignedBuffer<T> dinput_;                           ///< [N, d]
    bool moves_hidden_ = false;
    bool moves_input_ = false;
    fused::Phase<T> pack_phase_{"probes: packed"};
    fused::Phase<T> gram_phase_{"probes: W2^T W2"};
    fused::Phase<T> permute_phase_{"probes: targets permuted"};
    fused::Phase<T> learn_phase_{"probes: rows learn"};
    fused::Phase<T> sum_phase_{"probes: sums"};
    fused::Phase<T> adam_phase_{"probes: Adam"};
    fused::Phase<T> compare_phase_{"probes: rows compare"};
    fused::Phase<T> return_phase_{"probes: gradients of permuted targets"};
};

} // namespace grokscope::layers
