// The stencil: both phases of every probe, P1-P5 of README.md.
// Threads: units of one phase write different parts.
#pragma once

#include "engine/model/fused/backward_tables.h"
#include "engine/model/fused/probe_network.h"
#include "engine/model/fused/remembered_epoch.h"

#include <array>
#include <span>
#include <vector>

namespace grokscope::fused {

template <typename T>
class ProbePass {
public:
    /// `forward` has probe_panels() panels per offset k <= 0 behind the model's, in increasing
    /// order of offset. All references outlive this.
    ProbePass(const ProbeOptions& options, ForwardTables<T>& forward, BackwardTables<T>& backward,
              const PairPlan& plan, const TokenLists& tokens,
              const std::vector<RememberedEpoch<T>>& ring);
    ProbePass(const ProbePass&) = delete; // its phases hold its address
    ProbePass& operator=(const ProbePass&) = delete;

    /// Offsets whose probes read this epoch's residual stream and so pass a gradient to it.
    [[nodiscard]] static std::size_t offsets_reading_now(const Stencil& stencil);

    /// Begins an epoch: `slot` is its place in the ring, `remembered` the epochs before it that are
    /// there. Makes the tables of the probes as they are.
    void begin(std::span<BasicProbeState<T>> probes, std::size_t slot, int remembered,
               WorkerPool& pool, std::vector<Workspace<T>>& workspaces);
    /// Phase 1 on a block of rows: P2, and the sums that P3 needs.
    void learn_rows(const RowBlock& block, Workspace<T>& workspace);
    /// The rest of phase 1: one Adam step of every active probe, and the tables of the new probes.
    void learn(WorkerPool& pool, std::vector<Workspace<T>>& workspaces);
    /// Phase 2 on a block of rows, P5. True when the hidden part of y now holds a term of dh. With
    /// `target_gradients` [rows, m_padded] the gradients of the targets go there instead.
    bool compare_rows(const RowBlock& block, Workspace<T>& workspace, T* target_gradients);
    /// True when an active probe's target gets a gradient.
    [[nodiscard]] bool asks_targets() const;
    /// Mean squared errors of phase 2, by offset_slot(); NaN where inactive.
    [[nodiscard]] std::array<double, kOffsetSlots> mismatches() const {
        return mismatches_of(probes_);
    }
    /// Times of its phases, appended; those of the tables are run twice an epoch.
    void collect_times(std::vector<PhaseTime>& times) const {
        times.insert(times.end(), {columns_phase_.time(), tables_phase_.time(),
                                   scatter_phase_.time(), learn_phase_.time()});
    }

private:
    /// One offset.
    struct Probe : ProbeNetwork<T> {
        Probe(int k, const ProbeOptions& options, const FusedShape& shape, const PairPlan& plan,
              const Kernels<T>& kernels);

        std::size_t first_panel = 0; ///< of its z in the tables it uses
        PanelTables<T> own;          ///< tables of the past input; k > 0 only
        AlignedBuffer<T> dZ;         ///< P4, laid out as the table
        AlignedBuffer<T> dA;         ///< P4: panels [K][64]
    };

    [[nodiscard]] const RememberedEpoch<T>& epoch_ago(int epochs) const;
    [[nodiscard]] const AttentionState<T>& input_of(const Probe& probe) const;
    [[nodiscard]] const RememberedEpoch<T>& target_of(const Probe& probe) const;
    [[nodiscard]] PanelTables<T>& tables_of(Probe& probe);
    /// r = relu(z) of a block in scratch: panels [rows][64].
    T* activations(Probe& probe, const RowBlock& block, Workspace<T>& workspace);

    void build_columns_of(Probe& probe, std::size_t panel);
    void build_table(Probe& probe, std::size_t head, std::size_t first_row);
    void scatter_token(Probe& probe, std::size_t row);
    void learn_input(Probe& probe, Workspace<T>& workspace);
    /// `gradients`: where those of the targets go, rows `row` apart; added to when `added`.
    void compare_rows_of(Probe& probe, const RowBlock& block, T* gradients, std::size_t row,
                         bool& added, Workspace<T>& workspace);
    /// No gradient enters through this probe's columns of y.
    void clear_input_gradient(const Probe& probe, const RowBlock& block);

    const ProbeOptions options_;
    ForwardTables<T>& forward_;
    BackwardTables<T>& backward_;
    const FusedShape& shape_;
    const Kernels<T>& kernels_;
    const PairPlan& plan_;
    const TokenLists& tokens_;

    const std::vector<RememberedEpoch<T>>& ring_;
    std::size_t slot_ = 0;
    std::vector<Probe> probes_;
    Phase<T> columns_phase_{"probes: columns"};
    Phase<T> tables_phase_{"probes: tables"};
    Phase<T> scatter_phase_{"probes: tokens, sums"};
    Phase<T> learn_phase_{"probes: gradients and Adam"};
};

} // namespace grokscope::fused
