// Softmax collapse (arXiv 2501.04697): training rows whose float32 loss is exactly zero, so that
// they teach nothing more: science.md 6.5.
#include "engine/lab/instruments.h"
#include "engine/model/cpu_step.h"
#include "engine/model/row_kernels.h"
#include "engine/protocol/instrument.h"

#include <algorithm>
#include <memory>
#include <span>
#include <vector>

namespace grokscope {

namespace {

class Collapse final : public Instrument {
public:
    explicit Collapse(const Bench& bench)
        : p_(static_cast<std::size_t>(bench.config.p)), task_(bench.task),
          step_(make_forward_step(bench.config, bench.pool)) {}

    std::vector<FigureValues> measure(const Subject& subject) override {
        logits_.resize(task_.train.size() * p_);
        step_->load(subject.weights);
        step_->logits(task_.train.pairs, logits_);
        std::size_t collapsed = 0;
        std::vector<double> exponentials(p_);
        for (std::size_t row = 0; row < task_.train.size(); ++row) {
            const auto logits = std::span(logits_).subspan(row * p_, p_);
            const float largest = *std::ranges::max_element(logits);
            row_exponentials(logits.data(), p_, largest, exponentials.data());
            // As float32 has it: the sum of the exponentials is 1, and the right class the largest.
            float sum = 0;
            for (const double one : exponentials) {
                sum += static_cast<float>(one);
            }
            collapsed += sum == 1 && logits[task_.train.labels[row]] == largest ? 1 : 0;
        }
        return {{std::string(kSoftmaxCollapse),
                 {static_cast<double>(collapsed) / static_cast<double>(task_.train.size())}}};
    }

private:
    std::size_t p_;
    const Task& task_;
    std::unique_ptr<Step> step_;
    std::vector<float> logits_; // [training pairs, p]
};

} // namespace

std::unique_ptr<Instrument> make_collapse(const Bench& bench) {
    return std::make_unique<Collapse>(bench);
}

} // namespace grokscope
