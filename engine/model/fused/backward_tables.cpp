#include "engine/model/fused/backward_tables.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace grokscope::fused {

template <typename T>
BackwardTables<T>::BackwardTables(const ForwardTables<T>& forward, const PairPlan& plan,
                                  const TokenLists& tokens, bool train_biases)
    : y(plan.pairs.size() * forward.panels.panels * kPanel),
      W_L_partial(plan.units.size() * forward.shape.p * forward.shape.m_padded()),
      base_partial(plan.blocks.size() * forward.panels.panels * kPanel), forward_(forward),
      shape_(forward.shape), kernels_(forward.kernels), plan_(plan), tokens_(tokens),
      train_biases_(train_biases), dG_(forward.panels.G.size()),
      dots0_(plan.pairs.size() * shape_.heads), dots1_(dots0_.size()),
      dW_L_(shape_.p * shape_.m_padded()), dbase_(forward.panels.base.size()),
      dA_(forward.panels.A.size()), dS_(shape_.tokens() * shape_.K_padded()),
      dscores_((shape_.tokens() + 1) * shape_.heads), dm2_(shape_.d_padded()),
      dv2_(shape_.K_padded()), W_O_t_(panels_of(shape_.d) * shape_.K * kPanel) {
    // In each phase longest units first, so that no worker is left with one at the end.
    for (std::size_t slice = 0; slice < kSlices; ++slice) {
        tokens_phase_.add([this, slice](Workspace<T>&) { reduce(slice); });
    }
    tokens_phase_.add([this](Workspace<T>&) { reduce_base(); });
    for (std::size_t row = shape_.p; row < shape_.tokens(); ++row) {
        tokens_phase_.add([this, row](Workspace<T>&) { scatter_token(row, *state_); });
    }
    for (std::size_t panel = 0; panel < shape_.logit_panels(); ++panel) {
        for (std::size_t half : {0U, 1U}) {
            tables_phase_.add([this, panel, half](Workspace<T>& w) {
                unembedding_through_output(panel, half, w);
            });
        }
    }
    tables_phase_.add([this](Workspace<T>&) { score_gradients(); });
    for (std::size_t head = 0; head < shape_.heads; ++head) {
        for (std::size_t row : {std::size_t{0}, shape_.p}) {
            tables_phase_.add([this, head, row](Workspace<T>& w) { values_of_head(head, row, w); });
        }
    }
    for (std::size_t panel = 0; panel < forward.panels.panels; ++panel) {
        tables_phase_.add([this, panel](Workspace<T>&) { columns_of_panel(panel); });
    }
    tables_phase_.add([this](Workspace<T>& w) { base_gradients(w); });
    for (std::size_t panel = 0; panel < shape_.hidden_panels(); ++panel) {
        tables_phase_.add([this, panel](Workspace<T>& w) { output_weights(panel, w); });
    }
    weights_phase_.add([this](Workspace<T>& w) { embedding(w); });
    for (std::size_t panel = 0; panel < panels_of(shape_.K); ++panel) {
        for (std::size_t half : {0U, 1U}) {
            weights_phase_.add(
                [this, panel, half](Workspace<T>& w) { output_projection(panel, half, w); });
        }
    }
    for (std::size_t half : {0U, 1U}) {
        weights_phase_.add([this, half](Workspace<T>& w) { value_weights(half, w); });
        for (std::size_t panel = 0; panel < shape_.logit_panels(); ++panel) {
            weights_phase_.add([this, panel, half](Workspace<T>&) { unembedding(panel, half); });
        }
    }
    for (std::size_t panel = 0; panel < shape_.hidden_panels(); ++panel) {
        weights_phase_.add([this, panel](Workspace<T>&) { input_weights(panel); });
    }
}

template <typename T>
void BackwardTables<T>::run(const AttentionState<T>& state, BasicParameters<T>& gradients,
                            WorkerPool& pool, std::vector<Workspace<T>>& workspaces) {
    state_ = &state;
    gradients_ = &gradients;
    const ParameterLayout& layout = gradients.layout();
    for (std::size_t i = 0; i < layout.tensors().size(); ++i) { // the gaps between tensors
        const std::size_t end = layout.tensors()[i].offset + layout.tensors()[i].size;
        const std::size_t next = layout.end_with_gap(i);
        std::fill(gradients.flat().begin() + static_cast<std::ptrdiff_t>(end),
                  gradients.flat().begin() + static_cast<std::ptrdiff_t>(next), T(0));
    }
    tokens_phase_.run(pool, workspaces);
    tables_phase_.run(pool, workspaces);
    weights_phase_.run(pool, workspaces);
}

