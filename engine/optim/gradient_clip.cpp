// Clipping (Pascanu et al., 1211.5063): where the norm of the whole gradient is above a limit, the
// gradient is scaled down to it, as torch.nn.utils.clip_grad_norm_ does.
#include "engine/compute/worker_pool.h"
#include "engine/model/flat_slices.h"
#include "engine/optim/rules.h"

#include <array>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <span>
#include <utility>

namespace grokscope {

namespace {

class GradientClip final : public UpdateRule {
public:
    explicit GradientClip(double limit) : limit_(limit) {}

    void apply(const Update& update) override {
        const std::span<float> gradients = update.gradients.flat(); // zeros between tensors
        std::array<double, kSlices> squares{};
        update.pool.run(kSlices, [&](int slice, int) {
            const auto [begin, count] = slice_of(gradients.size(), slice);
            squares[static_cast<std::size_t>(slice)] = sum_squares(gradients.subspan(begin, count));
        });
        // Slice by slice, whoever summed them.
        const double norm = std::sqrt(std::accumulate(squares.begin(), squares.end(), 0.0));
        const double factor = limit_ / (norm + kTiny);
        if (!(factor < 1)) {
            return;
        }
        update.pool.run(kSlices, [&](int slice, int) {
            const auto [begin, count] = slice_of(gradients.size(), slice);
            for (float& value : gradients.subspan(begin, count)) {
                value *= static_cast<float>(factor);
            }
        });
    }

private:
    static constexpr double kTiny = 1e-6; ///< as PyTorch has it

    const double limit_;
};

} // namespace

std::unique_ptr<UpdateRule> make_gradient_clip(const RunConfig& config, const Parameters&) {
    return std::make_unique<GradientClip>(config.clip);
}

} // namespace grokscope
