// The loss of a set of pairs as a function of the weights: value, gradient, and exact products of
// its Hessian with a vector. Threads: used by one thread; works on the pool inside a call.
#pragma once

#include "engine/analysis/moving.h"
#include "engine/model/fused/pair_order.h"
#include "engine/model/loss_rule.h"
#include "engine/model/parameters.h"
#include "engine/task/task.h"

#include <cstddef>
#include <span>
#include <vector>

namespace grokscope {

class WorkerPool;

/// Sets to zero what is not trained: the gaps between tensors and, where they are frozen, biases.
template <typename T>
void keep_trained(const ParameterLayout& layout, bool train_biases, std::span<T> flat);

/// Mean loss of some pairs at given weights, its gradient and its Hessian H, by Pearlmutter's R
/// operator: the gradient's own equations (engine/model/fused/README.md), forward and backward, and
/// each differentiated once more along a direction. Exact up to rounding wherever the loss has a
/// second derivative: which hidden units are on is held fixed, and at a kink of StableMax the upper
/// branch is taken. Of the task's loss alone, without probes, penalties and decay. Vectors are
/// flat, in the layout of parameters.h, zero where nothing is trained. Equal bits for any number of
/// threads. T is double, or float for 1e-5 of the digits in half the time.
template <typename T>
class HessianProduct {
public:
    /// `pool` outlives this. Throws std::invalid_argument when the pairs do not fit the shape.
    HessianProduct(const ModelShape& shape, const LossRule& rule, bool train_biases,
                   const PairSet& pairs, WorkerPool& pool);

    /// Moves to these weights. Blocks for about one gradient.
    void load(std::span<const T> weights);

    /// Mean loss there, nats.
    [[nodiscard]] double loss() const { return loss_; }
    /// Its gradient, flat.
    [[nodiscard]] std::span<const T> gradient() const { return gradients_.value; }

    /// out = H direction. Blocks for about two gradients.
    void apply(std::span<const T> direction, std::span<T> out);

private:
    /// The first of a token's two rows in all tables is for position 0, the other for position 1.
    [[nodiscard]] std::size_t tokens() const { return 2 * p_; }
    [[nodiscard]] const T* weight(Part part, Tensor tensor) const {
        return (part == Part::kValue ? weights_ : direction_) + layout_.offset(tensor);
    }
    [[nodiscard]] Factor<T> factor(Tensor tensor, std::size_t first, std::size_t stride) const {
        const std::size_t at = layout_.offset(tensor) + first;
        return {weights_ + at, direction_ + at, stride};
    }
    [[nodiscard]] Result<T> gradient_of(Tensor tensor, std::size_t first, std::size_t stride) {
        return result_of(gradients_, stride, layout_.offset(tensor) + first);
    }
    [[nodiscard]] T* gradient_part(Part part, Tensor tensor) {
        return gradients_.of(part) + layout_.offset(tensor);
    }

    void pass(Part part);
    void tables(Part part);
    void scores_into_weights(Part part);
    void gather(Part part, const fused::RowBlock& block, T* x);
    double forward_values(const fused::RowBlock& block);
    void backward_values(const fused::RowBlock& block);
    void forward_rates(const fused::RowBlock& block, T* x);
    void backward_rates(const fused::RowBlock& block, const T* x);
    /// Gradients behind the ReLU become those before it; their sum goes to the block's base.
    void through_hidden(const fused::RowBlock& block, T* y);
    void dots(Part part, const fused::RowBlock& block);
    void scatter(Part part, std::size_t token);
    void score_gradients(Part part);
    void table_gradients(Part part);
    void embedding_gradients(Part part);

    const LossRule rule_;
    const bool train_biases_;
    const ParameterLayout layout_;
    const std::size_t p_, d_, heads_, d_head_, K_, m_;
    const std::size_t width_; ///< columns of a row: hidden units, then logits
    const T score_scale_;
    WorkerPool& pool_;
    const fused::PairPlan plan_;
    const fused::TokenLists lists_;
    const std::size_t n_;
    double loss_ = 0;
    std::vector<double> block_losses_;

    const T* weights_ = nullptr;
    const T* direction_ = nullptr;
    AlignedBuffer<T> loaded_;
    Moving<T> gradients_; ///< flat; the rate of the last product

    // Names as in the README named above; shapes row-major.
    Moving<T> r2_, q_, u_, v2_, m2_;   // [d], [K], [H, d] over sqrt(d_head), [K], [d]
    Moving<T> D_, s_, S_;              // X - r2 [2p, d], their scores [2p, H], their values [2p, K]
    Moving<T> C_, A_, G_;              // [W_in; W_U^T] [width, d], C W_O [width, K], [2p, H, width]
    Moving<T> base_, L_;               // [width], W_U^T W_out [p, m]
    Moving<T> w0_, w1_;                // attention [n, H]
    AlignedBuffer<T> hidden_, logits_; // [n, m], [n, p]
    Moving<T> y_;                      // gradient before the ReLU, and of the logits [n, width]
    Moving<T> q0_, q1_;                // y . G of both tokens [n, H]
    std::vector<AlignedBuffer<T>> scratch_; // by worker: rates of a block [rows, width]
    AlignedBuffer<T> L_parts_, base_parts_; // by unit, by block

    Moving<T> dL_, dbase_, dG_, ds_, dS_, dA_, dC_; // as what they are gradients of
    Moving<T> dm2_, dv2_, du_, dq_, dr2_, dD_;
};

extern template class HessianProduct<float>;
extern template class HessianProduct<double>;

} // namespace grokscope
