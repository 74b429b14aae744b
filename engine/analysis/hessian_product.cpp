#include "engine/analysis/hessian_product.h"

#include "engine/analysis/loss_slopes.h"
#include "engine/compute/worker_pool.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace grokscope {

template <typename T>
void keep_trained(const ParameterLayout& layout, bool train_biases, std::span<T> flat) {
    for (std::size_t i = 0; i < kTensorCount; ++i) {
        const auto tensor = static_cast<Tensor>(i);
        const bool frozen = !train_biases && (tensor == Tensor::b_in || tensor == Tensor::b_out);
        const std::size_t begin = layout.offset(tensor) + (frozen ? 0 : layout.size(tensor));
        const std::size_t end =
            i + 1 < kTensorCount ? layout.offset(static_cast<Tensor>(i + 1)) : layout.flat_size();
        std::ranges::fill(flat.subspan(begin, end - begin), T(0));
    }
}

template <typename T>
HessianProduct<T>::HessianProduct(const ModelShape& shape, const LossRule& rule, bool train_biases,
                                  const PairSet& pairs, WorkerPool& pool)
    : rule_(rule), train_biases_(train_biases), layout_(shape),
      p_(static_cast<std::size_t>(shape.p)), d_(static_cast<std::size_t>(shape.d)),
      heads_(static_cast<std::size_t>(shape.heads)),
      d_head_(static_cast<std::size_t>(shape.d_head())), K_(heads_ * d_head_),
      m_(static_cast<std::size_t>(shape.d_mlp)), width_(m_ + p_),
      score_scale_(static_cast<T>(1 / std::sqrt(static_cast<double>(d_head_)))), pool_(pool),
      plan_(fused::plan_training(pairs.pairs, pairs.labels, p_)),
      lists_(fused::list_tokens(plan_.pairs, p_)), n_(pairs.size()),
      block_losses_(plan_.blocks.size()), loaded_(layout_.flat_size()),
      gradients_(layout_.flat_size()), r2_(d_), q_(K_), u_(heads_ * d_), v2_(K_), m2_(d_),
      D_(tokens() * d_), s_(tokens() * heads_), S_(tokens() * K_), C_(width_ * d_), A_(width_ * K_),
      G_(tokens() * heads_ * width_), base_(width_), L_(p_ * m_), w0_(n_ * heads_),
      w1_(n_ * heads_), hidden_(n_ * m_), logits_(n_ * p_), y_(n_ * width_), q0_(n_ * heads_),
      q1_(n_ * heads_), scratch_(static_cast<std::size_t>(pool.threads())),
      L_parts_(plan_.units.size() * p_ * m_), base_parts_(plan_.blocks.size() * width_),
      dL_(p_ * m_), dbase_(width_), dG_(tokens() * heads_ * width_), ds_(tokens() * heads_),
      dS_(tokens() * K_), dA_(width_ * K_), dC_(width_ * d_), dm2_(d_), dv2_(K_), du_(heads_ * d_),
      dq_(K_), dr2_(d_), dD_(tokens() * d_) {
    std::size_t rows = 0;
    for (const fused::RowBlock& block : plan_.blocks) {
        rows = std::max(rows, block.rows);
    }
    for (AlignedBuffer<T>& scratch : scratch_) {
        scratch.resize(rows * width_);
    }
}

template <typename T>
void HessianProduct<T>::load(std::span<const T> weights) {
    std::ranges::copy(weights, loaded_.begin());
    weights_ = loaded_.data();
    direction_ = weights_; // not read
    pass(Part::kValue);
    loss_ =
        std::accumulate(block_losses_.begin(), block_losses_.end(), 0.0) / static_cast<double>(n_);
}

template <typename T>
void HessianProduct<T>::apply(std::span<const T> direction, std::span<T> out) {
    direction_ = direction.data();
    pass(Part::kRate);
    std::ranges::copy(gradients_.rate, out.begin());
}

