// Phase 1 of the probes as far as it is about tables: P4 of README.md.
#include "engine/model/fused/probe_pass.h"

#include <algorithm>

namespace grokscope::fused {

template <typename T>
void ProbePass<T>::learn_rows(const RowBlock& block, Workspace<T>& workspace) {
    for (Probe& probe : probes_) {
        if (probe.state() != nullptr) {
            const T* r = activations(probe, block, workspace);
            probe.learn_rows(block, r,
                             target_of(probe).targets().data() + block.first * shape_.m_padded());
        }
    }
}

template <typename T>
void ProbePass<T>::scatter_token(Probe& probe, std::size_t row) {
    const AttentionState<T>& input = input_of(probe);
    const std::size_t begin = tokens_.begin[row];
    kernels_.scatter({.pairs = tokens_.pairs.data() + begin,
                      .count = tokens_.begin[row + 1] - begin,
                      .heads = shape_.heads,
                      .panels = shape_.probe_panels(),
                      .y = probe.dz().data(),
                      .y_row = shape_.width_padded(),
                      .weights = (row < shape_.p ? input.w0 : input.w1).data(),
                      .gradient = probe.dZ.data() + row * PanelTables<T>::g_row(shape_),
                      .panel_stride = PanelTables<T>::g_panel(shape_)});
}

template <typename T>
void ProbePass<T>::learn_input(Probe& probe, Workspace<T>& workspace) {
    // P4
    const AttentionState<T>& input = input_of(probe);
    const std::size_t padded = shape_.width_padded();
    for (std::size_t head = 0; head < shape_.heads; ++head) {
        const std::size_t row = head * shape_.d_head;
        kernels_.multiply({.rows = shape_.d_head,
                           .columns = padded,
                           .depth = shape_.tokens(),
                           .a = input.S.data() + row,
                           .a_row = 1,
                           .a_col = shape_.K_padded(),
                           .b = probe.dZ.data() + head * kPanel,
                           .b_panel = PanelTables<T>::g_panel(shape_),
                           .b_row = PanelTables<T>::g_row(shape_),
                           .c = probe.dA.data() + row * kPanel,
                           .c_row = kPanel,
                           .c_panel = shape_.K * kPanel});
    }
    const T* db1 = probe.input_bias_gradient(workspace);
    T* dW1 = probe.W1_gradient();
    for (std::size_t n = 0; n < shape_.probe_width; n += kPanel) {
        const std::size_t rows = std::min(kPanel, shape_.probe_width - n);
        multiply(kernels_, workspace, rows, shape_.d, shape_.K,
                 {probe.dA.data() + n * shape_.K, 1, kPanel}, {input.W_O.data(), 1, shape_.K},
                 dW1 + n * shape_.d, shape_.d);
    }
    for (std::size_t i = 0; i < shape_.probe_width; ++i) {
        for (std::size_t j = 0; j < shape_.d; ++j) {
            dW1[i * shape_.d + j] += db1[i] * input.m2[j];
        }
    }
    probe.learn_input();
}

// What the phases in probe_pass.cpp call.
template void ProbePass<float>::learn_rows(const RowBlock&, Workspace<float>&);
template void ProbePass<float>::scatter_token(Probe&, std::size_t);
template void ProbePass<float>::learn_input(Probe&, Workspace<float>&);
template void ProbePass<double>::learn_rows(const RowBlock&, Workspace<double>&);
template void ProbePass<double>::scatter_token(Probe&, std::size_t);
template void ProbePass<double>::learn_input(Probe&, Workspace<double>&);

} // namespace grokscope::fused
