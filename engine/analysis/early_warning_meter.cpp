#include "engine/analysis/early_warning_meter.h"

#include "engine/analysis/class_separation.h"
#include "engine/compute/worker_pool.h"
#include "engine/task/mersenne_twister.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <numeric>
#include <span>
#include <utility>

namespace grokscope {

namespace {

constexpr double kEta = 1e-3;

fused::CoreOptions options_of(const RunConfig& config) {
    fused::CoreOptions options = fused::CoreOptions::of(config);
    options.stencil = {}; // the task loss alone
    options.control = Control::kNone;
    return options;
}

/// The first `count` of the training pairs in a random order.
PairSet draw(const PairSet& train, std::size_t count, PythonRandom& random) {
    std::vector<std::size_t> order(train.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    random.shuffle(std::span(order));
    PairSet batch;
    for (std::size_t i = 0; i < count; ++i) {
        batch.pairs.push_back(train.pairs[order[i]]);
        batch.labels.push_back(train.labels[order[i]]);
    }
    return batch;
}

/// The upper one of an even number; NaN of none.
double median(std::vector<double> values) {
    std::ranges::sort(values);
    return values.empty() ? std::numeric_limits<double>::quiet_NaN() : values[values.size() / 2];
}

/// The gradient of one batch, by the fused step in double.
class Batch {
public:
    Batch(const RunConfig& config, const PairSet& pairs, WorkerPool& pool)
        : trains_biases_(config.train_biases), core_(options_of(config), pairs, pool),
          weights_(ModelShape::of(config)), gradients_(ModelShape::of(config)) {}

    void gradient(std::span<const double> weights, std::span<double> out) {
        std::ranges::copy(weights, weights_.flat().begin());
        core_.load(weights_);
        (void)core_.gradients({}, gradients_);
        if (!trains_biases_) {
            std::ranges::fill(gradients_.view(Tensor::b_in), 0.0);
            std::ranges::fill(gradients_.view(Tensor::b_out), 0.0);
        }
        std::ranges::copy(gradients_.flat(), out.begin());
    }

private:
    bool trains_biases_;
    fused::FusedCore<double> core_;
    BasicParameters<double> weights_;
    BasicParameters<double> gradients_;
};

} // namespace

EarlyWarningMeter::EarlyWarningMeter(const RunConfig& config, const Task& task, WorkerPool& pool)
    : config_(config), task_(task), pool_(pool),
      features_step_(options_of(config), {{Pair{}}, {0}}, pool) {
}

double EarlyWarningMeter::ildr(const Parameters& parameters) {
    const auto p = static_cast<std::size_t>(config_.p);
    const auto d = static_cast<std::size_t>(config_.d_model);
    features_.resize(task_.test.size() * d);
    part_.resize(task_.test.size() * p);
    // With columns of the identity for W_U the logits are p of the d features.
    Parameters probe = parameters;
    const auto W_U = probe.view(Tensor::W_U); // [d, p]
    for (std::size_t first = 0; first < d; first += p) {
        const std::size_t count = std::min(p, d - first);
        std::ranges::fill(W_U, 0.0F);
        for (std::size_t i = 0; i < count; ++i) {
            W_U[(first + i) * p + i] = 1;
        }
        features_step_.load(probe);
        features_step_.logits(task_.test.pairs, part_);
        for (std::size_t row = 0; row < task_.test.size(); ++row) {
            std::copy_n(&part_[row * p], count, &features_[row * d + first]);
        }
    }
    return class_separation(features_, d, task_.test.labels, p);
}

CommutatorDefect EarlyWarningMeter::commutator_defect(const Parameters& parameters,
                                                      std::int32_t epoch) {
    BasicParameters<double> weights(parameters.layout().shape());
    std::ranges::copy(parameters.flat(), weights.flat().begin());
    PythonRandom random(config_.seed + static_cast<std::uint32_t>(epoch));
    // Two batches of nearly all pairs are one: their steps commute, whatever the model is like.
    const std::size_t count = std::min(kBatch, (task_.train.size() + 1) / 2);
    std::vector<double> defects;
    std::vector<double> published;
    for (int i = 0; i < kDraws; ++i) {
        Batch a(config_, draw(task_.train, count, random), pool_);
        Batch b(config_, draw(task_.train, count, random), pool_);
        const auto gradient_of = [](Batch& batch) {
            return [&batch](std::span<const double> at, std::span<double> out) {
                batch.gradient(at, out);
            };
        };
        const CommutatorDefect drawn = grokscope::commutator_defect(
            std::as_const(weights).flat(), gradient_of(a), gradient_of(b), kEta);
        if (!std::isnan(drawn.defect)) {
            defects.push_back(drawn.defect);
        }
        published.push_back(drawn.published);
    }
    return {median(std::move(defects)), median(std::move(published))};
}

} // namespace grokscope
