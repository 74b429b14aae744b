// The one parameter store: a flat, aligned buffer with named views in the shapes of the papers.
#pragma once

#include "engine/model/aligned_buffer.h"
#include "engine/protocol/config.h"

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

namespace grokscope {

/// Sizes of the one-layer transformer (science.md 1.2).
struct ModelShape {
    int p = 113;     ///< classes and number tokens; token p is '='
    int d = 128;     ///< width of the residual stream
    int heads = 4;   ///< attention heads
    int d_mlp = 512; ///< hidden units of the MLP

    [[nodiscard]] int d_head() const { return d / heads; }
    [[nodiscard]] static ModelShape of(const RunConfig& config) {
        return {config.p, config.d_model, config.heads, config.d_mlp};
    }
    friend bool operator==(const ModelShape&, const ModelShape&) = default;
};

/// The tensors in storage order.
enum class Tensor : std::size_t { W_E, W_pos, W_K, W_Q, W_V, W_O, W_in, b_in, W_out, b_out, W_U };
inline constexpr std::size_t kTensorCount = 11;
inline constexpr std::array<std::string_view, kTensorCount> kTensorNames = {
    "W_E", "W_pos", "W_K", "W_Q", "W_V", "W_O", "W_in", "b_in", "W_out", "b_out", "W_U"};

/// Where each tensor lies in the flat buffer. Every tensor starts on a 64-byte boundary; the gaps
/// hold zeros for ever (gradient, decay and update of a zero are zero).
///
/// Shapes, row-major: W_E [d, p+1] (column p is '='), W_pos [3, d], W_K W_Q W_V [heads, d_head, d],
/// W_O [d, heads*d_head] with column head*d_head + i, W_in [d_mlp, d], b_in [d_mlp],
/// W_out [d, d_mlp], b_out [d], W_U [d, p].
class ParameterLayout {
public:
    explicit ParameterLayout(const ModelShape& shape);

    [[nodiscard]] const ModelShape& shape() const { return shape_; }
    /// Offset of the tensor's first value, in values.
    [[nodiscard]] std::size_t offset(Tensor tensor) const {
        return offsets_[static_cast<std::size_t>(tensor)];
    }
    /// Number of values of the tensor.
    [[nodiscard]] std::size_t size(Tensor tensor) const {
        return sizes_[static_cast<std::size_t>(tensor)];
    }
    /// Values in the flat buffer, gaps included; a multiple of 16.
    [[nodiscard]] std::size_t flat_size() const { return flat_size_; }
    /// Parameters of the model, gaps left out: 226,688 for the default shape.
    [[nodiscard]] std::size_t parameter_count() const;

    friend bool operator==(const ParameterLayout&, const ParameterLayout&) = default;

private:
    ModelShape shape_;
    std::array<std::size_t, kTensorCount> offsets_{};
    std::array<std::size_t, kTensorCount> sizes_{};
    std::size_t flat_size_ = 0;
};

/// A flat buffer in a layout: parameters, their gradients, or a moment of the optimiser. Copyable.
/// Scalar is float for work and double for the algebra tests.
template <typename Scalar>
class BasicParameters {
public:
    /// All zeros.
    explicit BasicParameters(const ModelShape& shape)
        : layout_(shape), values_(layout_.flat_size()) {}

    [[nodiscard]] const ParameterLayout& layout() const { return layout_; }
    [[nodiscard]] std::span<Scalar> flat() { return {values_.data(), values_.size()}; }
    [[nodiscard]] std::span<const Scalar> flat() const { return {values_.data(), values_.size()}; }
    [[nodiscard]] std::span<Scalar> view(Tensor tensor) {
        return flat().subspan(layout_.offset(tensor), layout_.size(tensor));
    }
    [[nodiscard]] std::span<const Scalar> view(Tensor tensor) const {
        return flat().subspan(layout_.offset(tensor), layout_.size(tensor));
    }

private:
    ParameterLayout layout_;
    AlignedBuffer<Scalar> values_;
};

using Parameters = BasicParameters<float>;
using Gradients = BasicParameters<float>;

/// Sum of squares of all values, in double, in storage order.
[[nodiscard]] double sum_squares(std::span<const float> values);

} // namespace grokscope