template <typename T>
void BackwardTables<T>::scatter_first_tokens(const RowUnit& unit, const AttentionState<T>& state) {
    for (std::size_t token = unit.first_token; token < unit.end_token; ++token) {
        scatter_token(token, state);
    }
}

template <typename T>
void BackwardTables<T>::scatter_token(std::size_t row, const AttentionState<T>& state) {
    const bool second = row >= shape_.p;
    const PanelTables<T>& panels = forward_.panels;
    const std::size_t begin = tokens_.begin[row];
    kernels_.scatter({.pairs = tokens_.pairs.data() + begin,
                      .count = tokens_.begin[row + 1] - begin,
                      .heads = shape_.heads,
                      .panels = panels.panels,
                      .y = y.data(),
                      .y_row = width(),
                      .weights = (second ? state.w1 : state.w0).data(),
                      .table = panels.G.data() + row * panels.g_row(shape_),
                      .gradient = dG_.data() + row * panels.g_row(shape_),
                      .panel_stride = panels.g_panel(shape_),
                      .dots = (second ? dots1_ : dots0_).data()});
}

template <typename T>
void BackwardTables<T>::reduce(std::size_t slice) {
    const std::size_t size = round_up((W_L_size() + kSlices - 1) / kSlices, kPanel);
    const std::size_t first = slice * size;
    if (first < W_L_size()) {
        kernels_.column_sums(plan_.units.size(), std::min(size, W_L_size() - first),
                             W_L_partial.data() + first, W_L_size(), dW_L_.data() + first);
    }
}

template <typename T>
void BackwardTables<T>::reduce_base() {
    kernels_.column_sums(plan_.blocks.size(), width(), base_partial.data(), width(), dbase_.data());
    // W_O^T is needed packed two phases later; this unit has time for it.
    kernels_.pack(shape_.K, shape_.d, forward_.view(Tensor::W_O), 1, shape_.K, W_O_t_.data());
}

template <typename T>
void BackwardTables<T>::values_of_head(std::size_t head, std::size_t first_row,
                                       Workspace<T>& workspace) {
    // B5: dS_h = dG_h A_h^T
    const PanelTables<T>& panels = forward_.panels;
    T* packed = workspace.get(Workspace<T>::kPacked, panels_of(shape_.d_head) * width() * kPanel);
    for (std::size_t column = 0; column < shape_.d_head; column += kPanel) {
        const std::size_t columns = std::min(kPanel, shape_.d_head - column);
        for (std::size_t panel = 0; panel < panels.panels; ++panel) {
            const T* A = panels.A.data() + panel * panels.a_panel(shape_) +
                         (head * shape_.d_head + column) * kPanel;
            kernels_.pack(kPanel, columns, A, 1, kPanel,
                          packed + column * width() + panel * kPanel * kPanel);
        }
    }
    kernels_.multiply({.rows = shape_.p,
                       .columns = shape_.d_head,
                       .depth = width(),
                       .a = dG_.data() + first_row * panels.g_row(shape_) + head * kPanel,
                       .a_row = panels.g_row(shape_),
                       .a_panel = panels.g_panel(shape_),
                       .b = packed,
                       .b_panel = width() * kPanel,
                       .c = dS_.data() + first_row * shape_.K_padded() + head * shape_.d_head,
                       .c_row = shape_.K_padded(),
                       .exact_columns = true});
}

template <typename T>
void BackwardTables<T>::columns_of_panel(std::size_t panel) {
    // B5: dA_h = S_h^T dG_h, both positions at once
    const PanelTables<T>& panels = forward_.panels;
    for (std::size_t head = 0; head < shape_.heads; ++head) {
        const std::size_t row = head * shape_.d_head;
        kernels_.multiply({.rows = shape_.d_head,
                           .columns = kPanel,
                           .depth = shape_.tokens(),
                           .a = state_->S.data() + row,
                           .a_row = 1,
                           .a_col = shape_.K_padded(),
                           .b = dG_.data() + panel * panels.g_panel(shape_) + head * kPanel,
                           .b_row = panels.g_row(shape_),
                           .c = dA_.data() + panel * panels.a_panel(shape_) + row * kPanel,
                           .c_row = kPanel});
    }
}

