// The stencil: both phases of every probe, P1-P5 of README.md.
// Threads: units of one phase write different parts.
#pragma once

#include "engine/model/fused/backward_tables.h"
#include "engine/model/fused/remembered_epoch.h"
#include "engine/model/probe_state.h"
#include "engine/protocol/control.h"
#include "engine/protocol/stencil.h"

#include <array>
#include <span>
#include <vector>

namespace grokscope::fused {

struct ProbeOptions {
    Stencil stencil;
    double weight = 0.1;         ///< lambda
    double learning_rate = 1e-3; ///< of each probe's Adam
    Control control = Control::kNone;
};

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
    [[nodiscard]] std::array<double, kOffsetSlots> mismatches() const;
    /// Times of its phases, appended; those of the tables are run twice an epoch.
    void collect_times(std::vector<PhaseTime>& times) const {
        times.insert(times.end(), {columns_phase_.time(), tables_phase_.time(),
                                   scatter_phase_.time(), learn_phase_.time()});
    }

private:
    /// One offset.
    struct Probe {
        Probe(int k, const FusedShape& shape, const PairPlan& plan,
              const ProbeLayout& probe_layout);

        int offset;
        ProbeLayout layout;
        BasicProbeState<T>* state = nullptr; ///< null while inactive
        std::size_t first_panel = 0;         ///< of its z in the tables it uses
        PanelTables<T> own;                  ///< tables of the past input; k > 0 only
        AlignedBuffer<T> W2;                 ///< packed: panels [m_padded][64]
        AlignedBuffer<T> W2_t;               ///< W2^T packed: panels [width_padded][64]
        AlignedBuffer<T> b2;                 ///< [m_padded]
        AlignedBuffer<T> gram;               ///< c W2^T W2 packed: panels [width_padded][64]
        AlignedBuffer<T> b2_W2;              ///< [width_padded]
        AlignedBuffer<T> dz;                 ///< P3 [N, width_padded]
        AlignedBuffer<T> dz_sums;            ///< by row block [width_padded]
        AlignedBuffer<T> r_sums;             ///< by row block [width_padded]
        AlignedBuffer<T> rr_partial;         ///< sum r r^T by row unit [width_padded, width_padded]
        AlignedBuffer<T> rt_partial;         ///< sum r t^T by row unit [width, m_padded]
        AlignedBuffer<T> rr;                 ///< their sums
        AlignedBuffer<T> rt;
        AlignedBuffer<T> dZ;              ///< P4, laid out as the table
        AlignedBuffer<T> dA;              ///< P4: panels [K][64]
        AlignedBuffer<T> gradient;        ///< flat, as the probe
        std::vector<double> block_errors; ///< sum of squares by row block
    };

    [[nodiscard]] bool reads_now(const Probe& probe) const { return probe.offset <= 0; }
    /// Whose input, whose target a gradient enters the model through.
    [[nodiscard]] bool moves_input(const Probe& probe) const {
        return reads_now(probe) && options_.control != Control::kTargetSide;
    }
    [[nodiscard]] bool moves_target(const Probe& probe) const {
        return probe.offset >= 0 && options_.control != Control::kInputSide;
    }
    [[nodiscard]] const RememberedEpoch<T>& epoch_ago(int epochs) const;
    [[nodiscard]] const AttentionState<T>& input_of(const Probe& probe) const;
    [[nodiscard]] const RememberedEpoch<T>& target_of(const Probe& probe) const;
    [[nodiscard]] PanelTables<T>& tables_of(Probe& probe);
    /// r = relu(z) of a block in scratch: panels [rows][64].
    T* activations(Probe& probe, const RowBlock& block, Workspace<T>& workspace);

    void build_columns_of(Probe& probe, std::size_t panel);
    void pack_output(Probe& probe);
    void build_gram(Probe& probe);
    void build_table(Probe& probe, std::size_t head, std::size_t first_row);
    void learn_rows_of(Probe& probe, const RowBlock& block, Workspace<T>& workspace);
    void scatter_token(Probe& probe, std::size_t row);
    void reduce(Probe& probe, std::size_t slice);
    void learn_input(Probe& probe, Workspace<T>& workspace);
    void learn_output(Probe& probe, std::size_t slice, Workspace<T>& workspace);
    /// `gradients`: where those of the targets go, rows `row` apart; added to when `added`.
    void compare_rows_of(Probe& probe, const RowBlock& block, T* gradients, std::size_t row,
                         bool& added, Workspace<T>& workspace);
    /// No gradient enters through this probe's columns of y.
    void clear_input_gradient(const Probe& probe, const RowBlock& block);
    void adam(Probe& probe, std::size_t first, std::size_t count);

    static constexpr std::size_t kSlices = 4;

    const ProbeOptions options_;
    ForwardTables<T>& forward_;
    BackwardTables<T>& backward_;
    const FusedShape& shape_;
    const Kernels<T>& kernels_;
    const PairPlan& plan_;
    const TokenLists& tokens_;

    const std::vector<RememberedEpoch<T>>& ring_;
    const double error_scale_; ///< c = 2 / (N m)
    std::size_t slot_ = 0;
    std::vector<Probe> probes_;
    Phase<T> columns_phase_{"probes: columns"};
    Phase<T> tables_phase_{"probes: tables"};
    Phase<T> scatter_phase_{"probes: tokens, sums"};
    Phase<T> learn_phase_{"probes: gradients and Adam"};
};

} // namespace grokscope::fused
