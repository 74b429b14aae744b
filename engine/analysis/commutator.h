// Whether the order of two gradient steps matters: a sign of curvature that comes before grokking.
#pragma once

#include <functional>
#include <span>

namespace grokscope {

/// The gradient of one batch's loss at given weights, written to the second span; same length.
using BatchGradient = std::function<void(std::span<const double> weights, std::span<double> out)>;

/// Commutator defect (science.md 6.5, after arXiv 2602.16746): with theta_AB = theta - eta
/// gA(theta)
/// - eta gB(theta - eta gA(theta)) and theta_BA the other way round, ||theta_AB - theta_BA|| /
/// (||eta gA|| ||eta gB|| + 1e-12). 0 for one batch with itself; ||H(gA - gB)|| / (||gA|| ||gB||)
/// for two quadratic losses of one Hessian. In double, because the difference is a small one of
/// nearly equal numbers. Four gradients. Any thread.
[[nodiscard]] double commutator_defect(std::span<const double> weights, const BatchGradient& a,
                                       const BatchGradient& b, double eta);

} // namespace grokscope
