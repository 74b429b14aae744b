// Norm clamp (Omnigrok, 2210.01117): behind every update all weights times one factor that restores
// their initial norm.
#include "engine/compute/worker_pool.h"
#include "engine/model/flat_slices.h"
#include "engine/optim/rules.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <span>

namespace grokscope {

namespace {

class NormClamp final : public UpdateRule {
public:
    explicit NormClamp(const Parameters& initial) : size_(clamped_size(initial.layout())) {
        std::array<double, kSlices> squares{};
        for (int slice = 0; slice < kSlices; ++slice) {
            squares[static_cast<std::size_t>(slice)] =
                squares_of(initial.flat().first(size_), slice);
        }
        target_ = norm(squares);
    }

    void apply(const Update& update) override {
        const std::span<float> weights = update.parameters.flat().first(size_);
        std::array<double, kSlices> squares{};
        update.pool.run(kSlices, [&](int slice, int) {
            squares[static_cast<std::size_t>(slice)] = squares_of(weights, slice);
        });
        const auto factor = static_cast<float>(target_ / norm(squares));
        update.pool.run(kSlices, [&](int slice, int) {
            const auto [begin, count] = slice_of(weights.size(), slice);
            for (float& weight : weights.subspan(begin, count)) {
                weight *= factor;
            }
        });
    }

private:
    /// LayerNorm, behind all others, keeps its own size.
    static std::size_t clamped_size(const ParameterLayout& layout) {
        const auto norms = std::ranges::find_if(layout.tensors(), &TensorSpec::is_layer_norm);
        return norms == layout.tensors().end() ? layout.flat_size() : norms->offset;
    }
    static double squares_of(std::span<const float> values, int slice) {
        const auto [begin, count] = slice_of(values.size(), slice);
        return sum_squares(values.subspan(begin, count));
    }
    /// Slice by slice, whoever summed them.
    static double norm(const std::array<double, kSlices>& squares) {
        return std::sqrt(std::accumulate(squares.begin(), squares.end(), 0.0));
    }

    const std::size_t size_; ///< values at the front that are clamped
    double target_ = 0;
};

} // namespace

std::unique_ptr<UpdateRule> make_norm_clamp(const RunConfig&, const Parameters& initial) {
    return std::make_unique<NormClamp>(initial);
}

} // namespace grokscope
