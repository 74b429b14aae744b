// One probe on rows that lie in panels, whatever made them: P3' and P5 of README.md, and its Adam.
// What its input is made of, and where gradients go on from there, is the step's.
// Threads: units of one phase write different parts.
#pragma once

#include "engine/model/fused/pair_order.h"
#include "engine/model/fused/shape.h"
#include "engine/model/fused/workspace.h"
#include "engine/model/probe_state.h"
#include "engine/protocol/control.h"
#include "engine/protocol/stencil.h"

#include <array>
#include <cstdlib>
#include <limits>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace grokscope::fused {

struct ProbeOptions {
    Stencil stencil;
    double weight = 0.1;         ///< lambda
    double learning_rate = 1e-3; ///< of each probe's Adam
    Control control = Control::kNone;
};

template <typename T>
class ProbeNetwork {
public:
    /// References outlive this.
    ProbeNetwork(int offset, const ProbeOptions& options, const FusedShape& shape,
                 const PairPlan& plan, const Kernels<T>& kernels);

    [[nodiscard]] int offset() const { return offset_; }
    [[nodiscard]] const ProbeLayout& layout() const { return layout_; }
    /// Its weights and moments; null while the offset is inactive.
    [[nodiscard]] BasicProbeState<T>* state() const { return state_; }
    void set_state(BasicProbeState<T>* state) { state_ = state; }

    /// Whether it reads this epoch's residual stream.
    [[nodiscard]] bool reads_now() const { return offset_ <= 0; }
    /// Whose input, whose target a gradient enters the model through.
    [[nodiscard]] bool moves_input() const {
        return reads_now() && options_.control != Control::kTargetSide;
    }
    [[nodiscard]] bool moves_target() const {
        return offset_ >= 0 && options_.control != Control::kInputSide;
    }

    /// What depends on the probe's weights alone: first W2 and b2, then W2^T W2.
    void pack_output();
    void build_gram();

    /// P3' on a block of rows: its sums, and dz. r: relu(z), t: the targets, panels [rows][64].
    void learn_rows(const RowBlock& block, const T* r, const T* t);
    /// P3': the sums of all units, slice by slice of kSlices.
    void reduce(std::size_t slice);
    /// P3' for the rows of W2 in this slice, and their step of Adam. `target_sums`: of each block
    /// [m_padded].
    void learn_output(std::size_t slice, const AlignedBuffer<T>& target_sums,
                      Workspace<T>& workspace);
    /// db1 [width_padded], in scratch; kept as a gradient, too.
    [[nodiscard]] const T* input_bias_gradient(Workspace<T>& workspace);
    /// dz [N, width_padded], and where the gradient of W1 [width, d] goes.
    [[nodiscard]] const AlignedBuffer<T>& dz() const { return dz_; }
    [[nodiscard]] T* W1_gradient() { return gradient_.data() + layout_.W1(); }
    /// One step of Adam of W1 and b1.
    void learn_input();

    /// Where P5 leaves the gradients of a block.
    struct Compared {
        T* targets = nullptr; ///< rows `targets_row` apart, m_padded columns
        std::size_t targets_row = 0;
        bool add = false;    ///< to what is in `targets`
        T* inputs = nullptr; ///< of z, width_padded columns
        std::size_t inputs_row = 0;
        T* input_sums = nullptr; ///< when set, their column sums [width_padded]
    };
    /// P5 on a block of rows; gradients only where moves_target() and moves_input() say so.
    void compare_rows(const RowBlock& block, const T* r, const T* t, const Compared& to,
                      Workspace<T>& workspace);
    /// Mean squared error over all blocks.
    [[nodiscard]] double mismatch() const;

    static constexpr std::size_t kSlices = 4;

private:
    void adam(std::size_t first, std::size_t count);

    const int offset_;
    const ProbeOptions& options_;
    const FusedShape& shape_;
    const PairPlan& plan_;
    const Kernels<T>& kernels_;
    const double error_scale_; ///< c = 2 / (N m)
    ProbeLayout layout_;
    BasicProbeState<T>* state_ = nullptr;
    AlignedBuffer<T> W2_;         ///< packed: panels [m_padded][64]
    AlignedBuffer<T> W2_t_;       ///< W2^T packed: panels [width_padded][64]
    AlignedBuffer<T> b2_;         ///< [m_padded]
    AlignedBuffer<T> gram_;       ///< c W2^T W2 packed: panels [width_padded][64]
    AlignedBuffer<T> b2_W2_;      ///< [width_padded]
    AlignedBuffer<T> dz_;         ///< P3 [N, width_padded]
    AlignedBuffer<T> dz_sums_;    ///< by row block [width_padded]
    AlignedBuffer<T> r_sums_;     ///< by row block [width_padded]
    AlignedBuffer<T> rr_partial_; ///< sum r r^T by row unit [width_padded, width_padded]
    AlignedBuffer<T> rt_partial_; ///< sum r t^T by row unit [width, m_padded]
    AlignedBuffer<T> rr_;         ///< their sums
    AlignedBuffer<T> rt_;
    AlignedBuffer<T> gradient_;        ///< flat, as the probe
    std::vector<double> block_errors_; ///< sum of squares by row block
};

/// Gives each probe its state, and none to those whose offset needs more epochs than are
/// `remembered`. Throws std::invalid_argument when the states are of other probes.
template <typename T, typename Probe>
void attach_states(std::span<BasicProbeState<T>> states, std::vector<Probe>& probes,
                   int remembered) {
    if (states.size() != probes.size()) {
        throw std::invalid_argument("the stencil has " + std::to_string(probes.size()) +
                                    " offsets, got " + std::to_string(states.size()) + " probes");
    }
    for (std::size_t i = 0; i < states.size(); ++i) {
        if (states[i].offset != probes[i].offset() || states[i].layout != probes[i].layout()) {
            throw std::invalid_argument(
                "probe " + std::to_string(i) + " has offset " + std::to_string(states[i].offset) +
                " or another shape; the stencil expects offset " +
                std::to_string(probes[i].offset()) + ", offsets in increasing order");
        }
        probes[i].set_state(std::abs(states[i].offset) <= remembered ? &states[i] : nullptr);
    }
}

/// Mean squared errors of phase 2, by offset_slot(); NaN where inactive.
template <typename Probe>
[[nodiscard]] std::array<double, kOffsetSlots> mismatches_of(const std::vector<Probe>& probes) {
    std::array<double, kOffsetSlots> result{};
    result.fill(std::numeric_limits<double>::quiet_NaN());
    for (const Probe& probe : probes) {
        if (probe.state() != nullptr) {
            result[offset_slot(probe.offset())] = probe.mismatch();
        }
    }
    return result;
}

} // namespace grokscope::fused
