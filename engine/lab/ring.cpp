// Whether the embedding's two largest directions are a ring on which the operation is a turn:
// science.md 6.2.
#include "engine/analysis/principal_ring.h"

#include "engine/lab/instruments.h"
#include "engine/protocol/group_index.h"

#include <limits>
#include <vector>

namespace grokscope {

namespace {

class Ring final : public Instrument {
public:
    explicit Ring(const Bench& bench)
        : d_(static_cast<std::size_t>(bench.config.d_model)),
          tokens_(static_cast<std::size_t>(ModelShape::of(bench.config).vocabulary())),
          group_(bench.config.operation, bench.config.p) {}

    std::vector<FigureValues> measure(const Subject& subject) override {
        const double none = std::numeric_limits<double>::quiet_NaN();
        PrincipalRing ring{none, 0, none, none};
        if (!group_.empty()) {
            const auto W_E = subject.weights.view(Tensor::W_E); // [d, tokens]
            std::vector<float> rows;
            for (const int number : group_.elements()) {
                for (std::size_t i = 0; i < d_; ++i) {
                    rows.push_back(W_E[i * tokens_ + static_cast<std::size_t>(number)]);
                }
            }
            ring = principal_ring(rows, d_);
        }
        const double frequency = ring.frequency == 0 ? none : ring.frequency;
        return {{"homomorphism_error", {ring.homomorphism_error}},
                {"ring_quality", {ring.quality}},
                {"ring_frequency", {frequency}},
                {"ring_variance", {ring.variance}}};
    }

private:
    std::size_t d_;
    std::size_t tokens_;
    GroupIndex group_;
};

} // namespace

std::unique_ptr<Instrument> make_ring(const Bench& bench) {
    return std::make_unique<Ring>(bench);
}

} // namespace grokscope
