// Muon (Jordan, github.com/KellerJordan/Muon; there in bfloat16, here in float32): momentum with
// Nesterov's look ahead, made orthogonal, so that every direction of a matrix moves alike.
#include "engine/optim/muon.h"

#include "engine/compute/worker_pool.h"
#include "engine/optim/newton_schulz.h"
#include "engine/optim/rules.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

namespace grokscope {

namespace {

/// A tensor [heads, d_head, d] is one matrix [heads * d_head, d].
std::size_t columns_of(const ModelShape& shape, Tensor tensor) {
    return static_cast<std::size_t>(tensor == Tensor::W_out ? shape.d_mlp : shape.d);
}

class Muon final : public UpdateRule {
public:
    Muon(const OptimiserSettings& settings, const ParameterLayout& layout) : settings_(settings) {
        for (const Tensor tensor : kMuonTensors) {
            const std::size_t columns = columns_of(layout.shape(), tensor);
            const std::size_t rows = layout.size(tensor) / columns;
            const double stretch =
                std::sqrt(std::max(1.0, static_cast<double>(rows) / static_cast<double>(columns)));
            matrices_.push_back({tensor, static_cast<float>(stretch), {rows, columns}});
        }
    }

    [[nodiscard]] std::vector<std::string> slots() const override { return {"muon_momentum"}; }

    void apply(const Update& update) override {
        const double rate = settings_.muon_learning_rate * update.rate_factor;
        const auto keep = static_cast<float>(1 - rate * settings_.muon_decay);
        update.pool.run(static_cast<int>(matrices_.size()), [&](int unit, int) {
            Matrix& matrix = matrices_[static_cast<std::size_t>(unit)];
            const std::span<float> g = update.gradients.view(matrix.tensor);
            look_ahead(update.slots[0].values.view(matrix.tensor), g);
            matrix.iteration.orthogonalise(g.data());
            const std::span<float> weights = update.parameters.view(matrix.tensor);
            for (std::size_t i = 0; i < weights.size(); ++i) {
                weights[i] = weights[i] * keep - static_cast<float>(rate) * (g[i] * matrix.stretch);
            }
        });
    }

private:
    struct Matrix {
        Tensor tensor;
        float stretch; ///< sqrt(max(1, rows / columns))
        NewtonSchulz iteration;
    };

    /// The momentum takes a twentieth of the gradient; the gradient becomes what it would be one
    /// gradient later.
    static void look_ahead(std::span<float> momentum, std::span<float> g) {
        constexpr auto kTake = static_cast<float>(1 - 0.95);
        for (std::size_t i = 0; i < g.size(); ++i) {
            momentum[i] += kTake * (g[i] - momentum[i]);
            g[i] = momentum[i] - kTake * (momentum[i] - g[i]);
        }
    }

    const OptimiserSettings settings_;
    std::vector<Matrix> matrices_;
};

} // namespace

std::unique_ptr<UpdateRule> make_muon(const RunConfig& config, const Parameters& initial) {
    return std::make_unique<Muon>(config, initial.layout());
}

} // namespace grokscope
