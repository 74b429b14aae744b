#include "engine/model/fused/forward_tables.h"

#include <algorithm>
#include <cmath>

namespace grokscope::fused {

template <typename T>
ForwardTables<T>::ForwardTables(const FusedShape& s, const Kernels<T>& k, std::size_t probe_panels)
    : shape(s), kernels(k), panels(s, s.hidden_panels() + s.logit_panels() + probe_panels),
      X(s.tokens() * s.d_padded()), X_less(X.size()), r2(s.d_padded()), q(s.K_padded()),
      u(s.heads * s.d_padded()), v2(s.K_padded()), scores(s.tokens() * s.heads), score2(s.heads),
      W_L(s.logit_panels() * s.m_padded() * kPanel), W_L_t(s.hidden_panels() * s.p * kPanel),
      model_panels_(s.hidden_panels() + s.logit_panels()) {
    // Longest first, so that no worker is left with a long unit at the end.
    from_weights_.add([this](Workspace<T>& w) { build_rows_of_tokens(w); });
    for (std::size_t panel = 0; panel < s.hidden_panels(); ++panel) {
        from_weights_.add([this, panel](Workspace<T>& w) { build_output(panel, w); });
    }
    for (std::size_t panel = 0; panel < model_panels_; ++panel) {
        from_weights_.add([this, panel](Workspace<T>&) { build_model_columns(panel); });
    }
    for (std::size_t column = 0; column < s.K; column += kPanel) {
        for (std::size_t row : {std::size_t{0}, s.p}) {
            from_rows_.add(
                [this, row, column](Workspace<T>& w) { build_values(row, shape.p, column, w); });
        }
    }
    from_rows_.add([this](Workspace<T>& w) { build_scores(w); });
    from_rows_.add([this](Workspace<T>& w) { build_model_base(w); });
    for (std::size_t head = 0; head < s.heads; ++head) {
        for (std::size_t row : {std::size_t{0}, s.p}) {
            tables_.add([this, head, row](Workspace<T>&) {
                build_rows(kernels, shape, state_->S.data(), head, row, shape.p, 0, model_panels_,
                           panels);
            });
        }
    }
}

template <typename T>
void ForwardTables<T>::build(const BasicParameters<T>& parameters, AttentionState<T>& state,
                             WorkerPool& pool, std::vector<Workspace<T>>& workspaces) {
    parameters_ = &parameters;
    state_ = &state;
    from_weights_.run(pool, workspaces);
    from_rows_.run(pool, workspaces);
    tables_.run(pool, workspaces);
}

template <typename T>
void ForwardTables<T>::build_rows_of_tokens(Workspace<T>& workspace) {
    const std::size_t d = shape.d;
    const std::size_t stride = shape.d_padded();
    const std::size_t tokens = shape.p + 1;
    const T* W_E = view(Tensor::W_E);
    const T* W_pos = view(Tensor::W_pos);
    for (std::size_t i = 0; i < d; ++i) { // F1
        r2[i] = W_E[i * tokens + shape.p] + W_pos[2 * d + i];
    }
    constexpr std::size_t kSpan = 16; // values of W_E in a cache line
    for (std::size_t t0 = 0; t0 < shape.p; t0 += kSpan) {
        const std::size_t t1 = std::min(shape.p, t0 + kSpan);
        for (std::size_t i = 0; i < d; ++i) {
            for (std::size_t t = t0; t < t1; ++t) {
                const T value = W_E[i * tokens + t];
                X[t * stride + i] = value + W_pos[i];
                X[(shape.p + t) * stride + i] = value + W_pos[d + i];
            }
        }
    }
    for (std::size_t row = 0; row < shape.tokens(); ++row) {
        for (std::size_t i = 0; i < d; ++i) {
            X_less[row * stride + i] = X[row * stride + i] - r2[i];
        }
    }
    const Matrix<T> r2_column{r2.data(), 1, 0};
    multiply(kernels, workspace, shape.K, 1, d, {view(Tensor::W_Q), d}, r2_column, q.data(), 1);
    multiply(kernels, workspace, shape.K, 1, d, {view(Tensor::W_V), d}, r2_column, v2.data(), 1);
    // F2, with the scale of the scores.
    const T scale = static_cast<T>(1 / std::sqrt(static_cast<double>(shape.d_head)));
    T* scaled = workspace.get(Workspace<T>::kRow, shape.K);
    for (std::size_t i = 0; i < shape.K; ++i) {
        scaled[i] = q[i] * scale;
    }
    for (std::size_t h = 0; h < shape.heads; ++h) {
        const T* W_K = view(Tensor::W_K) + h * shape.d_head * d;
        multiply(kernels, workspace, 1, d, shape.d_head, {scaled + h * shape.d_head, 0}, {W_K, d},
                 u.data() + h * stride, stride);
    }
    std::copy(r2.begin(), r2.end(), state_->m2.begin()); // F6
    multiply(kernels, workspace, d, 1, shape.K, {view(Tensor::W_O), shape.K}, {v2.data(), 1, 0},
             state_->m2.data(), 1, Into::kAdd);
    std::copy_n(view(Tensor::W_O), d * shape.K, state_->W_O.begin());
}

template <typename T>
void ForwardTables<T>::build_model_columns(std::size_t panel) {
    const std::size_t hidden = shape.hidden_panels();
    const bool is_hidden = panel < hidden;
    const std::size_t first = (is_hidden ? panel : panel - hidden) * kPanel;
    const Matrix<T> r = is_hidden ? Matrix<T>{view(Tensor::W_in) + first * shape.d, 1, shape.d}
                                  : Matrix<T>{view(Tensor::W_U) + first, shape.p, 1};
    const std::size_t columns = std::min(kPanel, (is_hidden ? shape.m : shape.p) - first);
    build_columns(kernels, shape, r, columns, view(Tensor::W_O), panel, panels);
}

template <typename T>
void ForwardTables<T>::build_output(std::size_t hidden_panel, Workspace<T>& workspace) {
    // W_L^T = W_U^T W_out for 64 hidden units, and those rows of W_L.
    const std::size_t first = hidden_panel * kPanel;
    const std::size_t width = std::min(kPanel, shape.m - first);
    T* packed = workspace.get(Workspace<T>::kPacked, shape.d * kPanel);
    kernels.pack(shape.d, width, view(Tensor::W_out) + first, shape.m, 1, packed);
    T* out = W_L_t.data() + hidden_panel * shape.p * kPanel;
    kernels.multiply({.rows = shape.p,
                      .columns = kPanel,
                      .depth = shape.d,
                      .a = view(Tensor::W_U),
                      .a_row = 1,
                      .a_col = shape.p,
                      .b = packed,
                      .c = out,
                      .c_row = kPanel});
    for (std::size_t panel = 0; panel < shape.logit_panels(); ++panel) {
        const std::size_t classes = std::min(kPanel, shape.p - panel * kPanel);
        kernels.pack(kPanel, classes, out + panel * kPanel * kPanel, 1, kPanel,
                     W_L.data() + (panel * shape.m_padded() + first) * kPanel);
    }
}

template <typename T>
void ForwardTables<T>::build_values(std::size_t first_row, std::size_t rows,
                                    std::size_t first_column, Workspace<T>& workspace) {
    multiply(kernels, workspace, rows, std::min(kPanel, shape.K - first_column), shape.d,
             {X_less.data() + first_row * shape.d_padded(), shape.d_padded()},
             {view(Tensor::W_V) + first_column * shape.d, 1, shape.d}, // F5
             state_->S.data() + first_row * shape.K_padded() + first_column, shape.K_padded());
}

template <typename T>
void ForwardTables<T>::build_scores(Workspace<T>& workspace) {
    const Matrix<T> u_columns{u.data(), 1, shape.d_padded()};
    multiply(kernels, workspace, shape.tokens(), shape.heads, shape.d, {X.data(), shape.d_padded()},
             u_columns, scores.data(), shape.heads); // F3
    multiply(kernels, workspace, 1, shape.heads, shape.d, {r2.data(), 0}, u_columns, score2.data(),
             shape.heads);
}

template <typename T>
void ForwardTables<T>::build_model_base(Workspace<T>& workspace) {
    T* bias = workspace.get(Workspace<T>::kRow, shape.m_padded() + shape.p_padded() + shape.d);
    const T* b_in = view(Tensor::b_in);
    std::copy_n(b_in, shape.m, bias);
    std::fill(bias + shape.m, bias + shape.m_padded(), T(0));
    build_base(kernels, shape, state_->m2.data(), bias, 0, shape.hidden_panels(), panels);
    // The bias of the MLP's output reaches the logits through W_U, beside m2.
    T* zeros = bias + shape.m_padded();
    std::fill(zeros, zeros + shape.p_padded(), T(0));
    T* output = zeros + shape.p_padded();
    const T* b_out = view(Tensor::b_out);
    for (std::size_t i = 0; i < shape.d; ++i) {
        output[i] = state_->m2[i] + b_out[i];
    }
    build_base(kernels, shape, output, zeros, shape.hidden_panels(), shape.logit_panels(), panels);
}

template <typename T>
void ForwardTables<T>::add_logits(std::size_t rows, const T* h, T* logits, std::size_t row) const {
    // One to three classes beyond whole vectors are cheaper as dot products than as a vector that
    // is mostly padding: 113 = 7 * 16 + 1.
    constexpr std::size_t kVector = 16;
    const std::size_t rest = shape.p % kVector;
    const std::size_t single = rest <= 3 ? rest : 0;
    const std::size_t h_panel = rows * kPanel;
    kernels.multiply({.rows = rows,
                      .columns = shape.p - single,
                      .depth = shape.m_padded(),
                      .a = h,
                      .a_row = kPanel,
                      .a_panel = h_panel,
                      .b = W_L.data(),
                      .b_panel = shape.m_padded() * kPanel,
                      .c = logits,
                      .c_row = row,
                      .accumulate = true});
    for (std::size_t c = shape.p - single; c < shape.p; ++c) {
        kernels.add_matrix_vector(rows, shape.m_padded(), h, h_panel, W_L_t.data() + c * kPanel,
                                  shape.p * kPanel, logits + c, row);
    }
}

template class ForwardTables<float>;
template class ForwardTables<double>;

} // namespace grokscope::fused