template <typename T>
void HessianProduct<T>::pass(Part part) {
    tables(part);
    scores_into_weights(part);
    std::fill_n(dG_.of(part), dG_.value.size(), T(0));
    pool_.run(static_cast<int>(plan_.units.size()), [&](int index, int worker) {
        const fused::RowUnit& unit = plan_.units[static_cast<std::size_t>(index)];
        std::fill_n(L_parts_.data() + static_cast<std::size_t>(index) * p_ * m_, p_ * m_, T(0));
        T* x = scratch_[static_cast<std::size_t>(worker)].data();
        for (std::size_t b = unit.first_block; b < unit.end_block; ++b) {
            const fused::RowBlock& block = plan_.blocks[b];
            if (part == Part::kValue) {
                block_losses_[b] = forward_values(block);
                backward_values(block);
            } else {
                forward_rates(block, x);
                backward_rates(block, x);
            }
            dots(part, block);
        }
        for (std::size_t token = unit.first_token; token < unit.end_token; ++token) {
            scatter(part, token);
        }
    });
    constexpr std::size_t kSlice = 4096;
    const std::size_t slices = (p_ * m_ + kSlice - 1) / kSlice;
    pool_.run(static_cast<int>(p_ + slices + 1), [&](int index, int) {
        const auto i = static_cast<std::size_t>(index);
        if (i < p_) {
            scatter(part, p_ + i);
            return;
        }
        const bool base = i == p_ + slices;
        const std::size_t row = base ? width_ : p_ * m_;
        const std::size_t first = base ? 0 : (i - p_) * kSlice;
        const std::size_t size = base ? width_ : std::min(kSlice, row - first);
        const AlignedBuffer<T>& parts = base ? base_parts_ : L_parts_;
        T* sum = (base ? dbase_ : dL_).of(part) + first;
        std::fill_n(sum, size, T(0));
        for (std::size_t at = first; at < parts.size(); at += row) {
            add_scaled(size, T(1), parts.data() + at, sum);
        }
    });
    score_gradients(part);
    table_gradients(part);
    embedding_gradients(part);
    keep_trained(layout_, train_biases_, std::span(gradients_.of(part), layout_.flat_size()));
}

template <typename T>
void HessianProduct<T>::scores_into_weights(Part part) {
    const fused::OrderedPairs& pairs = plan_.pairs;
    for (std::size_t i = 0; i < n_; ++i) {
        const std::size_t row0 = pairs.a[i] * heads_;
        const std::size_t row1 = (p_ + pairs.b[i]) * heads_;
        for (std::size_t h = 0; h < heads_; ++h) {
            T& w0 = w0_.value[i * heads_ + h];
            T& w1 = w1_.value[i * heads_ + h];
            if (part == Part::kValue) {
                const T s0 = s_.value[row0 + h];
                const T s1 = s_.value[row1 + h];
                const T largest = std::max({s0, s1, T(0)});
                const T e0 = std::exp(s0 - largest);
                const T e1 = std::exp(s1 - largest);
                const T sum = e0 + e1 + std::exp(-largest);
                w0 = e0 / sum;
                w1 = e1 / sum;
            } else {
                const T s0 = s_.rate[row0 + h];
                const T s1 = s_.rate[row1 + h];
                const T mean = w0 * s0 + w1 * s1;
                w0_.rate[i * heads_ + h] = w0 * (s0 - mean);
                w1_.rate[i * heads_ + h] = w1 * (s1 - mean);
            }
        }
    }
}

template <typename T>
void HessianProduct<T>::gather(Part part, const fused::RowBlock& block, T* x) {
    const std::size_t table = heads_ * width_;
    for (std::size_t i = 0; i < block.rows; ++i) {
        const std::size_t s = block.first + i;
        T* row = x + i * width_;
        std::copy_n(base_.of(part), width_, row);
        const std::size_t at[2] = {plan_.pairs.a[s] * table, (p_ + plan_.pairs.b[s]) * table};
        for (int position = 0; position < 2; ++position) {
            const Moving<T>& w = position == 0 ? w0_ : w1_;
            const T* weights = w.value.data() + s * heads_;
            const T* G = G_.value.data() + at[position];
            if (part == Part::kValue) {
                multiply_vector(heads_, width_, G, true, weights, T(1), row);
            } else {
                multiply_vector(heads_, width_, G_.rate.data() + at[position], true, weights, T(1),
                                row);
                multiply_vector(heads_, width_, G, true, w.rate.data() + s * heads_, T(1), row);
            }
        }
    }
}

