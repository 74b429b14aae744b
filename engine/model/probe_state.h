// The state of one probe: its weights and its own optimiser (science.md section 2.1).
#pragma once

#include "engine/model/aligned_buffer.h"
#include "engine/model/parameters.h"

#include <cstddef>
#include <cstdint>
#include <span>

namespace grokscope {

/// Sizes and places of a probe's tensors in its flat buffer, row-major, PyTorch's Linear order:
/// W1 [width, d], b1 [width], W2 [d_mlp, width], b2 [d_mlp]; each starts on a 64-byte boundary.
struct ProbeLayout {
    int d = 128;
    int width = 64;
    int d_mlp = 512;

    [[nodiscard]] std::size_t W1() const { return 0; }
    [[nodiscard]] std::size_t b1() const { return aligned(W1_size()); }
    [[nodiscard]] std::size_t W2() const { return b1() + aligned(b1_size()); }
    [[nodiscard]] std::size_t b2() const { return W2() + aligned(W2_size()); }
    [[nodiscard]] std::size_t flat_size() const { return b2() + aligned(b2_size()); }

    [[nodiscard]] std::size_t W1_size() const { return product(width, d); }
    [[nodiscard]] std::size_t b1_size() const { return static_cast<std::size_t>(width); }
    [[nodiscard]] std::size_t W2_size() const { return product(d_mlp, width); }
    [[nodiscard]] std::size_t b2_size() const { return static_cast<std::size_t>(d_mlp); }

    friend bool operator==(const ProbeLayout&, const ProbeLayout&) = default;

private:
    [[nodiscard]] static std::size_t aligned(std::size_t size) { return (size + 15) / 16 * 16; }
    [[nodiscard]] static std::size_t product(int rows, int columns) {
        return static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns);
    }
};

/// One probe f_k: d -> width -> ReLU -> d_mlp, with the moments of its Adam. Copyable: a checkpoint
/// is a copy.
template <typename Scalar>
struct BasicProbeState {
    /// All zeros; weights are filled by initial_state().
    BasicProbeState(int offset_k, const ProbeLayout& probe_layout)
        : offset(offset_k), layout(probe_layout), weights(layout.flat_size()),
          first_moment(layout.flat_size()), second_moment(layout.flat_size()) {}

    int offset = 0; ///< k of the stencil
    ProbeLayout layout;
    AlignedBuffer<Scalar> weights;
    AlignedBuffer<Scalar> first_moment;
    AlignedBuffer<Scalar> second_moment;
    std::int64_t adam_steps = 0; ///< steps taken; fewer than epochs when k != 0
};

using ProbeState = BasicProbeState<float>;

} // namespace grokscope
