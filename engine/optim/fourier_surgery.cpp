// Surgery that is kept up while training: behind every update the embedding loses frequencies, so
// that none of them can grow back (science.md 6.7).
#include "engine/compute/worker_pool.h"
#include "engine/optim/rules.h"
#include "engine/protocol/frequencies.h"
#include "engine/protocol/group_index.h"

#include <cmath>
#include <cstddef>
#include <numbers>
#include <span>
#include <vector>

namespace grokscope {

namespace {

/// Takes from W_E, along the numbers in the order of the group, its part in the space of each
/// frequency; numbers outside the group and '=' stay. Sums in double.
class FourierSurgery final : public UpdateRule {
public:
    explicit FourierSurgery(const RunConfig& config) : group_(config.operation, config.p) {
        const int order = group_.order();
        for (const int k : config.without_frequencies.frequencies()) {
            const double norm =
                std::sqrt(static_cast<double>(frequency_dimensions(k, order)) / order);
            for (int phase = 0; phase < frequency_dimensions(k, order); ++phase) {
                std::vector<double>& direction = directions_.emplace_back();
                for (int i = 0; i < order; ++i) {
                    // The angle by whole turns left out, exact in integers.
                    const double angle = 2 * std::numbers::pi * (k * i % order) / order;
                    direction.push_back(norm * (phase == 0 ? std::cos(angle) : std::sin(angle)));
                }
            }
        }
    }

    void apply(const Update& update) override {
        const ModelShape& shape = update.parameters.layout().shape();
        const std::span<float> embedding = update.parameters.view(Tensor::W_E); // [d, tokens]
        const auto columns = static_cast<std::size_t>(shape.vocabulary());
        update.pool.run(shape.d, [&](int row, int) {
            take_out(embedding.subspan(static_cast<std::size_t>(row) * columns, columns));
        });
    }

private:
    /// Of one row, a coordinate of every number: its part along each direction.
    void take_out(std::span<float> numbers) const {
        const auto at = [&](std::size_t i) -> float& {
            return numbers[static_cast<std::size_t>(group_.element(static_cast<int>(i)))];
        };
        for (const std::vector<double>& direction : directions_) {
            double along = 0;
            for (std::size_t i = 0; i < direction.size(); ++i) {
                along += direction[i] * static_cast<double>(at(i));
            }
            for (std::size_t i = 0; i < direction.size(); ++i) {
                at(i) = static_cast<float>(static_cast<double>(at(i)) - direction[i] * along);
            }
        }
    }

    GroupIndex group_;
    std::vector<std::vector<double>> directions_; ///< orthonormal over the group's index
};

} // namespace

std::unique_ptr<UpdateRule> make_fourier_surgery(const RunConfig& config, const Parameters&) {
    return std::make_unique<FourierSurgery>(config);
}

} // namespace grokscope
