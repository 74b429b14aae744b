// The embedding of 0, which stands outside the group of a product: science.md 6.2.
#include "engine/lab/instruments.h"

#include <cmath>
#include <memory>
#include <vector>

namespace grokscope {

namespace {

class Zero final : public Instrument {
public:
    explicit Zero(const Bench& bench) : shape_(ModelShape::of(bench.config)) {}

    std::vector<FigureValues> measure(const Subject& subject) override {
        const auto W_E = subject.weights.view(Tensor::W_E); // [d, tokens]
        const auto tokens = static_cast<std::size_t>(shape_.vocabulary());
        const auto length = [&](int number) {
            double squares = 0;
            for (std::size_t i = 0; i < static_cast<std::size_t>(shape_.d); ++i) {
                const double value = W_E[i * tokens + static_cast<std::size_t>(number)];
                squares += value * value;
            }
            return std::sqrt(squares);
        };
        double others = 0;
        for (int number = 1; number < shape_.p; ++number) {
            others += length(number) / (shape_.p - 1);
        }
        return {{"zero_norm", {length(0)}}, {"zero_norm_relative", {length(0) / others}}};
    }

private:
    ModelShape shape_;
};

} // namespace

std::unique_ptr<Instrument> make_zero(const Bench& bench) {
    return std::make_unique<Zero>(bench);
}

} // namespace grokscope
