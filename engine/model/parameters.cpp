#include "engine/model/parameters.h"

#include <numeric>

namespace grokscope {

ParameterLayout::ParameterLayout(const ModelShape& shape) : shape_(shape) {
    const auto p = static_cast<std::size_t>(shape.p);
    const auto d = static_cast<std::size_t>(shape.d);
    const auto m = static_cast<std::size_t>(shape.d_mlp);
    const std::size_t attention = static_cast<std::size_t>(shape.heads * shape.d_head()) * d;
    sizes_ = {d * (p + 1), 3 * d, attention, attention, attention, attention,
              m * d,       m,     d * m,     d,         d * p};
    constexpr std::size_t kValuesPerLine = 16; // float32 values in 64 bytes
    for (std::size_t i = 0; i < kTensorCount; ++i) {
        offsets_[i] = flat_size_;
        flat_size_ += (sizes_[i] + kValuesPerLine - 1) / kValuesPerLine * kValuesPerLine;
    }
}

std::size_t ParameterLayout::parameter_count() const {
    return std::accumulate(sizes_.begin(), sizes_.end(), std::size_t{0});
}

double sum_squares(std::span<const float> values) {
    double sum = 0;
    for (const float value : values) {
        sum += static_cast<double>(value) * value;
    }
    return sum;
}

} // namespace grokscope
