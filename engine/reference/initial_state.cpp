#include "engine/reference/initial_state.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace grokscope {

namespace {

/// Copies a tensor, in row-major order, into a view of the store.
void store(const at::Tensor& tensor, std::span<float> destination) {
    TORCH_CHECK(static_cast<std::size_t>(tensor.numel()) == destination.size(),
                "a drawn tensor has another size than its place in the store");
    at::from_blob(destination.data(), tensor.sizes(), at::kFloat).copy_(tensor);
}

/// Draws standard normals in sequence and scales them, as `torch.randn(...) * scale` does.
class NormalDraws {
public:
    explicit NormalDraws(std::uint64_t seed) : generator_(at::detail::createCPUGenerator(seed)) {}

    [[nodiscard]] at::Tensor draw(at::IntArrayRef shape, double scale) {
        return at::randn(shape, generator_, at::kFloat) * scale;
    }

private:
    at::Generator generator_;
};

void draw_nanda(const RunConfig& config, Parameters& parameters) {
    const ModelShape& shape = parameters.layout().shape();
    const double scale =
        1 / std::sqrt(static_cast<double>(shape.d)) * config.effective_init_scale();
    // GPT-2's rule: what 2 L additions make of the residual stream does not grow with L.
    const double scale_of_additions =
        shape.norm == Norm::kPre ? scale / std::sqrt(2.0 * shape.layers) : scale;
    const double scale_of_W_U =
        1 / std::sqrt(static_cast<double>(shape.vocabulary())) * config.effective_init_scale();
    NormalDraws normals(config.seed);
    // Storage order is the order of the draws. Biases stay zero, a LayerNorm's gain is one.
    for (const TensorSpec& tensor : parameters.layout().tensors()) {
        const std::vector<std::int64_t> extents(tensor.shape.begin(), tensor.shape.end());
        switch (tensor.kind) {
        case Tensor::b_in:
        case Tensor::b_out:
        case Tensor::ln1_bias:
        case Tensor::ln2_bias:
        case Tensor::ln_final_bias:
            break;
        case Tensor::ln1_gain:
        case Tensor::ln2_gain:
        case Tensor::ln_final_gain:
            std::ranges::fill(parameters.view(tensor), 1.0F);
            break;
        case Tensor::W_O:
        case Tensor::W_out:
            store(normals.draw(extents, scale_of_additions), parameters.view(tensor));
            break;
        case Tensor::W_U:
            store(normals.draw(extents, scale_of_W_U), parameters.view(tensor));
            break;
        default:
            store(normals.draw(extents, scale), parameters.view(tensor));
        }
    }
}

void draw_transformer_lens(const RunConfig& config, Parameters& parameters) {
    const std::int64_t p = config.p;
    const std::int64_t d = config.d_model;
    const std::int64_t m = config.d_mlp;
    const std::int64_t heads = config.heads;
    const std::int64_t d_head = d / heads;
    const double scale = 0.8 / std::sqrt(static_cast<double>(d)) * config.effective_init_scale();
    NormalDraws normals(config.seed);
    // Every matrix is drawn in TransformerLens's shape, input first, and stored transposed.
    const at::Tensor W_E = normals.draw({p + 1, d}, scale);
    const at::Tensor W_pos = normals.draw({3, d}, scale);
    const at::Tensor W_Q = normals.draw({heads, d, d_head}, scale);
    const at::Tensor W_K = normals.draw({heads, d, d_head}, scale);
    const at::Tensor W_V = normals.draw({heads, d, d_head}, scale);
    const at::Tensor W_O = normals.draw({heads, d_head, d}, scale);
    const at::Tensor W_in = normals.draw({d, m}, scale);
    const at::Tensor W_out = normals.draw({m, d}, scale);
    const at::Tensor W_U = normals.draw({d, p}, scale);
    store(W_E.t(), parameters.view(Tensor::W_E));
    store(W_pos, parameters.view(Tensor::W_pos));
    store(W_K.transpose(1, 2), parameters.view(Tensor::W_K));
    store(W_Q.transpose(1, 2), parameters.view(Tensor::W_Q));
    store(W_V.transpose(1, 2), parameters.view(Tensor::W_V));
    store(W_O.reshape({d, d}).t(), parameters.view(Tensor::W_O));
    store(W_in.t(), parameters.view(Tensor::W_in));
    store(W_out.t(), parameters.view(Tensor::W_out));
    store(W_U, parameters.view(Tensor::W_U));
}

/// PyTorch's default Linear: weight and bias uniform in +-1/sqrt(inputs), weight first. The bound
/// of the weight is computed the long way that PyTorch takes, Kaiming's with a = sqrt(5), so that
/// it rounds alike.
void draw_linear(at::Generator& generator, std::span<float> weight, std::span<float> bias) {
    const auto inputs = static_cast<double>(weight.size() / bias.size());
    const double a = std::sqrt(5.0);
    const double gain = std::sqrt(2.0 / (1 + a * a));
    const double weight_bound = std::sqrt(3.0) * (gain / std::sqrt(inputs));
    const double bias_bound = 1 / std::sqrt(inputs);
    const auto view = [](std::span<float> values) {
        return at::from_blob(values.data(), {static_cast<std::int64_t>(values.size())}, at::kFloat);
    };
    view(weight).uniform_(-weight_bound, weight_bound, generator);
    view(bias).uniform_(-bias_bound, bias_bound, generator);
}

ProbeState draw_probe(const RunConfig& config, int offset) {
    const ProbeLayout layout{config.d_model, config.probe_width, config.d_mlp};
    ProbeState probe(offset, layout);
    // Wraps mod 2^64 below seed 7, as torch.manual_seed does with a negative number.
    const std::uint64_t seed =
        std::uint64_t{config.seed} + 1U + static_cast<std::uint64_t>(std::int64_t{offset});
    at::Generator generator = at::detail::createCPUGenerator(seed);
    const std::span<float> weights = probe.weights;
    draw_linear(generator, weights.subspan(layout.W1(), layout.W1_size()),
                weights.subspan(layout.b1(), layout.b1_size()));
    draw_linear(generator, weights.subspan(layout.W2(), layout.W2_size()),
                weights.subspan(layout.b2(), layout.b2_size()));
    return probe;
}

} // namespace

TrainingState initial_state(const RunConfig& config) {
    config.require_valid();
    const at::NoGradGuard no_grad;
    TrainingState state(ModelShape::of(config));
    if (config.preset == Preset::kTransformerLens) {
        draw_transformer_lens(config, state.parameters);
    } else {
        draw_nanda(config, state.parameters);
    }
    for (const int offset : config.stencil.offsets()) {
        state.probes.push_back(draw_probe(config, offset));
    }
    return state;
}

} // namespace grokscope
