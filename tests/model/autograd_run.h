// The experiment once more in float64 autograd on the plain model of all positions: what the steps
// with a backward pass of their own are compared with. Keeps its own parameters, moments, probes
// and past.
#pragma once

#include "tests/reference/naive_model.h"

#include <cmath>
#include <cstdint>
#include <deque>
#include <vector>

namespace grokscope {

/// A float64 copy of flat values of either type.
template <typename T>
at::Tensor to_float64(std::span<const T> values) {
    return at::tensor(at::ArrayRef<T>(values.data(), values.size())).to(at::kDouble);
}

/// Adam with decoupled decay on a flat float64 tensor.
struct AutogradAdam {
    double rate, decay, beta1, beta2;
    at::Tensor m1, m2;
    std::int64_t steps = 0;

    void step(at::Tensor& weights, const at::Tensor& g) {
        if (!m1.defined()) {
            m1 = at::zeros_like(g);
            m2 = at::zeros_like(g);
        }
        ++steps;
        const auto t = static_cast<double>(steps);
        m1 = beta1 * m1 + (1 - beta1) * g;
        m2 = beta2 * m2 + (1 - beta2) * g * g;
        const at::Tensor denominator = m2.sqrt() / std::sqrt(1 - std::pow(beta2, t)) + 1e-8;
        weights = weights * (1 - rate * decay) - rate / (1 - std::pow(beta1, t)) * m1 / denominator;
    }
};

/// One probe in float64.
struct AutogradProbe {
    int offset;
    ProbeLayout layout;
    at::Tensor weights;
    AutogradAdam adam{1e-3, 0, 0.9, 0.999, {}, {}, 0};
};

/// Computes an epoch as the oracle does: phase 1 on constants, then one backward of L_total.
class AutogradRun {
public:
    AutogradRun(const ParameterLayout& layout, const PairSet& train, double stencil_weight)
        : layout_(layout),
          tokens_(naive::tokens_of(train, layout.shape().p, layout.shape().context)),
          labels_(naive::labels_of(train)), stencil_weight_(stencil_weight) {}

    at::Tensor flat; ///< parameters
    std::vector<AutogradProbe> probes;
    Control control = Control::kNone;
    int probe_layer = -1; ///< from 0; negative: the last
    LossRule loss;
    std::uint32_t seed = 0; ///< of the permutation of kPermutedTargets
    AutogradAdam adam{1e-3, 1, 0.9, 0.98, {}, {}, 0};

    struct Epoch {
        at::Tensor gradient;
        double task_loss = 0;
        std::vector<double> mismatch; ///< by probe, NaN while inactive
    };

    /// Phase 1, losses and gradient at the present weights. `hidden_pattern`, when given, is the
    /// activation pattern [n, d_mlp] imposed on mlp_hidden in place of its own.
    Epoch compute(const at::Tensor& hidden_pattern = {}) {
        now_ = naive::forward(flat, layout_, tokens_, {}, probe_layer);
        for (AutogradProbe& probe : probes) {
            if (is_active(probe) && control != Control::kFrozenProbe) {
                const at::Tensor leaf = probe.weights.detach().requires_grad_(true);
                const auto [x, y] = compared(probe, now_);
                naive::mismatch(leaf, probe.layout, x.detach(), y.detach()).backward();
                probe.adam.step(probe.weights, leaf.grad());
            }
        }
        Epoch epoch;
        const at::Tensor leaf = flat.detach().requires_grad_(true);
        const Activations now = naive::forward(leaf, layout_, tokens_, hidden_pattern, probe_layer);
        at::Tensor total = naive::task_loss(now.logits, labels_, loss);
        epoch.task_loss = total.item<double>();
        for (const AutogradProbe& probe : probes) {
            epoch.mismatch.push_back(std::nan(""));
            if (is_active(probe)) {
                auto [x, y] = compared(probe, now);
                x = control == Control::kTargetSide ? x.detach() : x;
                y = control == Control::kInputSide ? y.detach() : y;
                const at::Tensor m = naive::mismatch(probe.weights.detach(), probe.layout, x, y);
                epoch.mismatch.back() = m.item<double>();
                total = total + stencil_weight_ * m;
            }
        }
        if (control == Control::kActivationPenalty) {
            total = total + stencil_weight_ * now.mlp_hidden.square().mean();
        }
        total.backward();
        epoch.gradient = leaf.grad();
        return epoch;
    }

    /// Makes these weights the newest remembered epoch.
    void remember(const at::Tensor& weights) {
        const Activations then = naive::forward(weights, layout_, tokens_, {}, probe_layer);
        past_.push_front({then.mlp_in, then.mlp_hidden});
    }

    /// AdamW on the model, then on to the next epoch.
    void advance(const at::Tensor& gradient) {
        past_.push_front({now_.mlp_in.detach(), now_.mlp_hidden.detach()});
        adam.step(flat, gradient);
    }

    [[nodiscard]] const Activations& activations() const { return now_; }
    [[nodiscard]] bool is_active(const AutogradProbe& probe) const {
        return past_.size() >= static_cast<std::size_t>(std::abs(probe.offset));
    }

private:
    struct Compared {
        at::Tensor x, y;
    };
    struct Past {
        at::Tensor mlp_in, mlp_hidden;
    };
    [[nodiscard]] Compared compared(const AutogradProbe& probe, const Activations& now) const {
        Compared pair{now.mlp_in, now.mlp_hidden};
        if (probe.offset != 0) {
            const Past& then = past_[static_cast<std::size_t>(std::abs(probe.offset)) - 1];
            pair = probe.offset < 0 ? Compared{now.mlp_in, then.mlp_hidden}
                                    : Compared{then.mlp_in, now.mlp_hidden};
        }
        if (control == Control::kPermutedTargets) {
            const auto order = permuted_targets(seed, static_cast<std::size_t>(labels_.size(0)));
            pair.y = pair.y.index_select(
                0, at::tensor(std::vector<std::int64_t>(order.begin(), order.end()), at::kLong));
        }
        return pair;
    }

    ParameterLayout layout_;
    at::Tensor tokens_, labels_;
    double stencil_weight_;
    Activations now_;
    std::deque<Past> past_; ///< newest first
};

} // namespace grokscope
