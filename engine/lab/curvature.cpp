// Ends of the spectrum and trace of the loss's Hessian, by products with vectors: science.md 6.4.
#include "engine/analysis/loss_hessian.h"
#include "engine/lab/instruments.h"
#include "engine/task/mersenne_twister.h"

#include <span>
#include <string>
#include <utility>

namespace grokscope {

namespace {

constexpr int kSteps = 20;      ///< of Lanczos's method
constexpr int kTraceDraws = 12; ///< of the trace on what Lanczos's method has not seen
/// Test pairs, at most; drawn once for each run.
constexpr std::size_t kTestPairs = 1024;

/// kTestPairs of the pairs, at most.
PairSet some_of(const PairSet& pairs, const RunConfig& config) {
    PairSet some;
    for (const std::size_t i : drawn_rows(pairs.size(), kTestPairs, config, "curvature")) {
        some.pairs.push_back(pairs.pairs[i]);
        some.labels.push_back(pairs.labels[i]);
    }
    return some;
}

/// In float32: a product takes half the time, and differs by less than 1e-4 of its size.
class Curvature final : public Instrument {
public:
    explicit Curvature(const Bench& bench)
        : config_(bench.config), pool_(bench.pool), train_(bench.task.train),
          test_(some_of(bench.task.test, bench.config)) {}

    std::vector<FigureValues> measure(const Subject& subject) override {
        if (!subject.weights.layout().shape().is_plain()) {
            return missing_figures("curvature");
        }
        std::vector<FigureValues> figures;
        read(subject, train_, "train", figures);
        read(subject, test_, "test", figures);
        return figures;
    }

private:
    void read(const Subject& subject, const PairSet& pairs, const std::string& of,
              std::vector<FigureValues>& figures) const {
        LossHessian<float> hessian(config_, pairs, subject.weights, pool_);
        PythonRandom random(seed_of(config_, subject.epoch, "curvature"));
        const auto signs = [&](std::span<double> to) { hessian.draw_signs(random, to); };
        std::vector<double> start(subject.weights.flat().size());
        signs(start);
        const SpectrumEnds ends = lanczos(hessian.map(), std::move(start), kSteps);
        const TraceEstimate trace = hutchinson(hessian.map(), subject.weights.flat().size(),
                                               kTraceDraws, signs, ends.space);
        const auto add = [&](const char* id, double value) {
            figures.push_back({id + of, {value}});
        };
        add("curvature_", ends.largest.value);
        add("curvature_relative_", ends.largest.value / hessian.loss());
        add("curvature_lowest_", ends.smallest.value);
        add("trace_", trace.trace);
        add("trace_error_", trace.error);
        add("trace_relative_", trace.trace / hessian.loss());
    }

    const RunConfig& config_;
    WorkerPool& pool_;
    const PairSet& train_;
    const PairSet test_;
};

} // namespace

std::unique_ptr<Instrument> make_curvature(const Bench& bench) {
    return std::make_unique<Curvature>(bench);
}

} // namespace grokscope
