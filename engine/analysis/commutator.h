// Whether the order of two gradient steps matters: a sign of curvature that comes before grokking.
#pragma once

#include <functional>
#include <span>

namespace grokscope {

/// The gradient of one batch's loss at given weights, written to the second span; same length.
using BatchGradient = std::function<void(std::span<const double> weights, std::span<double> out)>;

/// Both readings of one pair of steps.
struct CommutatorDefect {
    /// ||theta_AB - theta_BA|| / (||eta gA|| ||eta gB||). NaN where a gradient is exactly zero:
    /// then no step is taken, and there is no order to matter.
    double defect = 0;
    /// As published, with 1e-12 added to the denominator. After memorising eta^2 ||gA|| ||gB|| is
    /// 1e-16 and less, so that this measures the 1e-12 alone; 0 for zero gradients.
    double published = 0;
};

/// Commutator defect (science.md 6.5, after arXiv 2602.16746): theta_AB = theta - eta gA(theta)
/// - eta gB(theta - eta gA(theta)), theta_BA the other way round. 0 for one batch with itself;
/// ||H(gA - gB)|| / (||gA|| ||gB||) for two quadratic losses of one Hessian. In double, because the
/// difference is a small one of nearly equal numbers. Needs exact weights: of rounded ones it is
/// off by a quarter to a half. Four gradients. Any thread.
[[nodiscard]] CommutatorDefect commutator_defect(std::span<const double> weights,
                                                 const BatchGradient& a, const BatchGradient& b,
                                                 double eta);

} // namespace grokscope
