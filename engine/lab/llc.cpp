// The local learning coefficient by Langevin chains (arXiv 2308.12108): science.md 6.4.
#include "engine/analysis/langevin.h"
#include "engine/analysis/loss_hessian.h"
#include "engine/lab/instruments.h"
#include "engine/model/fused/fused_core.h"
#include "engine/protocol/without_probes.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <numeric>
#include <span>
#include <utility>

namespace grokscope {

namespace {

constexpr std::size_t kLlcBatch = 512; ///< training pairs, about
constexpr double kGamma = 1e4;
constexpr int kChains = 2;
constexpr int kLanczosSteps = 20;

/// All training pairs in batches of about kLlcBatch, each seen once before any is seen again. A
/// batch's loss is told as what it has risen by since `centre`, so that differences between batches
/// are no noise.
class Batches {
public:
    Batches(const RunConfig& config, const PairSet& train, const Parameters& centre,
            WorkerPool& pool, std::uint32_t seed)
        : trains_biases_(config.train_biases), random_(seed), weights_(centre),
          gradients_(centre.layout().shape()) {
        std::vector<std::size_t> order(train.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        random_.shuffle(std::span(order));
        const std::size_t count = (train.size() + kLlcBatch - 1) / kLlcBatch;
        for (std::size_t i = 0; i < count; ++i) {
            PairSet batch;
            for (std::size_t j = i * train.size() / count; j < (i + 1) * train.size() / count;
                 ++j) {
                batch.pairs.push_back(train.pairs[order[j]]);
                batch.labels.push_back(train.labels[order[j]]);
            }
            fused::FusedCore<float>& core =
                cores_.emplace_back(fused::CoreOptions::of(without_probes(config)), batch, pool);
            core.load(weights_);
            loss_at_centre_.push_back(core.gradients({}, gradients_).task_loss);
            turn_.push_back(i);
        }
        next_ = count;
    }

    double operator()(std::span<const float> weights, std::span<float> gradient) {
        if (next_ == turn_.size()) {
            random_.shuffle(std::span(turn_));
            next_ = 0;
        }
        const std::size_t batch = turn_[next_++];
        fused::FusedCore<float>& core = cores_[batch];
        std::ranges::copy(weights, weights_.flat().begin());
        core.load(weights_);
        const double loss = core.gradients({}, gradients_).task_loss;
        keep_trained(gradients_.layout(), trains_biases_, gradients_.flat());
        std::ranges::copy(gradients_.flat(), gradient.begin());
        return loss - loss_at_centre_[batch];
    }

private:
    bool trains_biases_;
    PythonRandom random_;
    Parameters weights_;
    Gradients gradients_;
    std::deque<fused::FusedCore<float>> cores_;
    std::vector<double> loss_at_centre_; // of each batch
    std::vector<std::size_t> turn_;
    std::size_t next_ = 0;
};

class LocalLearningCoefficient final : public Instrument {
public:
    explicit LocalLearningCoefficient(const Bench& bench)
        : config_(bench.config), train_(bench.task.train), pool_(bench.pool) {}

    std::vector<FigureValues> measure(const Subject& subject) override {
        const ParameterLayout& layout = subject.weights.layout();
        if (!layout.shape().is_plain()) {
            return missing_figures("llc");
        }
        const std::uint32_t seed = seed_of(config_, subject.epoch, "llc");
        LossHessian<float> hessian(config_, train_, subject.weights, pool_);
        std::vector<double> start(layout.flat_size());
        PythonRandom random(seed);
        hessian.draw_signs(random, start);
        std::vector<float> moves(start.begin(), start.end()); // not zero where trained
        const double lambda = lanczos(hessian.map(), std::move(start), kLanczosSteps).largest.value;
        const auto batch = static_cast<double>(std::min(kLlcBatch, train_.size()));
        LangevinOptions options;
        options.nbeta = batch / std::log(batch);
        options.gamma = kGamma;
        options.step = langevin_step(lambda, options.nbeta, options.gamma);
        std::vector<std::vector<double>> chains;
        Batches batches(config_, train_, subject.weights, pool_, seed);
        for (int chain = 0; chain < kChains; ++chain) {
            chains.push_back(langevin_losses(std::ref(batches), subject.weights.flat(), moves,
                                             options, random.next32()));
        }
        const LearningCoefficient found = learning_coefficient(chains, 0, options.nbeta);
        return {
            {"llc", {found.value}},         {"llc_error", {found.error}},
            {"llc_step", {options.step}},   {"llc_nbeta", {options.nbeta}},
            {"llc_gamma", {options.gamma}}, {"llc_memory", {2 / (options.step * options.gamma)}}};
    }

private:
    const RunConfig& config_;
    const PairSet& train_;
    WorkerPool& pool_;
};

} // namespace

std::unique_ptr<Instrument> make_llc(const Bench& bench) {
    return std::make_unique<LocalLearningCoefficient>(bench);
}

} // namespace grokscope
