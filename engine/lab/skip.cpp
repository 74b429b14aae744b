// Which blocks can be skipped: accuracy when those of a window add nothing (science.md 6.1).
#include "engine/analysis/causal_mediation.h"
#include "engine/lab/instruments.h"

#include <memory>
#include <utility>
#include <vector>

namespace grokscope {

namespace {

/// Their share of right answers is known to 1.6 points at worst.
constexpr std::size_t kMostPairs = 1024;

class Skip final : public Instrument {
public:
    explicit Skip(const Bench& bench) : pool_(bench.pool) {
        for (const std::size_t row :
             drawn_rows(bench.task.test.size(), kMostPairs, bench.config, "skip")) {
            pairs_.pairs.push_back(bench.task.test.pairs[row]);
            pairs_.labels.push_back(bench.task.test.labels[row]);
        }
    }

    std::vector<FigureValues> measure(const Subject& subject) override {
        SkippedLayers skipped = skip_layers(subject.weights, pairs_, pool_);
        return {{"skip_intact", {skipped.intact}},
                {"skip_both", std::move(skipped.both)},
                {"skip_attention", std::move(skipped.attention)},
                {"skip_mlp", std::move(skipped.mlp)}};
    }

private:
    WorkerPool& pool_;
    PairSet pairs_;
};

} // namespace

std::unique_ptr<Instrument> make_skip(const Bench& bench) {
    return std::make_unique<Skip>(bench);
}

} // namespace grokscope
