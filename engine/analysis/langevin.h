// The local learning coefficient by stochastic gradient Langevin dynamics (arXiv 2308.12108).
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace grokscope {

/// The loss of the next batch at some weights; writes its gradient, as long as the weights.
using NextBatch = std::function<double(std::span<const float> weights, std::span<float> gradient)>;

/// How a chain moves, and how long.
struct LangevinOptions {
    double step = 0;   ///< eps
    double nbeta = 0;  ///< samples in a batch times the inverse temperature
    double gamma = 0;  ///< pull back to where it began
    int burn_in = 200; ///< draws that are not counted
    int draws = 200;   ///< that are
};

/// Largest eps that is taken at a largest eigenvalue lambda of the Hessian: 0.36 / (nbeta lambda +
/// gamma). The stiffest direction of a quadratic loss is then overestimated by a tenth at most.
[[nodiscard]] double langevin_step(double lambda, double nbeta, double gamma);

/// Losses of a chain's counted draws, nats. From `centre` on, for each draw: the loss and gradient
/// g of the next batch, then w += -(eps/2) (nbeta g + gamma (w - centre)) + sqrt(eps) N(0, 1), the
/// noise of `seed`, in weights for which `moves` is not zero; so the first loss is that at the
/// centre. Once a loss is not finite the rest are that, too. Blocks for burn_in + draws gradients.
[[nodiscard]] std::vector<double>
langevin_losses(const NextBatch& batch, std::span<const float> centre, std::span<const float> moves,
                const LangevinOptions& options, std::uint32_t seed);

/// What chains say: nbeta (mean loss of all draws - loss at the centre), and its standard error
/// from the means of blocks of 40 draws, which hold together what successive draws share.
struct LearningCoefficient {
    double value = 0;
    double error = 0; ///< NaN for fewer than two blocks
};
[[nodiscard]] LearningCoefficient learning_coefficient(std::span<const std::vector<double>> chains,
                                                       double loss_at_centre, double nbeta);

} // namespace grokscope
