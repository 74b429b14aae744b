// ILDR (arXiv 2604.20923) and the separation of classes: science.md 6.5.
#include "engine/lab/instruments.h"

#include "engine/analysis/class_separation.h"
#include "engine/model/cpu_step.h"

#include <algorithm>
#include <memory>
#include <span>
#include <utility>

namespace grokscope {

namespace {

/// Rows of the published figure, at most.
constexpr std::size_t kRows = 1500;

/// The residual stream before W_U, `out` (behind the last LayerNorm, where there is one), of the
/// test pairs.
class Ildr final : public Instrument {
public:
    explicit Ildr(const Bench& bench)
        : p_(static_cast<std::size_t>(bench.config.p)),
          d_(static_cast<std::size_t>(bench.config.d_model)), task_(bench.task),
          step_(make_forward_step(bench.config, bench.pool)),
          sample_(drawn_rows(task_.test.size(), kRows, bench.config, "ildr")) {}

    std::vector<FigureValues> measure(const Subject& subject) override {
        find_features(subject.weights);
        std::vector<float> some;
        std::vector<std::uint16_t> labels;
        for (const std::size_t row : sample_) {
            const auto first = features_.begin() + static_cast<std::ptrdiff_t>(row * d_);
            some.insert(some.end(), first, first + static_cast<std::ptrdiff_t>(d_));
            labels.push_back(task_.test.labels[row]);
        }
        return {{"ildr", {ildr(some, d_, labels, p_)}},
                {"class_separation", {class_separation(features_, d_, task_.test.labels, p_)}}};
    }

private:
    void find_features(const Parameters& weights) {
        features_.resize(task_.test.size() * d_);
        part_.resize(task_.test.size() * p_);
        // With columns of the identity for W_U the logits are p of the d features.
        Parameters probe = weights;
        const auto W_U = probe.view(Tensor::W_U); // [d, p]
        for (std::size_t first = 0; first < d_; first += p_) {
            const std::size_t count = std::min(p_, d_ - first);
            std::ranges::fill(W_U, 0.0F);
            for (std::size_t i = 0; i < count; ++i) {
                W_U[(first + i) * p_ + i] = 1;
            }
            step_->load(probe);
            step_->logits(task_.test.pairs, part_);
            for (std::size_t row = 0; row < task_.test.size(); ++row) {
                std::copy_n(&part_[row * p_], count, &features_[row * d_ + first]);
            }
        }
    }

    std::size_t p_;
    std::size_t d_;
    const Task& task_;
    std::unique_ptr<Step> step_;
    const std::vector<std::size_t> sample_; // of the test pairs
    std::vector<float> features_;           // [test pairs, d]
    std::vector<float> part_;               // some of their columns, [test pairs, p]
};

} // namespace

std::unique_ptr<Instrument> make_ildr(const Bench& bench) {
    return std::make_unique<Ildr>(bench);
}

} // namespace grokscope
