#include "engine/model/parameters.h"

#include <functional>
#include <numeric>
#include <stdexcept>
#include <utility>

namespace grokscope {

namespace {

/// A tensor of each kind: its name inside its block, and its shape.
struct KindSpec {
    Tensor kind;
    std::string_view name;
    std::vector<int> shape;
};

std::vector<KindSpec> before_blocks(const ModelShape& s) {
    return {{Tensor::W_E, "W_E", {s.d, s.vocabulary()}},
            {Tensor::W_pos, "W_pos", {s.context, s.d}}};
}

std::vector<KindSpec> of_block(const ModelShape& s) {
    const std::vector<int> attention = {s.heads, s.d_head(), s.d};
    return {
        {Tensor::W_K, "W_K", attention},          {Tensor::W_Q, "W_Q", attention},
        {Tensor::W_V, "W_V", attention},          {Tensor::W_O, "W_O", {s.d, s.heads * s.d_head()}},
        {Tensor::W_in, "W_in", {s.d_mlp, s.d}},   {Tensor::b_in, "b_in", {s.d_mlp}},
        {Tensor::W_out, "W_out", {s.d, s.d_mlp}}, {Tensor::b_out, "b_out", {s.d}}};
}

std::vector<KindSpec> norms_of_block(const ModelShape& s) {
    return {{Tensor::ln1_gain, "ln1.gain", {s.d}},
            {Tensor::ln1_bias, "ln1.bias", {s.d}},
            {Tensor::ln2_gain, "ln2.gain", {s.d}},
            {Tensor::ln2_bias, "ln2.bias", {s.d}}};
}

std::vector<KindSpec> last_norm(const ModelShape& s) {
    return {{Tensor::ln_final_gain, "ln_final.gain", {s.d}},
            {Tensor::ln_final_bias, "ln_final.bias", {s.d}}};
}

} // namespace

ParameterLayout::Table ParameterLayout::table_of(const ModelShape& shape) {
    Table table;
    table.shape = shape;
    constexpr std::size_t kNone = static_cast<std::size_t>(-1);
    table.first.fill(kNone);
    const auto add = [&](const std::vector<KindSpec>& kinds, int layer, const std::string& block) {
        for (const KindSpec& kind : kinds) {
            constexpr std::size_t kValuesPerLine = 16; // float32 values in 64 bytes
            TensorSpec spec{.name = block + std::string(kind.name),
                            .kind = kind.kind,
                            .layer = layer,
                            .shape = kind.shape,
                            .offset = table.flat_size,
                            .size = 1};
            for (const int extent : kind.shape) {
                spec.size *= static_cast<std::size_t>(extent);
            }
            table.flat_size += (spec.size + kValuesPerLine - 1) / kValuesPerLine * kValuesPerLine;
            std::size_t& first = table.first.at(static_cast<std::size_t>(kind.kind));
            if (first == kNone) {
                first = table.tensors.size();
            }
            table.step.at(static_cast<std::size_t>(kind.kind)) = kinds.size();
            table.tensors.push_back(std::move(spec));
        }
    };
    const auto block = [&](int layer) {
        return shape.layers == 1 ? std::string() : "blocks." + std::to_string(layer) + ".";
    };
    add(before_blocks(shape), 0, "");
    for (int layer = 0; layer < shape.layers; ++layer) {
        add(of_block(shape), layer, block(layer));
    }
    add({{Tensor::W_U, "W_U", {shape.d, shape.p}}}, 0, "");
    if (shape.norm == Norm::kPre) {
        for (int layer = 0; layer < shape.layers; ++layer) {
            add(norms_of_block(shape), layer, block(layer));
        }
        add(last_norm(shape), 0, "");
    }
    return table;
}

ParameterLayout::ParameterLayout(const ModelShape& shape)
    : table_(std::make_shared<const Table>(table_of(shape))) {
}

bool ParameterLayout::has(Tensor tensor) const {
    return table_->first.at(static_cast<std::size_t>(tensor)) < table_->tensors.size();
}

const TensorSpec& ParameterLayout::spec(Tensor tensor, int layer) const {
    const auto kind = static_cast<std::size_t>(tensor);
    const auto block = static_cast<std::size_t>(layer);
    if (has(tensor) && layer >= 0) {
        const std::size_t place = table_->first.at(kind) + block * table_->step.at(kind);
        if (place < table_->tensors.size() && table_->tensors[place].kind == tensor &&
            table_->tensors[place].layer == layer) {
            return table_->tensors[place];
        }
    }
    throw std::out_of_range("this model of " + std::to_string(shape().layers) +
                            " layers has no tensor of kind " + std::to_string(kind) + " in layer " +
                            std::to_string(layer));
}

std::size_t ParameterLayout::parameter_count() const {
    return std::accumulate(
        tensors().begin(), tensors().end(), std::size_t{0},
        [](std::size_t count, const TensorSpec& tensor) { return count + tensor.size; });
}

double sum_squares(std::span<const float> values) {
    double sum = 0;
    for (const float value : values) {
        sum += static_cast<double>(value) * value;
    }
    return sum;
}

} // namespace grokscope
