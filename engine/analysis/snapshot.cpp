#include "engine/analysis/snapshot.h"

#include "engine/analysis/spectrum.h"

#include <cblas.h>

#include <complex>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

namespace grokscope {

Snapshot make_snapshot(const RunConfig& config, const Parameters& parameters) {
    const ModelShape& shape = parameters.layout().shape();
    const auto p = static_cast<std::size_t>(shape.p);
    const auto d = static_cast<std::size_t>(shape.d);

    Snapshot snapshot;
    snapshot.p = shape.p;
    snapshot.d_model = shape.d;

    // W_E is [d, tokens]: a row is one column of E over the tokens, numbers first.
    const auto tokens = static_cast<std::size_t>(shape.vocabulary());
    const auto W_E = parameters.view(Tensor::W_E);
    snapshot.embedding.resize(p * d);
    for (std::size_t i = 0; i < d; ++i) {
        for (std::size_t x = 0; x < p; ++x) {
            snapshot.embedding[x * d + i] = W_E[i * tokens + x];
        }
    }
    const GroupIndex group(config.operation, shape.p);
    Spectrum embedding = spectrum(embedding_transform(group, shape), W_E);
    snapshot.spectrum = std::move(embedding.amplitudes);
    snapshot.spectrum_mean = static_cast<float>(embedding.mean);

    snapshot.logit_spectrum = logit_amplitudes(parameters, unembedding_transform(group, shape.d));

    snapshot.weight_sum_squares = sum_squares(parameters.flat());
    return snapshot;
}

GroupTransform embedding_transform(const GroupIndex& group, const ModelShape& shape) {
    return {group, shape.d, shape.vocabulary()};
}

GroupTransform unembedding_transform(const GroupIndex& group, int d_model) {
    return {group, d_model, group.numbers()};
}

std::vector<std::complex<float>> output_waves(const Parameters& parameters,
                                              const GroupTransform& of_unembedding) {
    const ModelShape& shape = parameters.layout().shape();
    // A neuron per row of W_L^T = W_out^T W_U [d_mlp, p]. The transform is linear, so it is taken
    // of the d rows of W_U instead of the d_mlp rows of the product: real and imaginary parts are
    // just more columns.
    const auto W_U = parameters.view(Tensor::W_U); // [d, p]
    std::vector<float> scaled;                     // by the last LayerNorm's gain
    if (parameters.layout().has(Tensor::ln_final_gain)) {
        const auto gain = parameters.view(Tensor::ln_final_gain);
        scaled.assign(W_U.begin(), W_U.end());
        for (std::size_t i = 0; i < scaled.size(); ++i) {
            scaled[i] *= gain[i / static_cast<std::size_t>(shape.p)];
        }
    }
    const std::vector<std::complex<float>> unembedding =
        of_unembedding.transform(scaled.empty() ? W_U : std::span<const float>(scaled));
    if (unembedding.empty()) {
        return {};
    }
    const std::size_t coefficients = unembedding.size() / static_cast<std::size_t>(shape.d);
    const auto columns = static_cast<int>(2 * coefficients);
    std::vector<std::complex<float>> neurons(static_cast<std::size_t>(shape.d_mlp) * coefficients);
    cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, shape.d_mlp, columns, shape.d, 1.0F,
                parameters.view(Tensor::W_out, shape.layers - 1).data(), shape.d_mlp,
                reinterpret_cast<const float*>(unembedding.data()), columns, 0.0F,
                reinterpret_cast<float*>(neurons.data()), columns);
    return neurons;
}

std::vector<float> logit_amplitudes(const Parameters& parameters,
                                    const GroupTransform& of_unembedding) {
    const std::vector<std::complex<float>> neurons = output_waves(parameters, of_unembedding);
    return neurons.empty() ? std::vector<float>()
                           : spectrum(neurons, of_unembedding.order()).amplitudes;
}

} // namespace grokscope
