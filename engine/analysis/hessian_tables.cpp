// What the Hessian needs of the weights alone, before the pairs and after them.
#include "engine/analysis/hessian_product.h"

#include <algorithm>

namespace grokscope {

template <typename T>
void HessianProduct<T>::tables(Part part) {
    const T* W_E = weight(part, Tensor::W_E);
    const T* W_pos = weight(part, Tensor::W_pos);
    T* r2 = r2_.of(part);
    T* D = D_.of(part);
    for (std::size_t i = 0; i < d_; ++i) {
        const T* row = W_E + i * (p_ + 1);
        r2[i] = row[p_] + W_pos[2 * d_ + i];
        for (std::size_t t = 0; t < p_; ++t) {
            D[t * d_ + i] = row[t] + W_pos[i] - r2[i];
            D[(p_ + t) * d_ + i] = row[t] + W_pos[d_ + i] - r2[i];
        }
    }
    T* C = C_.of(part);
    const T* W_U = weight(part, Tensor::W_U);
    std::copy_n(weight(part, Tensor::W_in), m_ * d_, C);
    for (std::size_t i = 0; i < d_; ++i) {
        for (std::size_t c = 0; c < p_; ++c) {
            C[(m_ + c) * d_ + i] = W_U[i * p_ + c];
        }
    }
    multiply(part, K_, 1, d_, factor(Tensor::W_Q, 0, d_), factor_of(r2_, 1), result_of(q_, 1));
    for (std::size_t h = 0; h < heads_; ++h) {
        multiply(part, d_, 1, d_head_, transposed(factor(Tensor::W_K, h * d_head_ * d_, d_)),
                 factor_of(q_, 1, h * d_head_), result_of(u_, 1, h * d_), T(0), score_scale_);
    }
    // Scores and values relative to those of '=': attention ignores a common shift of the former,
    // and its weights add up to one.
    multiply(part, tokens(), heads_, d_, factor_of(D_, d_), transposed(factor_of(u_, d_)),
             result_of(s_, heads_));
    multiply(part, tokens(), K_, d_, factor_of(D_, d_), transposed(factor(Tensor::W_V, 0, d_)),
             result_of(S_, K_));
    multiply(part, K_, 1, d_, factor(Tensor::W_V, 0, d_), factor_of(r2_, 1), result_of(v2_, 1));
    std::copy_n(r2, d_, m2_.of(part));
    multiply(part, d_, 1, K_, factor(Tensor::W_O, 0, K_), factor_of(v2_, 1), result_of(m2_, 1),
             T(1));
    multiply(part, width_, K_, d_, factor_of(C_, d_), factor(Tensor::W_O, 0, K_),
             result_of(A_, K_));
    for (std::size_t h = 0; h < heads_; ++h) {
        multiply(part, tokens(), width_, d_head_, factor_of(S_, K_, h * d_head_),
                 factor_of(A_, K_, h * d_head_, true), result_of(G_, heads_ * width_, h * width_));
    }
    std::copy_n(weight(part, Tensor::b_in), m_, base_.of(part));
    multiply(part, p_, 1, d_, transposed(factor(Tensor::W_U, 0, p_)), factor(Tensor::b_out, 0, 1),
             result_of(base_, 1, m_));
    multiply(part, width_, 1, d_, factor_of(C_, d_), factor_of(m2_, 1), result_of(base_, 1), T(1));
    multiply(part, p_, m_, d_, transposed(factor(Tensor::W_U, 0, p_)), factor(Tensor::W_out, 0, m_),
             result_of(L_, m_));
}

template <typename T>
void HessianProduct<T>::table_gradients(Part part) {
    for (std::size_t h = 0; h < heads_; ++h) {
        const auto dG = factor_of(dG_, heads_ * width_, h * width_);
        multiply(part, tokens(), d_head_, width_, dG, factor_of(A_, K_, h * d_head_),
                 result_of(dS_, K_, h * d_head_));
        multiply(part, width_, d_head_, tokens(), transposed(dG), factor_of(S_, K_, h * d_head_),
                 result_of(dA_, K_, h * d_head_));
    }
    multiply(part, d_, 1, width_, transposed(factor_of(C_, d_)), factor_of(dbase_, 1),
             result_of(dm2_, 1));
    multiply(part, K_, 1, d_, transposed(factor(Tensor::W_O, 0, K_)), factor_of(dm2_, 1),
             result_of(dv2_, 1));
    multiply(part, d_, K_, width_, transposed(factor_of(C_, d_)), factor_of(dA_, K_),
             gradient_of(Tensor::W_O, 0, K_));
    multiply(part, d_, K_, 1, factor_of(dm2_, 1), factor_of(v2_, K_),
             gradient_of(Tensor::W_O, 0, K_), T(1));

    multiply(part, width_, d_, K_, factor_of(dA_, K_), transposed(factor(Tensor::W_O, 0, K_)),
             result_of(dC_, d_));
    multiply(part, width_, d_, 1, factor_of(dbase_, 1), factor_of(m2_, d_), result_of(dC_, d_),
             T(1));
    std::copy_n(dC_.of(part), m_ * d_, gradient_part(part, Tensor::W_in));
    T* dW_U = gradient_part(part, Tensor::W_U);
    for (std::size_t i = 0; i < d_; ++i) {
        for (std::size_t c = 0; c < p_; ++c) {
            dW_U[i * p_ + c] = dC_.of(part)[(m_ + c) * d_ + i];
        }
    }
    const auto logits = factor_of(dbase_, 1, m_);
    multiply(part, d_, p_, 1, factor(Tensor::b_out, 0, 1), Factor<T>{logits.value, logits.rate, p_},
             gradient_of(Tensor::W_U, 0, p_), T(1));
    multiply(part, d_, p_, m_, factor(Tensor::W_out, 0, m_), transposed(factor_of(dL_, m_)),
             gradient_of(Tensor::W_U, 0, p_), T(1));
    multiply(part, d_, m_, p_, factor(Tensor::W_U, 0, p_), factor_of(dL_, m_),
             gradient_of(Tensor::W_out, 0, m_));
    std::copy_n(dbase_.of(part), m_, gradient_part(part, Tensor::b_in));
    multiply(part, d_, 1, p_, factor(Tensor::W_U, 0, p_), logits, gradient_of(Tensor::b_out, 0, 1));
}

template <typename T>
void HessianProduct<T>::embedding_gradients(Part part) {
    multiply(part, K_, d_, tokens(), transposed(factor_of(dS_, K_)), factor_of(D_, d_),
             gradient_of(Tensor::W_V, 0, d_));
    multiply(part, K_, d_, 1, factor_of(dv2_, 1), factor_of(r2_, d_),
             gradient_of(Tensor::W_V, 0, d_), T(1));
    multiply(part, tokens(), d_, K_, factor_of(dS_, K_), factor(Tensor::W_V, 0, d_),
             result_of(dD_, d_));
    multiply(part, tokens(), d_, heads_, factor_of(ds_, heads_), factor_of(u_, d_),
             result_of(dD_, d_), T(1));
    multiply(part, heads_, d_, tokens(), transposed(factor_of(ds_, heads_)), factor_of(D_, d_),
             result_of(du_, d_));
    for (std::size_t h = 0; h < heads_; ++h) {
        const std::size_t first = h * d_head_;
        multiply(part, d_head_, 1, d_, factor(Tensor::W_K, first * d_, d_),
                 factor_of(du_, 1, h * d_), result_of(dq_, 1, first), T(0), score_scale_);
        multiply(part, d_head_, d_, 1, factor_of(q_, 1, first), factor_of(du_, d_, h * d_),
                 gradient_of(Tensor::W_K, first * d_, d_), T(0), score_scale_);
    }
    multiply(part, K_, d_, 1, factor_of(dq_, 1), factor_of(r2_, d_),
             gradient_of(Tensor::W_Q, 0, d_));

    std::copy_n(dm2_.of(part), d_, dr2_.of(part));
    multiply(part, d_, 1, K_, transposed(factor(Tensor::W_V, 0, d_)), factor_of(dv2_, 1),
             result_of(dr2_, 1), T(1));
    multiply(part, d_, 1, K_, transposed(factor(Tensor::W_Q, 0, d_)), factor_of(dq_, 1),
             result_of(dr2_, 1), T(1));
    T* dr2 = dr2_.of(part);
    const T* dD = dD_.of(part);
    T* dW_E = gradient_part(part, Tensor::W_E);
    T* dW_pos = gradient_part(part, Tensor::W_pos);
    for (std::size_t i = 0; i < d_; ++i) {
        T first = 0;
        T second = 0;
        for (std::size_t t = 0; t < p_; ++t) {
            const T d0 = dD[t * d_ + i];
            const T d1 = dD[(p_ + t) * d_ + i];
            dW_E[i * (p_ + 1) + t] = d0 + d1;
            first += d0;
            second += d1;
        }
        dr2[i] -= first + second; // all rows are relative to it
        dW_E[i * (p_ + 1) + p_] = dr2[i];
        dW_pos[i] = first;
        dW_pos[d_ + i] = second;
        dW_pos[2 * d_ + i] = dr2[i];
    }
}

#define GROKSCOPE_INSTANTIATE(T)                                                                   \
    template void HessianProduct<T>::tables(Part);                                                 \
    template void HessianProduct<T>::table_gradients(Part);                                        \
    template void HessianProduct<T>::embedding_gradients(Part);
GROKSCOPE_INSTANTIATE(float)
GROKSCOPE_INSTANTIATE(double)
#undef GROKSCOPE_INSTANTIATE

} // namespace grokscope