template <typename T>
void BackwardTables<T>::output_weights(std::size_t hidden_panel, Workspace<T>& workspace) {
    // B10: dW_out = W_U dW_L^T
    const std::size_t first = hidden_panel * kPanel;
    multiply(kernels_, workspace, shape_.d, std::min(kPanel, shape_.m - first), shape_.p,
             {forward_.view(Tensor::W_U), shape_.p}, {dW_L_.data() + first, shape_.m_padded()},
             gradient(Tensor::W_out) + first, shape_.m);
}

template <typename T>
void BackwardTables<T>::unembedding_through_output(std::size_t logit_panel, std::size_t half,
                                                   Workspace<T>& workspace) {
    // B10: W_out dW_L, the first term of dW_U
    const auto [row, rows] = half_of(shape_.d, half);
    const std::size_t first = logit_panel * kPanel;
    multiply(kernels_, workspace, rows, std::min(kPanel, shape_.p - first), shape_.m,
             {forward_.view(Tensor::W_out) + row * shape_.m, shape_.m},
             {dW_L_.data() + first * shape_.m_padded(), 1, shape_.m_padded()},
             gradient(Tensor::W_U) + row * shape_.p + first, shape_.p);
}

template <typename T>
void BackwardTables<T>::score_gradients() {
    // B4, in pair order
    const std::size_t heads = shape_.heads;
    std::fill(dscores_.begin(), dscores_.end(), T(0));
    T* ds2 = dscores_.data() + shape_.tokens() * heads;
    const OrderedPairs& pairs = plan_.pairs;
    for (std::size_t s = 0; s < pairs.size(); ++s) {
        T* ds0 = dscores_.data() + pairs.a[s] * heads;
        T* ds1 = dscores_.data() + (shape_.p + pairs.b[s]) * heads;
        for (std::size_t h = 0; h < heads; ++h) {
            const std::size_t i = s * heads + h;
            const T q0 = dots0_[i];
            const T q1 = dots1_[i];
            const T mean = state_->w0[i] * q0 + state_->w1[i] * q1;
            ds0[h] += state_->w0[i] * (q0 - mean);
            ds1[h] += state_->w1[i] * (q1 - mean);
            ds2[h] -= state_->w2[i] * mean;
        }
    }
#ifndef NDEBUG
    for (std::size_t h = 0; h < heads; ++h) { // softmax ignores a common shift of its scores
        double sum = 0;
        double size = 1e-30;
        for (std::size_t row = 0; row <= shape_.tokens(); ++row) {
            const auto value = static_cast<double>(dscores_[row * heads + h]);
            sum += value;
            size += std::abs(value);
        }
        assert(std::abs(sum) <= (sizeof(T) == sizeof(double) ? 1e-10 : 1e-2) * size + 1e-12 ||
               !std::isfinite(sum));
    }
#endif
}

template <typename T>
void BackwardTables<T>::base_gradients(Workspace<T>& workspace) {
    // B6 and the biases of B10
    const PanelTables<T>& panels = forward_.panels;
    std::fill(dm2_.begin(), dm2_.end(), T(0));
    kernels_.add_matrix_vector(shape_.d, width(), panels.R.data(), panels.r_panel(shape_),
                               dbase_.data(), kPanel, dm2_.data(), 1);
    multiply(kernels_, workspace, 1, shape_.K, shape_.d, {dm2_.data(), 0},
             {forward_.view(Tensor::W_O), shape_.K}, dv2_.data(), shape_.K);
    T* db_in = gradient(Tensor::b_in);
    T* db_out = gradient(Tensor::b_out);
    if (!train_biases_) {
        std::fill_n(db_in, shape_.m, T(0));
        std::fill_n(db_out, shape_.d, T(0));
        return;
    }
    std::copy_n(dbase_.begin(), shape_.m, db_in);
    multiply(kernels_, workspace, shape_.d, 1, shape_.p, {forward_.view(Tensor::W_U), shape_.p},
             {dbase_.data() + shape_.m_padded(), 1, 0}, db_out, 1);
}

