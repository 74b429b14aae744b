// Phase 1 of the probes: P3' and P4 of README.md, and one Adam step.
#include "engine/model/adamw.h"
#include "engine/model/fused/probe_pass.h"

#include <algorithm>

namespace grokscope::fused {

template <typename T>
void ProbePass<T>::learn_rows(const RowBlock& block, Workspace<T>& workspace) {
    for (Probe& probe : probes_) {
        if (probe.state != nullptr) {
            learn_rows_of(probe, block, workspace);
        }
    }
}

template <typename T>
void ProbePass<T>::learn_rows_of(Probe& probe, const RowBlock& block, Workspace<T>& workspace) {
    const std::size_t padded = shape_.width_padded();
    const std::size_t index = block.index;
    const std::size_t panel = block.rows * kPanel;
    const bool first_of_unit = index == plan_.units[block.unit].first_block;
    const T* r = activations(probe, block, workspace);
    const T* t = target_of(probe).targets().data() + block.first * shape_.m_padded();
    // P3': the sums r r^T and r t^T of this block
    for (std::size_t n = 0; n < shape_.probe_panels(); ++n) {
        const std::size_t rows = std::min(kPanel, shape_.probe_width - n * kPanel);
        kernels_.multiply(
            {.rows = rows,
             .columns = padded,
             .depth = block.rows,
             .a = r + n * panel,
             .a_row = 1,
             .a_col = kPanel,
             .b = r,
             .b_panel = panel,
             .c = probe.rr_partial.data() + block.unit * padded * padded + n * kPanel * padded,
             .c_row = padded,
             .accumulate = !first_of_unit});
        kernels_.multiply({.rows = rows,
                           .columns = shape_.m_padded(),
                           .depth = block.rows,
                           .a = r + n * panel,
                           .a_row = 1,
                           .a_col = kPanel,
                           .b = t,
                           .b_panel = panel,
                           .c = probe.rt_partial.data() + block.unit * padded * shape_.m_padded() +
                                n * kPanel * shape_.m_padded(),
                           .c_row = shape_.m_padded(),
                           .accumulate = !first_of_unit});
        kernels_.column_sums(block.rows, kPanel, r + n * panel, kPanel,
                             probe.r_sums.data() + index * padded + n * kPanel);
    }
    // P3': dz = c (r W2^T W2 + b2 W2 - t W2) * (z > 0)
    T* dz = probe.dz.data() + block.first * padded;
    kernels_.multiply({.rows = block.rows,
                       .columns = padded,
                       .depth = shape_.m_padded(),
                       .a = t,
                       .a_row = kPanel,
                       .a_panel = panel,
                       .b = probe.W2.data(),
                       .b_panel = shape_.m_padded() * kPanel,
                       .c = dz,
                       .c_row = padded});
    T* dz_sums = probe.dz_sums.data() + index * padded;
    std::fill_n(dz_sums, padded, T(0));
    const T c = static_cast<T>(error_scale_);
    for (std::size_t i = 0; i < block.rows; ++i) {
        for (std::size_t j = 0; j < padded; ++j) {
            dz[i * padded + j] = c * (probe.b2_W2[j] - dz[i * padded + j]);
        }
    }
    kernels_.multiply({.rows = block.rows,
                       .columns = padded,
                       .depth = padded,
                       .a = r,
                       .a_row = kPanel,
                       .a_panel = panel,
                       .b = probe.gram.data(),
                       .b_panel = padded * kPanel,
                       .c = dz,
                       .c_row = padded,
                       .accumulate = true,
                       .mask = r,
                       .mask_panel = panel,
                       .sums = dz_sums});
}

template <typename T>
void ProbePass<T>::scatter_token(Probe& probe, std::size_t row) {
    const AttentionState<T>& input = input_of(probe);
    const std::size_t begin = tokens_.begin[row];
    kernels_.scatter({.pairs = tokens_.pairs.data() + begin,
                      .count = tokens_.begin[row + 1] - begin,
                      .heads = shape_.heads,
                      .panels = shape_.probe_panels(),
                      .y = probe.dz.data(),
                      .y_row = shape_.width_padded(),
                      .weights = (row < shape_.p ? input.w0 : input.w1).data(),
                      .gradient = probe.dZ.data() + row * PanelTables<T>::g_row(shape_),
                      .panel_stride = PanelTables<T>::g_panel(shape_)});
}

template <typename T>
void ProbePass<T>::reduce(Probe& probe, std::size_t slice) {
    const auto sum_slice = [&](const AlignedBuffer<T>& partial, AlignedBuffer<T>& sum) {
        const std::size_t size = round_up((sum.size() + kSlices - 1) / kSlices, kPanel);
        const std::size_t first = slice * size;
        if (first < sum.size()) {
            kernels_.column_sums(plan_.units.size(), std::min(size, sum.size() - first),
                                 partial.data() + first, sum.size(), sum.data() + first);
        }
    };
    sum_slice(probe.rt_partial, probe.rt);
    sum_slice(probe.rr_partial, probe.rr);
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
    T* db1 = workspace.get(Workspace<T>::kRow, padded);
    kernels_.column_sums(plan_.blocks.size(), padded, probe.dz_sums.data(), padded, db1);
    std::copy_n(db1, shape_.probe_width, probe.gradient.data() + probe.layout.b1());
    T* dW1 = probe.gradient.data() + probe.layout.W1();
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
    adam(probe, probe.layout.W1(), probe.layout.W1_size());
    adam(probe, probe.layout.b1(), probe.layout.b1_size());
}

template <typename T>
void ProbePass<T>::learn_output(Probe& probe, std::size_t slice, Workspace<T>& workspace) {
    // P3' for the rows of W2 in this slice
    const std::size_t width = shape_.probe_width;
    const std::size_t padded = shape_.width_padded();
    const std::size_t size = (shape_.m + kSlices - 1) / kSlices;
    const std::size_t first = slice * size;
    if (first >= shape_.m) {
        return;
    }
    const std::size_t rows = std::min(size, shape_.m - first);
    const std::size_t blocks = plan_.blocks.size();
    T* r_sum = workspace.get(Workspace<T>::kRow, padded + shape_.m_padded());
    T* t_sum = r_sum + padded;
    kernels_.column_sums(blocks, padded, probe.r_sums.data(), padded, r_sum);
    kernels_.column_sums(blocks, shape_.m_padded(), target_of(probe).h_sums.data(),
                         shape_.m_padded(), t_sum);
    const T* W2 = probe.state->weights.data() + probe.layout.W2() + first * width;
    const T* b2 = probe.state->weights.data() + probe.layout.b2() + first;
    T* dW2 = probe.gradient.data() + probe.layout.W2() + first * width;
    T* db2 = probe.gradient.data() + probe.layout.b2() + first;
    multiply(kernels_, workspace, rows, width, width, {W2, width}, {probe.rr.data(), padded}, dW2,
             width);
    const T c = static_cast<T>(error_scale_);
    const T pairs = static_cast<T>(plan_.pairs.size());
    for (std::size_t i = 0; i < rows; ++i) {
        T through = 0;
        for (std::size_t j = 0; j < width; ++j) {
            const T rt = probe.rt[j * shape_.m_padded() + first + i];
            dW2[i * width + j] = c * (dW2[i * width + j] + b2[i] * r_sum[j] - rt);
            through += W2[i * width + j] * r_sum[j];
        }
        db2[i] = c * (through + pairs * b2[i] - t_sum[first + i]);
    }
    adam(probe, probe.layout.W2() + first * width, rows * width);
    adam(probe, probe.layout.b2() + first, rows);
}

template <typename T>
void ProbePass<T>::adam(Probe& probe, std::size_t first, std::size_t count) {
    const AdamWSettings settings{
        .learning_rate = options_.learning_rate, .weight_decay = 0, .beta2 = 0.999};
    BasicProbeState<T>& state = *probe.state;
    adamw_update(settings, state.adam_steps + 1, std::span<T>(state.weights).subspan(first, count),
                 std::span<const T>(probe.gradient).subspan(first, count),
                 std::span<T>(state.first_moment).subspan(first, count),
                 std::span<T>(state.second_moment).subspan(first, count));
}

// What the phases in probe_pass.cpp call.
template void ProbePass<float>::learn_rows(const RowBlock&, Workspace<float>&);
template void ProbePass<float>::scatter_token(Probe&, std::size_t);
template void ProbePass<float>::reduce(Probe&, std::size_t);
template void ProbePass<float>::learn_input(Probe&, Workspace<float>&);
template void ProbePass<float>::learn_output(Probe&, std::size_t, Workspace<float>&);
template void ProbePass<double>::learn_rows(const RowBlock&, Workspace<double>&);
template void ProbePass<double>::scatter_token(Probe&, std::size_t);
template void ProbePass<double>::reduce(Probe&, std::size_t);
template void ProbePass<double>::learn_input(Probe&, Workspace<double>&);
template void ProbePass<double>::learn_output(Probe&, std::size_t, Workspace<double>&);

} // namespace grokscope::fused
