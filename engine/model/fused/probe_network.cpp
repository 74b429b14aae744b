#include "engine/model/fused/probe_network.h"

#include "engine/model/adamw.h"

#include <algorithm>

namespace grokscope::fused {

template <typename T>
ProbeNetwork<T>::ProbeNetwork(int offset, const ProbeOptions& options, const FusedShape& s,
                              const PairPlan& plan, const Kernels<T>& kernels)
    : offset_(offset), options_(options), shape_(s), plan_(plan), kernels_(kernels),
      error_scale_(2 / (static_cast<double>(plan.pairs.size()) * static_cast<double>(s.m))),
      layout_{static_cast<int>(s.d), static_cast<int>(s.probe_width), static_cast<int>(s.m)},
      W2_(s.probe_panels() * s.m_padded() * kPanel),
      W2_t_(s.hidden_panels() * s.width_padded() * kPanel), b2_(s.m_padded()),
      gram_(s.probe_panels() * s.width_padded() * kPanel), b2_W2_(s.width_padded()),
      dz_(plan.pairs.size() * s.width_padded()), dz_sums_(plan.blocks.size() * s.width_padded()),
      r_sums_(dz_sums_.size()),
      rr_partial_(plan.units.size() * s.width_padded() * s.width_padded()),
      rt_partial_(plan.units.size() * s.width_padded() * s.m_padded()),
      rr_(s.width_padded() * s.width_padded()), rt_(s.width_padded() * s.m_padded()),
      gradient_(layout_.flat_size()), block_errors_(plan.blocks.size()) {
}

template <typename T>
void ProbeNetwork<T>::pack_output() {
    const std::size_t width = shape_.probe_width;
    const T* W2 = state_->weights.data() + layout_.W2();
    for (std::size_t j = 0; j < width; j += kPanel) { // rows from m on stay zero
        kernels_.pack(shape_.m, std::min(kPanel, width - j), W2 + j, width, 1,
                      W2_.data() + j * shape_.m_padded());
    }
    for (std::size_t j = 0; j < shape_.m; j += kPanel) { // rows from width on stay zero
        kernels_.pack(width, std::min(kPanel, shape_.m - j), W2 + j * width, 1, width,
                      W2_t_.data() + j * shape_.width_padded());
    }
    std::copy_n(state_->weights.data() + layout_.b2(), shape_.m, b2_.data());
}

template <typename T>
void ProbeNetwork<T>::build_gram() {
    // P3': W2^T W2 and b2 W2, with the scale of the error's derivative
    const std::size_t panel = shape_.m_padded() * kPanel;
    kernels_.multiply({.rows = shape_.probe_width,
                       .columns = shape_.width_padded(),
                       .depth = shape_.m,
                       .a = state_->weights.data() + layout_.W2(),
                       .a_row = 1,
                       .a_col = shape_.probe_width,
                       .b = W2_.data(),
                       .b_panel = panel,
                       .c = gram_.data(),
                       .c_row = kPanel,
                       .c_panel = shape_.width_padded() * kPanel});
    kernels_.multiply({.rows = 1,
                       .columns = shape_.width_padded(),
                       .depth = shape_.m,
                       .a = b2_.data(),
                       .b = W2_.data(),
                       .b_panel = panel,
                       .c = b2_W2_.data()});
    const T c = static_cast<T>(error_scale_);
    for (T& value : gram_) {
        value *= c;
    }
}

template <typename T>
void ProbeNetwork<T>::learn_rows(const RowBlock& block, const T* r, const T* t) {
    const std::size_t padded = shape_.width_padded();
    const std::size_t index = block.index;
    const std::size_t panel = block.rows * kPanel;
    const bool first_of_unit = index == plan_.units[block.unit].first_block;
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
             .c = rr_partial_.data() + block.unit * padded * padded + n * kPanel * padded,
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
                           .c = rt_partial_.data() + block.unit * padded * shape_.m_padded() +
                                n * kPanel * shape_.m_padded(),
                           .c_row = shape_.m_padded(),
                           .accumulate = !first_of_unit});
        kernels_.column_sums(block.rows, kPanel, r + n * panel, kPanel,
                             r_sums_.data() + index * padded + n * kPanel);
    }
    // P3': dz = c (r W2^T W2 + b2 W2 - t W2) * (z > 0)
    T* dz = dz_.data() + block.first * padded;
    kernels_.multiply({.rows = block.rows,
                       .columns = padded,
                       .depth = shape_.m_padded(),
                       .a = t,
                       .a_row = kPanel,
                       .a_panel = panel,
                       .b = W2_.data(),
                       .b_panel = shape_.m_padded() * kPanel,
                       .c = dz,
                       .c_row = padded});
    T* dz_sums = dz_sums_.data() + index * padded;
    std::fill_n(dz_sums, padded, T(0));
    const T c = static_cast<T>(error_scale_);
    for (std::size_t i = 0; i < block.rows; ++i) {
        for (std::size_t j = 0; j < padded; ++j) {
            dz[i * padded + j] = c * (b2_W2_[j] - dz[i * padded + j]);
        }
    }
    kernels_.multiply({.rows = block.rows,
                       .columns = padded,
                       .depth = padded,
                       .a = r,
                       .a_row = kPanel,
                       .a_panel = panel,
                       .b = gram_.data(),
                       .b_panel = padded * kPanel,
                       .c = dz,
                       .c_row = padded,
                       .accumulate = true,
                       .mask = r,
                       .mask_panel = panel,
                       .sums = dz_sums});
}