template <typename T>
void BackwardTables<T>::embedding(Workspace<T>& workspace) {
    const std::size_t d = shape_.d;
    const std::size_t K = shape_.K;
    const std::size_t p = shape_.p;
    const std::size_t heads = shape_.heads;
    const std::size_t stride = shape_.d_padded();
    const T* ds2 = dscores_.data() + shape_.tokens() * heads;
    const T scale = static_cast<T>(1 / std::sqrt(static_cast<double>(shape_.d_head)));

    // B8
    T* du = workspace.get(Workspace<T>::kProbe, heads * stride + K);
    T* dq = du + heads * stride;
    multiply(kernels_, workspace, heads, d, shape_.tokens(), {dscores_.data(), 1, heads},
             {forward_.X.data(), stride}, du, stride);
    for (std::size_t h = 0; h < heads; ++h) {
        for (std::size_t i = 0; i < d; ++i) {
            du[h * stride + i] = (du[h * stride + i] + ds2[h] * forward_.r2[i]) * scale;
        }
        const std::size_t first = h * shape_.d_head;
        multiply(kernels_, workspace, shape_.d_head, 1, d,
                 {forward_.view(Tensor::W_K) + first * d, d}, {du + h * stride, 1, 0}, dq + first,
                 1);
        multiply(kernels_, workspace, shape_.d_head, d, 1, {forward_.q.data() + first, 1},
                 {du + h * stride, 0}, gradient(Tensor::W_K) + first * d, d);
    }
    multiply(kernels_, workspace, K, d, 1, {dq, 1}, {forward_.r2.data(), 0}, gradient(Tensor::W_Q),
             d);

    // B9. dX0 and dX1 are wanted only as their sum over positions, their sums over tokens, and,
    // with the same right factors, in dr2: p + 3 rows of left factors in all.
    const std::size_t rows = p + 3;
    T* left = workspace.get(Workspace<T>::kHidden, rows * (K + heads + stride));
    T* left_scores = left + rows * K;
    T* sums = left_scores + rows * heads;
    std::fill(left + p * K, left + rows * K, T(0));
    std::fill(left_scores + p * heads, left_scores + rows * heads, T(0));
    for (std::size_t t = 0; t < p; ++t) {
        const T* dS0 = dS_.data() + t * shape_.K_padded();
        const T* dS1 = dS_.data() + (p + t) * shape_.K_padded();
        for (std::size_t i = 0; i < K; ++i) {
            left[t * K + i] = dS0[i] + dS1[i];
            left[p * K + i] += dS0[i];
            left[(p + 1) * K + i] += dS1[i];
        }
        for (std::size_t h = 0; h < heads; ++h) {
            const T ds0 = dscores_[t * heads + h];
            const T ds1 = dscores_[(p + t) * heads + h];
            left_scores[t * heads + h] = ds0 + ds1;
            left_scores[p * heads + h] += ds0;
            left_scores[(p + 1) * heads + h] += ds1;
        }
    }
    for (std::size_t i = 0; i < K; ++i) {
        left[(p + 2) * K + i] = dv2_[i] - left[p * K + i] - left[(p + 1) * K + i];
    }
    std::copy_n(ds2, heads, left_scores + (p + 2) * heads);
    multiply(kernels_, workspace, rows, d, K, {left, K}, {forward_.view(Tensor::W_V), d}, sums,
             stride);
    multiply(kernels_, workspace, rows, d, heads, {left_scores, heads}, {forward_.u.data(), stride},
             sums, stride, Into::kAdd);
    T* dr2 = sums + (p + 2) * stride;
    for (std::size_t i = 0; i < d; ++i) {
        dr2[i] += dm2_[i];
    }
    multiply(kernels_, workspace, 1, d, K, {dq, 0}, {forward_.view(Tensor::W_Q), d}, dr2, stride,
             Into::kAdd);
    T* dW_E = gradient(Tensor::W_E);
    T* dW_pos = gradient(Tensor::W_pos);
    constexpr std::size_t kSpan = 16; // values of dW_E in a cache line
    for (std::size_t t0 = 0; t0 < p; t0 += kSpan) {
        const std::size_t t1 = std::min(p, t0 + kSpan);
        for (std::size_t i = 0; i < d; ++i) {
            for (std::size_t t = t0; t < t1; ++t) {
                dW_E[i * (p + 1) + t] = sums[t * stride + i];
            }
        }
    }
    for (std::size_t i = 0; i < d; ++i) {
        dW_E[i * (p + 1) + p] = dr2[i];
        dW_pos[i] = sums[p * stride + i];
        dW_pos[d + i] = sums[(p + 1) * stride + i];
        dW_pos[2 * d + i] = dr2[i];
    }
}

