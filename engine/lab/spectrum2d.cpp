// How few entries of the embedding's two-dimensional spectrum hold the weight (arXiv 2603.29262):
// science.md 6.2.
#include "engine/analysis/spectrum2d.h"

#include "engine/analysis/concentration.h"
#include "engine/lab/instruments.h"
#include "engine/protocol/group_index.h"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <string>
#include <vector>

namespace grokscope {

namespace {

class Spectrum2d final : public Instrument {
public:
    explicit Spectrum2d(const Bench& bench)
        : d_(static_cast<std::size_t>(bench.config.d_model)),
          tokens_(static_cast<std::size_t>(ModelShape::of(bench.config).vocabulary())),
          numbers_(GroupIndex(bench.config.operation, bench.config.p).elements()) {
        if (numbers_.empty()) { // no order is better than another
            numbers_.resize(static_cast<std::size_t>(bench.config.p));
            std::iota(numbers_.begin(), numbers_.end(), 0);
        }
    }

    std::vector<FigureValues> measure(const Subject& subject) override {
        const auto W_E = subject.weights.view(Tensor::W_E); // [d, tokens], the numbers first
        std::vector<float> numbers;                         // in the order of the group's index
        for (std::size_t row = 0; row < d_; ++row) {
            for (const int number : numbers_) {
                numbers.push_back(W_E[row * tokens_ + static_cast<std::size_t>(number)]);
            }
        }
        std::vector<FigureValues> figures;
        add("", amplitudes_2d(W_E, d_, tokens_), figures);
        add("_numbers", amplitudes_2d(numbers, d_, numbers_.size()), figures);
        return figures;
    }

private:
    static void add(const std::string& rows, std::vector<float> spectrum,
                    std::vector<FigureValues>& figures) {
        const auto add_both = [&](const std::string& of) {
            figures.push_back({"gini_2d_" + of + rows, {gini(spectrum)}});
            figures.push_back({"ipr_2d_" + of + rows, {inverse_participation_ratio(spectrum)}});
        };
        add_both("amplitude");
        std::ranges::transform(spectrum, spectrum.begin(), [](float one) { return one * one; });
        add_both("power");
    }

    std::size_t d_;
    std::size_t tokens_;
    std::vector<int> numbers_;
};

} // namespace

std::unique_ptr<Instrument> make_spectrum2d(const Bench& bench) {
    return std::make_unique<Spectrum2d>(bench);
}

} // namespace grokscope