template <typename T>
double HessianProduct<T>::forward_values(const fused::RowBlock& block) {
    T* x = y_.value.data() + block.first * width_;
    gather(Part::kValue, block, x);
    T* hidden = hidden_.data() + block.first * m_;
    T* logits = logits_.data() + block.first * p_;
    for (std::size_t i = 0; i < block.rows; ++i) {
        for (std::size_t j = 0; j < m_; ++j) {
            hidden[i * m_ + j] = std::max(x[i * width_ + j], T(0));
        }
        std::copy_n(x + i * width_ + m_, p_, logits + i * p_);
    }
    multiply(block.rows, p_, m_, T(1), hidden, m_, false, L_.value.data(), m_, true, T(1), logits,
             p_);
    double loss = 0;
    for (std::size_t i = 0; i < block.rows; ++i) {
        loss += loss_slopes(rule_, plan_.pairs.labels[block.first + i], 1 / static_cast<double>(n_),
                            std::span<const T>(logits + i * p_, p_),
                            std::span(x + i * width_ + m_, p_));
    }
    return loss;
}

template <typename T>
void HessianProduct<T>::through_hidden(const fused::RowBlock& block, T* y) {
    const T* hidden = hidden_.data() + block.first * m_;
    T* base = base_parts_.data() + block.index * width_;
    std::fill_n(base, width_, T(0));
    for (std::size_t i = 0; i < block.rows; ++i) {
        T* row = y + i * width_;
        for (std::size_t j = 0; j < m_; ++j) {
            row[j] = hidden[i * m_ + j] > 0 ? row[j] : T(0);
        }
        add_scaled(width_, T(1), row, base);
    }
}

template <typename T>
void HessianProduct<T>::backward_values(const fused::RowBlock& block) {
    T* y = y_.value.data() + block.first * width_;
    const T* hidden = hidden_.data() + block.first * m_;
    multiply(block.rows, m_, p_, T(1), y + m_, width_, false, L_.value.data(), m_, false, T(0), y,
             width_);
    multiply(p_, m_, block.rows, T(1), y + m_, width_, true, hidden, m_, false, T(1),
             L_parts_.data() + block.unit * p_ * m_, m_);
    through_hidden(block, y);
}

template <typename T>
void HessianProduct<T>::forward_rates(const fused::RowBlock& block, T* x) {
    gather(Part::kRate, block, x);
    const T* hidden = hidden_.data() + block.first * m_;
    for (std::size_t i = 0; i < block.rows; ++i) {
        for (std::size_t j = 0; j < m_; ++j) {
            x[i * width_ + j] = hidden[i * m_ + j] > 0 ? x[i * width_ + j] : T(0);
        }
    }
    multiply(block.rows, p_, m_, T(1), x, width_, false, L_.value.data(), m_, true, T(1), x + m_,
             width_);
    multiply(block.rows, p_, m_, T(1), hidden, m_, false, L_.rate.data(), m_, true, T(1), x + m_,
             width_);
    for (std::size_t i = 0; i < block.rows; ++i) {
        const std::size_t s = block.first + i;
        loss_slope_rates(rule_, plan_.pairs.labels[s], 1 / static_cast<double>(n_),
                         std::span<const T>(logits_.data() + s * p_, p_),
                         std::span<const T>(y_.value.data() + s * width_ + m_, p_),
                         std::span<const T>(x + i * width_ + m_, p_),
                         std::span(y_.rate.data() + s * width_ + m_, p_));
    }
}

