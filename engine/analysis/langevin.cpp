#include "engine/analysis/langevin.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>
#include <random>

namespace grokscope {

double langevin_step(double lambda, double nbeta, double gamma) {
    constexpr double kShare = 0.36; // of 1 / (nbeta lambda + gamma); 4 would be unstable
    return kShare / (nbeta * std::max(lambda, 0.0) + gamma);
}

std::vector<double> langevin_losses(const NextBatch& batch, std::span<const float> centre,
                                    std::span<const float> moves, const LangevinOptions& options,
                                    std::uint32_t seed) {
    std::vector<float> weights(centre.begin(), centre.end());
    std::vector<float> gradient(centre.size());
    std::mt19937 random(seed);
    std::normal_distribution<float> normal;
    const auto drift = static_cast<float>(options.step / 2 * options.nbeta);
    const auto pull = static_cast<float>(options.step / 2 * options.gamma);
    const auto noise = static_cast<float>(std::sqrt(options.step));
    std::vector<double> losses;
    for (int i = 0; i < options.burn_in + options.draws; ++i) {
        const double loss = batch(weights, gradient);
        if (!std::isfinite(loss)) {
            losses.assign(static_cast<std::size_t>(options.draws), loss);
            break;
        }
        if (i >= options.burn_in) {
            losses.push_back(loss);
        }
        for (std::size_t j = 0; j < weights.size(); ++j) {
            if (moves[j] != 0) {
                weights[j] +=
                    noise * normal(random) - drift * gradient[j] - pull * (weights[j] - centre[j]);
            }
        }
    }
    return losses;
}

LearningCoefficient learning_coefficient(std::span<const std::vector<double>> chains,
                                         double loss_at_centre, double nbeta) {
    constexpr std::size_t kBlock = 40;
    std::vector<double> blocks;
    double sum = 0;
    std::size_t draws = 0;
    for (const std::vector<double>& losses : chains) {
        for (std::size_t first = 0; first < losses.size(); first += kBlock) {
            const auto from = losses.begin() + static_cast<std::ptrdiff_t>(first);
            const std::size_t size = std::min(kBlock, losses.size() - first);
            const double block =
                std::accumulate(from, from + static_cast<std::ptrdiff_t>(size), 0.0);
            sum += block;
            draws += size;
            if (size == kBlock) {
                blocks.push_back(block / kBlock);
            }
        }
    }
    const double mean = sum / static_cast<double>(draws);
    double squares = 0;
    for (const double block : blocks) {
        squares += (block - mean) * (block - mean);
    }
    const auto count = static_cast<double>(blocks.size());
    return {nbeta * (mean - loss_at_centre),
            blocks.size() < 2 ? std::numeric_limits<double>::quiet_NaN()
                              : nbeta * std::sqrt(squares / (count - 1) / count)};
}

} // namespace grokscope
