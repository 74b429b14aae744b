// Muon (Jordan, github.com/KellerJordan/Muon; there in bfloat16, here in float32): momentum with
// Nesterov's look ahead, made orthogonal, so that every direction of a matrix moves alike.
#include "engine/compute/worker_pool.h"
#include "engine/optim/newton_schulz.h"
#include "engine/optim/rules.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <span>
#include <vector>

namespace grokscope {

namespace {

class Muon final : public UpdateRule {
public:
    Muon(const OptimiserSettings& settings, const ParameterLayout& layout) : settings_(settings) {
        for (const TensorSpec& tensor : layout.tensors()) {
            if (!tensor.is_hidden_matrix()) {
                continue;
            }
            // A tensor [heads, d_head, d] is one matrix [heads * d_head, d].
            const auto columns = static_cast<std::size_t>(tensor.shape.back());
            const Size size{tensor.size / columns, columns};
            const double stretch = std::sqrt(
                std::max(1.0, static_cast<double>(size.rows) / static_cast<double>(size.columns)));
            auto known = std::ranges::find(sizes_, size);
            if (known == sizes_.end()) {
                known = sizes_.insert(sizes_.end(), size);
            }
            matrices_.push_back({tensor, static_cast<float>(stretch),
                                 static_cast<std::size_t>(known - sizes_.begin())});
        }
        // Those that take longest first.
        std::ranges::stable_sort(matrices_, std::ranges::greater{},
                                 [](const Matrix& matrix) { return matrix.tensor.size; });
    }

    [[nodiscard]] std::vector<std::string> slots() const override { return {"muon_momentum"}; }

    void apply(const Update& update) override {
        const double rate = settings_.muon_learning_rate * update.rate_factor;
        const auto keep = static_cast<float>(1 - rate * settings_.muon_decay);
        make_iterations(update.pool.threads());
        update.pool.run(static_cast<int>(matrices_.size()), [&](int unit, int worker) {
            const Matrix& matrix = matrices_[static_cast<std::size_t>(unit)];
            const std::span<float> g = update.gradients.view(matrix.tensor);
            look_ahead(update.slots[0].values.view(matrix.tensor), g);
            iterations_[static_cast<std::size_t>(worker)][matrix.size].orthogonalise(g.data());
            const std::span<float> weights = update.parameters.view(matrix.tensor);
            for (std::size_t i = 0; i < weights.size(); ++i) {
                weights[i] = weights[i] * keep - static_cast<float>(rate) * (g[i] * matrix.stretch);
            }
        });
    }

private:
    struct Size {
        std::size_t rows;
        std::size_t columns;
        friend bool operator==(const Size&, const Size&) = default;
    };
    struct Matrix {
        TensorSpec tensor;
        float stretch;    ///< sqrt(max(1, rows / columns))
        std::size_t size; ///< place in sizes_
    };

    /// One for each size and worker: the matrices of many layers share their scratch memory.
    void make_iterations(int workers) {
        while (iterations_.size() < static_cast<std::size_t>(workers)) {
            std::vector<NewtonSchulz>& of_worker = iterations_.emplace_back();
            for (const Size& size : sizes_) {
                of_worker.emplace_back(size.rows, size.columns);
            }
        }
    }

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
    std::vector<Size> sizes_; ///< that matrices have
    std::vector<Matrix> matrices_;
    std::vector<std::vector<NewtonSchulz>> iterations_; ///< [worker][size]
};

} // namespace

std::unique_ptr<UpdateRule> make_muon(const RunConfig& config, const Parameters& initial) {
    return std::make_unique<Muon>(config, initial.layout());
}

} // namespace grokscope