template <typename T>
void HessianProduct<T>::backward_rates(const fused::RowBlock& block, const T* x) {
    const T* dl = y_.value.data() + block.first * width_ + m_;
    T* y = y_.rate.data() + block.first * width_;
    const T* hidden = hidden_.data() + block.first * m_;
    T* L = L_parts_.data() + block.unit * p_ * m_;
    multiply(block.rows, m_, p_, T(1), y + m_, width_, false, L_.value.data(), m_, false, T(0), y,
             width_);
    multiply(block.rows, m_, p_, T(1), dl, width_, false, L_.rate.data(), m_, false, T(1), y,
             width_);
    multiply(p_, m_, block.rows, T(1), y + m_, width_, true, hidden, m_, false, T(1), L, m_);
    multiply(p_, m_, block.rows, T(1), dl, width_, true, x, width_, false, T(1), L, m_);
    through_hidden(block, y);
}

template <typename T>
void HessianProduct<T>::dots(Part part, const fused::RowBlock& block) {
    const std::size_t table = heads_ * width_;
    for (std::size_t i = 0; i < block.rows; ++i) {
        const std::size_t s = block.first + i;
        const std::size_t at[2] = {plan_.pairs.a[s] * table, (p_ + plan_.pairs.b[s]) * table};
        for (int position = 0; position < 2; ++position) {
            T* q = (position == 0 ? q0_ : q1_).of(part) + s * heads_;
            multiply_vector(heads_, width_, G_.value.data() + at[position], false,
                            y_.of(part) + s * width_, T(0), q);
            if (part == Part::kRate) {
                multiply_vector(heads_, width_, G_.rate.data() + at[position], false,
                                y_.value.data() + s * width_, T(1), q);
            }
        }
    }
}

template <typename T>
void HessianProduct<T>::scatter(Part part, std::size_t token) {
    const Moving<T>& w = token < p_ ? w0_ : w1_;
    T* dG = dG_.of(part) + token * heads_ * width_;
    for (std::size_t i = lists_.begin[token]; i < lists_.begin[token + 1]; ++i) {
        const std::size_t s = lists_.pairs[i];
        add_outer(heads_, width_, w.value.data() + s * heads_, y_.of(part) + s * width_, dG);
        if (part == Part::kRate) {
            add_outer(heads_, width_, w.rate.data() + s * heads_, y_.value.data() + s * width_, dG);
        }
    }
}

template <typename T>
void HessianProduct<T>::score_gradients(Part part) {
    std::fill_n(ds_.of(part), ds_.value.size(), T(0));
    for (std::size_t s = 0; s < n_; ++s) {
        T* ds0 = ds_.of(part) + plan_.pairs.a[s] * heads_;
        T* ds1 = ds_.of(part) + (p_ + plan_.pairs.b[s]) * heads_;
        for (std::size_t h = 0; h < heads_; ++h) {
            const std::size_t i = s * heads_ + h;
            const T w0 = w0_.value[i];
            const T w1 = w1_.value[i];
            const T q0 = q0_.value[i];
            const T q1 = q1_.value[i];
            const T mean = w0 * q0 + w1 * q1;
            if (part == Part::kValue) {
                ds0[h] += w0 * (q0 - mean);
                ds1[h] += w1 * (q1 - mean);
            } else {
                const T w0_rate = w0_.rate[i];
                const T w1_rate = w1_.rate[i];
                const T rate = w0_rate * q0 + w0 * q0_.rate[i] + w1_rate * q1 + w1 * q1_.rate[i];
                ds0[h] += w0_rate * (q0 - mean) + w0 * (q0_.rate[i] - rate);
                ds1[h] += w1_rate * (q1 - mean) + w1 * (q1_.rate[i] - rate);
            }
        }
    }
}

template void keep_trained(const ParameterLayout&, bool, std::span<float>);
template void keep_trained(const ParameterLayout&, bool, std::span<double>);
template class HessianProduct<float>;
template class HessianProduct<double>;

} // namespace grokscope
