#include "engine/analysis/valley.h"

#include "engine/analysis/loss_hessian.h"
#include "engine/model/fused/fused_core.h"
#include "engine/protocol/without_probes.h"

#include <array>
#include <cmath>
#include <stdexcept>

namespace grokscope {

Valley find_valley(const RunConfig& config, const Task& task, const Parameters& weights, int random,
                   std::uint32_t seed, WorkerPool& pool, const std::function<void()>& between) {
    constexpr int kSteps = 30;
    std::vector<double> trained(weights.flat().begin(), weights.flat().end());
    keep_trained(weights.layout(), config.train_biases, std::span(trained));
    Valley valley;
    for (const double value : trained) {
        valley.length += value * value;
    }
    valley.length = std::sqrt(valley.length);
    if (!std::isfinite(valley.length)) {
        throw std::runtime_error("the loss has no valley around weights that are not finite");
    }
    LossHessian<double> hessian(config, task.train, weights, pool);
    PythonRandom signs(seed);
    std::vector<double> direction(trained.size());
    hessian.draw_signs(signs, direction);
    const SymmetricMap product = hessian.map();
    const auto map = [&](std::span<const double> in, std::span<double> out) {
        if (between) {
            between();
        }
        product(in, out);
    };
    RitzPair top = lanczos(map, direction, kSteps).largest;
    valley.eigenvalue = top.value;
    valley.residual = top.residual;
    constexpr std::array kPlaces = {0.01, 0.02, 0.05, 0.1, 0.2, 0.5};
    for (const double place : kPlaces) {
        valley.places.insert(valley.places.begin(), -place);
    }
    valley.places.push_back(0);
    valley.places.insert(valley.places.end(), kPlaces.begin(), kPlaces.end());

    fused::FusedCore<double> core(fused::CoreOptions::of(without_probes(config)), {{Pair{}}, {0}},
                                  pool);
    BasicParameters<double> moved(weights.layout().shape());
    const auto add_line = [&](std::string name, const std::vector<double>& unit) {
        ValleyLine line{std::move(name), {}, {}};
        for (const double place : valley.places) {
            for (std::size_t i = 0; i < unit.size(); ++i) {
                moved.flat()[i] = weights.flat()[i] + place * valley.length * unit[i];
            }
            if (between) {
                between();
            }
            core.load(moved);
            line.train.push_back(core.evaluate(task.train).loss);
            line.test.push_back(core.evaluate(task.test).loss);
        }
        valley.lines.push_back(std::move(line));
    };
    add_line("top", top.vector);
    for (int i = 1; i <= random; ++i) {
        hessian.draw_signs(signs, direction);
        double count = 0;
        for (const double value : direction) {
            count += value * value;
        }
        for (double& value : direction) {
            value /= std::sqrt(count);
        }
        add_line("random " + std::to_string(i), direction);
    }
    return valley;
}

} // namespace grokscope
