// The commutator defect of random training batches (arXiv 2602.16746): science.md 6.5.
#include "engine/analysis/commutator.h"
#include "engine/lab/instruments.h"
#include "engine/model/fused/fused_core.h"
#include "engine/model/layers/layers_core.h"
#include "engine/protocol/without_probes.h"
#include "engine/task/mersenne_twister.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
#include <span>
#include <utility>

namespace grokscope {

namespace {

constexpr double kEta = 1e-3;
/// Pairs in a batch, at most, and no more than half of those that train: two batches of nearly all
/// pairs are one, and their steps commute, whatever the model is like.
constexpr std::size_t kCommutatorBatch = 512;
/// How many times two batches are drawn.
constexpr int kCommutatorDraws = 9;

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

/// The gradient of one batch, in double: in float32 the rounding of a gradient step is as large as
/// the step once the loss is small.
class Batch {
public:
    Batch(const RunConfig& config, const PairSet& pairs, WorkerPool& pool)
        : trains_biases_(config.train_biases), weights_(ModelShape::of(config)),
          gradients_(ModelShape::of(config)) {
        RunConfig of_batch = without_probes(config);
        of_batch.batch = 0; // all of these pairs
        if (is_for_fused_step(of_batch)) {
            fused_.emplace(fused::CoreOptions::of(of_batch), pairs, pool);
        } else {
            layers_.emplace(layers::CoreOptions::of(of_batch), pairs, pool);
        }
    }

    void gradient(std::span<const double> weights, std::span<double> out) {
        std::ranges::copy(weights, weights_.flat().begin());
        if (fused_) {
            fused_->load(weights_);
            (void)fused_->gradients({}, gradients_);
        } else {
            layers_->load(weights_);
            (void)layers_->gradients({}, gradients_);
        }
        for (const TensorSpec& tensor : gradients_.layout().tensors()) {
            if (!trains_biases_ && tensor.is_mlp_bias()) {
                std::ranges::fill(gradients_.view(tensor), 0.0);
            }
        }
        std::ranges::copy(gradients_.flat(), out.begin());
    }

private:
    bool trains_biases_;
    std::optional<fused::FusedCore<double>> fused_; // one of the two
    std::optional<layers::LayersCore<double>> layers_;
    BasicParameters<double> weights_;
    BasicParameters<double> gradients_;
};

/// Medians over kCommutatorDraws in both readings; draws with a zero gradient enter the published
/// one alone. Blocks for 4 * kCommutatorDraws gradients of a batch, several epochs' worth.
class Commutator final : public Instrument {
public:
    explicit Commutator(const Bench& bench)
        : config_(bench.config), task_(bench.task), pool_(bench.pool) {}

    std::vector<FigureValues> measure(const Subject& subject) override {
        BasicParameters<double> weights(subject.weights.layout().shape());
        std::ranges::copy(subject.weights.flat(), weights.flat().begin());
        // Not by seed_of(): so that a run of an older version goes on with the draws it began with.
        PythonRandom random(config_.seed + static_cast<std::uint32_t>(subject.epoch));
        const std::size_t count = std::min(kCommutatorBatch, (task_.train.size() + 1) / 2);
        std::vector<double> defects;
        std::vector<double> published;
        for (int i = 0; i < kCommutatorDraws; ++i) {
            Batch a(config_, draw(task_.train, count, random), pool_);
            Batch b(config_, draw(task_.train, count, random), pool_);
            const auto gradient_of = [](Batch& batch) {
                return [&batch](std::span<const double> at, std::span<double> out) {
                    batch.gradient(at, out);
                };
            };
            const CommutatorDefect drawn = commutator_defect(std::as_const(weights).flat(),
                                                             gradient_of(a), gradient_of(b), kEta);
            if (!std::isnan(drawn.defect)) {
                defects.push_back(drawn.defect);
            }
            published.push_back(drawn.published);
        }
        return {{"commutator_defect", {median(std::move(defects))}},
                {"commutator_published", {median(std::move(published))}}};
    }

private:
    const RunConfig& config_;
    const Task& task_;
    WorkerPool& pool_;
};

} // namespace

std::unique_ptr<Instrument> make_commutator(const Bench& bench) {
    return std::make_unique<Commutator>(bench);
}

} // namespace grokscope