template <typename T>
void ProbeNetwork<T>::reduce(std::size_t slice) {
    const auto sum_slice = [&](const AlignedBuffer<T>& partial, AlignedBuffer<T>& sum) {
        const std::size_t size = round_up((sum.size() + kSlices - 1) / kSlices, kPanel);
        const std::size_t first = slice * size;
        if (first < sum.size()) {
            kernels_.column_sums(plan_.units.size(), std::min(size, sum.size() - first),
                                 partial.data() + first, sum.size(), sum.data() + first);
        }
    };
    sum_slice(rt_partial_, rt_);
    sum_slice(rr_partial_, rr_);
}

template <typename T>
void ProbeNetwork<T>::learn_output(std::size_t slice, const AlignedBuffer<T>& target_sums,
                                   Workspace<T>& workspace) {
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
    kernels_.column_sums(blocks, padded, r_sums_.data(), padded, r_sum);
    kernels_.column_sums(blocks, shape_.m_padded(), target_sums.data(), shape_.m_padded(), t_sum);
    const T* W2 = state_->weights.data() + layout_.W2() + first * width;
    const T* b2 = state_->weights.data() + layout_.b2() + first;
    T* dW2 = gradient_.data() + layout_.W2() + first * width;
    T* db2 = gradient_.data() + layout_.b2() + first;
    multiply(kernels_, workspace, rows, width, width, {W2, width}, {rr_.data(), padded}, dW2,
             width);
    const T c = static_cast<T>(error_scale_);
    const T pairs = static_cast<T>(plan_.pairs.size());
    for (std::size_t i = 0; i < rows; ++i) {
        T through = 0;
        for (std::size_t j = 0; j < width; ++j) {
            const T rt = rt_[j * shape_.m_padded() + first + i];
            dW2[i * width + j] = c * (dW2[i * width + j] + b2[i] * r_sum[j] - rt);
            through += W2[i * width + j] * r_sum[j];
        }
        db2[i] = c * (through + pairs * b2[i] - t_sum[first + i]);
    }
    adam(layout_.W2() + first * width, rows * width);
    adam(layout_.b2() + first, rows);
}

template <typename T>
const T* ProbeNetwork<T>::input_bias_gradient(Workspace<T>& workspace) {
    const std::size_t padded = shape_.width_padded();
    T* db1 = workspace.get(Workspace<T>::kRow, padded);
    kernels_.column_sums(plan_.blocks.size(), padded, dz_sums_.data(), padded, db1);
    std::copy_n(db1, shape_.probe_width, gradient_.data() + layout_.b1());
    return db1;
}

template <typename T>
void ProbeNetwork<T>::learn_input() {
    adam(layout_.W1(), layout_.W1_size());
    adam(layout_.b1(), layout_.b1_size());
}

template <typename T>
void ProbeNetwork<T>::adam(std::size_t first, std::size_t count) {
    const AdamWSettings settings{
        .learning_rate = options_.learning_rate, .weight_decay = 0, .beta2 = 0.999};
    BasicProbeState<T>& state = *state_;
    adamw_update(settings, state.adam_steps + 1, std::span<T>(state.weights).subspan(first, count),
                 std::span<const T>(gradient_).subspan(first, count),
                 std::span<T>(state.first_moment).subspan(first, count),
                 std::span<T>(state.second_moment).subspan(first, count));
}

template <typename T>
void ProbeNetwork<T>::compare_rows(const RowBlock& block, const T* r, const T* t,
                                   const Compared& to, Workspace<T>& workspace) {
    const std::size_t padded = shape_.width_padded();
    const std::size_t panel = block.rows * kPanel;
    T* error = workspace.get(Workspace<T>::kError, block.rows * shape_.m_padded());
    double squares = 0;
    for (std::size_t n = 0; n < shape_.hidden_panels(); ++n) {
        T* out = error + n * panel;
        kernels_.multiply({.rows = block.rows,
                           .columns = kPanel,
                           .depth = padded,
                           .a = r,
                           .a_row = kPanel,
                           .a_panel = panel,
                           .b = W2_t_.data() + n * padded * kPanel,
                           .c = out,
                           .c_row = kPanel});
        squares += kernels_.probe_error({.rows = block.rows,
                                         .error = out,
                                         .target = t + n * panel,
                                         .bias = b2_.data() + n * kPanel,
                                         .scale = options_.weight * error_scale_,
                                         .y = moves_target() ? to.targets + n * kPanel : nullptr,
                                         .y_row = to.targets_row,
                                         .add = to.add});
    }
    block_errors_[block.index] = squares;
    if (!moves_input()) {
        return;
    }
    if (to.input_sums != nullptr) {
        std::fill_n(to.input_sums, padded, T(0));
    }
    kernels_.multiply({.rows = block.rows,
                       .columns = padded,
                       .depth = shape_.m_padded(),
                       .a = error,
                       .a_row = kPanel,
                       .a_panel = panel,
                       .b = W2_.data(),
                       .b_panel = shape_.m_padded() * kPanel,
                       .c = to.inputs,
                       .c_row = to.inputs_row,
                       .mask = r,
                       .mask_panel = panel,
                       .sums = to.input_sums});
}

template <typename T>
double ProbeNetwork<T>::mismatch() const {
    double squares = 0;
    for (const double block : block_errors_) {
        squares += block;
    }
    return squares * error_scale_ / 2;
}

template class ProbeNetwork<float>;
template class ProbeNetwork<double>;

} // namespace grokscope::fused
