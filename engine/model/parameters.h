// The one parameter store: a flat, aligned buffer with named views in the shapes of the papers.
// Which tensors a model has, their names, shapes and places stand here and nowhere else.
#pragma once

#include "engine/model/aligned_buffer.h"
#include "engine/protocol/config.h"

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace grokscope {

/// Sizes of the transformer (science.md 1.2, 1.8).
struct ModelShape {
    int p = 113;     ///< classes and number tokens; token p is '='
    int d = 128;     ///< width of the residual stream
    int heads = 4;   ///< attention heads of a layer
    int d_mlp = 512; ///< hidden units of a layer's MLP
    int layers = 1;  ///< blocks
    Norm norm = Norm::kNone;
    Activation activation = Activation::kRelu;
    /// Tokens of a sequence: 3 is `a b =`, 4 is `a op b =`, where token p + 1 is the operation.
    int context = 3;

    [[nodiscard]] int d_head() const { return d / heads; }
    /// Tokens there are: numbers, '=' and, in `a op b =`, the operation.
    [[nodiscard]] int vocabulary() const { return p + context - 2; }
    /// One block as published by Nanda et al.: ReLU, no LayerNorm, `a b =`. What is written for
    /// that model alone asks for this.
    [[nodiscard]] bool is_plain() const {
        return layers == 1 && norm == Norm::kNone && activation == Activation::kRelu &&
               context == 3;
    }
    [[nodiscard]] static ModelShape of(const RunConfig& config) {
        return {config.p,          config.d_model,
                config.heads,      config.d_mlp,
                config.layers,     config.norm,
                config.activation, config.sequence == Sequence::kWithOperation ? 4 : 3};
    }
    friend bool operator==(const ModelShape&, const ModelShape&) = default;
};

/// Kinds of tensors. Those from W_K to b_out and both LayerNorms of a block are in every block.
enum class Tensor : std::size_t {
    W_E,
    W_pos,
    W_K,
    W_Q,
    W_V,
    W_O,
    W_in,
    b_in,
    W_out,
    b_out,
    W_U,
    ln1_gain,
    ln1_bias,
    ln2_gain,
    ln2_bias,
    ln_final_gain,
    ln_final_bias
};
inline constexpr std::size_t kTensorKinds = 17;

/// The tensors of a model of one block without LayerNorm, in storage order; the kinds from 0 on.
inline constexpr std::size_t kTensorCount = 11;
inline constexpr std::array<std::string_view, kTensorCount> kTensorNames = {
    "W_E", "W_pos", "W_K", "W_Q", "W_V", "W_O", "W_in", "b_in", "W_out", "b_out", "W_U"};

/// One tensor of a model: what it is, and where it lies.
struct TensorSpec {
    /// "W_E"; of a block "W_K", or "blocks.3.W_K" in a model of several; "ln_final.gain".
    std::string name;
    Tensor kind{};
    int layer = 0; ///< the block, from 0; 0 outside of blocks
    std::vector<int> shape;
    std::size_t offset = 0; ///< of its first value in the flat buffer, in values
    std::size_t size = 0;   ///< its number of values

    /// A gain or a bias of a LayerNorm: neither decayed nor clamped.
    [[nodiscard]] bool is_layer_norm() const { return kind >= Tensor::ln1_gain; }
    /// A matrix of a block: what Muon moves.
    [[nodiscard]] bool is_hidden_matrix() const {
        return kind >= Tensor::W_K && kind <= Tensor::W_out && kind != Tensor::b_in;
    }
    /// A bias of an MLP: frozen where biases are not trained.
    [[nodiscard]] bool is_mlp_bias() const { return kind == Tensor::b_in || kind == Tensor::b_out; }
};

/// Where each tensor lies in the flat buffer. Every tensor starts on a 64-byte boundary; the gaps
/// hold zeros for ever (gradient, decay and update of a zero are zero).
///
/// Storage order: W_E, W_pos; of each block W_K, W_Q, W_V, W_O, W_in, b_in, W_out, b_out; W_U; with
/// LayerNorm of each block ln1_gain, ln1_bias (before attention), ln2_gain, ln2_bias (before the
/// MLP), then ln_final_gain, ln_final_bias.
///
/// Shapes, row-major: W_E [d, vocabulary] (column p is '=', p + 1 the operation), W_pos [context,
/// d], W_K W_Q W_V [heads, d_head, d], W_O [d, heads*d_head] with column head*d_head + i, W_in
/// [d_mlp, d], b_in [d_mlp], W_out [d, d_mlp], b_out [d], W_U [d, p], LayerNorms [d].
///
/// Copies share what they say, so that they cost nothing; a move is a copy, so that what was moved
/// from still knows its layout. Any thread.
class ParameterLayout {
public:
    explicit ParameterLayout(const ModelShape& shape);
    ParameterLayout(const ParameterLayout&) = default;
    ParameterLayout& operator=(const ParameterLayout&) = default;
    ~ParameterLayout() = default;

    [[nodiscard]] const ModelShape& shape() const { return table_->shape; }
    /// All tensors, in storage order.
    [[nodiscard]] std::span<const TensorSpec> tensors() const { return table_->tensors; }
    /// A tensor of this model; of a block that of `layer`. Throws std::out_of_range when the model
    /// has none.
    [[nodiscard]] const TensorSpec& spec(Tensor tensor, int layer = 0) const;
    /// Whether the model has tensors of this kind.
    [[nodiscard]] bool has(Tensor tensor) const;
    /// Offset of the tensor's first value, in values.
    [[nodiscard]] std::size_t offset(Tensor tensor, int layer = 0) const {
        return spec(tensor, layer).offset;
    }
    /// Number of values of the tensor.
    [[nodiscard]] std::size_t size(Tensor tensor, int layer = 0) const {
        return spec(tensor, layer).size;
    }
    /// Where the tensor behind the i-th begins: the end of its gap. i counts in storage order.
    [[nodiscard]] std::size_t end_with_gap(std::size_t i) const {
        return i + 1 < tensors().size() ? tensors()[i + 1].offset : flat_size();
    }
    /// Values in the flat buffer, gaps included; a multiple of 16.
    [[nodiscard]] std::size_t flat_size() const { return table_->flat_size; }
    /// Parameters of the model, gaps left out: 226,688 for the default shape.
    [[nodiscard]] std::size_t parameter_count() const;

    friend bool operator==(const ParameterLayout& one, const ParameterLayout& other) {
        return one.table_ == other.table_ || one.shape() == other.shape();
    }

private:
    struct Table {
        ModelShape shape;
        std::vector<TensorSpec> tensors;
        /// Place in `tensors` of each kind in block 0, and how much further that of the next block
        /// is; `tensors.size()` where there is none.
        std::array<std::size_t, kTensorKinds> first{};
        std::array<std::size_t, kTensorKinds> step{};
        std::size_t flat_size = 0;
    };
    [[nodiscard]] static Table table_of(const ModelShape& shape);

    std::shared_ptr<const Table> table_;
};

/// A flat buffer in a layout: parameters, their gradients, or a moment of the optimiser. Copyable.
/// Scalar is float for work and double for the algebra tests.
template <typename Scalar>
class BasicParameters {
public:
    /// All zeros.
    explicit BasicParameters(const ModelShape& shape) : BasicParameters(ParameterLayout(shape)) {}
    explicit BasicParameters(ParameterLayout layout)
        : layout_(std::move(layout)), values_(layout_.flat_size()) {}

    [[nodiscard]] const ParameterLayout& layout() const { return layout_; }
    [[nodiscard]] std::span<Scalar> flat() { return {values_.data(), values_.size()}; }
    [[nodiscard]] std::span<const Scalar> flat() const { return {values_.data(), values_.size()}; }
    [[nodiscard]] std::span<Scalar> view(const TensorSpec& tensor) {
        return flat().subspan(tensor.offset, tensor.size);
    }
    [[nodiscard]] std::span<const Scalar> view(const TensorSpec& tensor) const {
        return flat().subspan(tensor.offset, tensor.size);
    }
    /// Of a block that of `layer`. Throws std::out_of_range when the model has no such tensor.
    [[nodiscard]] std::span<Scalar> view(Tensor tensor, int layer = 0) {
        return view(layout_.spec(tensor, layer));
    }
    [[nodiscard]] std::span<const Scalar> view(Tensor tensor, int layer = 0) const {
        return view(layout_.spec(tensor, layer));
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