template <typename T>
void BackwardTables<T>::value_weights(std::size_t half, Workspace<T>& workspace) {
    // B7
    const auto [row, rows] = half_of(shape_.K, half);
    T* out = gradient(Tensor::W_V) + row * shape_.d;
    multiply(kernels_, workspace, rows, shape_.d, shape_.tokens(),
             {dS_.data() + row, 1, shape_.K_padded()}, {forward_.X_less.data(), shape_.d_padded()},
             out, shape_.d);
    multiply(kernels_, workspace, rows, shape_.d, 1, {dv2_.data() + row, 1},
             {forward_.r2.data(), 0}, out, shape_.d, Into::kAdd);
}

template <typename T>
void BackwardTables<T>::output_projection(std::size_t panel, std::size_t half,
                                          Workspace<T>& workspace) {
    // B10: dW_O = R dA^T + dm2 v2^T
    const PanelTables<T>& panels = forward_.panels;
    const auto [row, rows] = half_of(shape_.d, half);
    const std::size_t first = panel * kPanel;
    const std::size_t columns = std::min(kPanel, shape_.K - first);
    T* packed = workspace.get(Workspace<T>::kPacked, width() * kPanel);
    for (std::size_t w = 0; w < panels.panels; ++w) {
        kernels_.pack(kPanel, columns, dA_.data() + w * panels.a_panel(shape_) + first * kPanel, 1,
                      kPanel, packed + w * kPanel * kPanel);
    }
    T* out = gradient(Tensor::W_O) + row * shape_.K + first;
    kernels_.multiply({.rows = rows,
                       .columns = columns,
                       .depth = width(),
                       .a = panels.R.data() + row * kPanel,
                       .a_row = kPanel,
                       .a_panel = panels.r_panel(shape_),
                       .b = packed,
                       .c = out,
                       .c_row = shape_.K,
                       .exact_columns = true});
    multiply(kernels_, workspace, rows, columns, 1, {dm2_.data() + row, 1},
             {forward_.v2.data() + first, 0}, out, shape_.K, Into::kAdd);
}

template <typename T>
void BackwardTables<T>::input_weights(std::size_t hidden_panel) {
    // B10: dW_in = dR^T + dbase m2^T with dR = W_O dA, so dR^T = dA^T W_O^T
    const std::size_t first = hidden_panel * kPanel;
    const std::size_t rows = std::min(kPanel, shape_.m - first);
    T* out = gradient(Tensor::W_in) + first * shape_.d;
    kernels_.multiply({.rows = rows,
                       .columns = shape_.d,
                       .depth = shape_.K,
                       .a = dA_.data() + hidden_panel * forward_.panels.a_panel(shape_),
                       .a_row = 1,
                       .a_col = kPanel,
                       .b = W_O_t_.data(),
                       .b_panel = shape_.K * kPanel,
                       .c = out,
                       .c_row = shape_.d,
                       .exact_columns = true});
    const T* m2 = state_->m2.data();
    for (std::size_t i = 0; i < rows; ++i) {
        const T factor = dbase_[first + i];
        for (std::size_t j = 0; j < shape_.d; ++j) {
            out[i * shape_.d + j] += factor * m2[j];
        }
    }
}

template <typename T>
void BackwardTables<T>::unembedding(std::size_t logit_panel, std::size_t half) {
    // B10: dW_U += dR + (m2 + b_out) dbase^T; W_out dW_L is there already
    const auto [row, rows] = half_of(shape_.d, half);
    const std::size_t first = logit_panel * kPanel;
    const std::size_t columns = std::min(kPanel, shape_.p - first);
    const std::size_t panel = shape_.hidden_panels() + logit_panel;
    T* out = gradient(Tensor::W_U) + row * shape_.p + first;
    kernels_.multiply({.rows = rows,
                       .columns = columns,
                       .depth = shape_.K,
                       .a = forward_.view(Tensor::W_O) + row * shape_.K,
                       .a_row = shape_.K,
                       .b = dA_.data() + panel * forward_.panels.a_panel(shape_),
                       .c = out,
                       .c_row = shape_.p,
                       .accumulate = true,
                       .exact_columns = true});
    const T* b_out = forward_.view(Tensor::b_out);
    for (std::size_t i = 0; i < rows; ++i) {
        const T factor = state_->m2[row + i] + b_out[row + i];
        for (std::size_t j = 0; j < columns; ++j) {
            out[i * shape_.p + j] += factor * dbase_[panel * kPanel + j];
        }
    }
}

template class BackwardTables<float>;
template class BackwardTables<double>;

} // namespace grokscope::fused
