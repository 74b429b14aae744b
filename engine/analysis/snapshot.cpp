#include "engine/analysis/snapshot.h"

#include "engine/analysis/spectrum.h"

#include <cblas.h>

#include <complex>
#include <cstddef>
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

    // W_E is [d, p+1]: a row is one column of E over the tokens, '=' after its end.
    const auto W_E = parameters.view(Tensor::W_E);
    snapshot.embedding.resize(p * d);
    for (std::size_t i = 0; i < d; ++i) {
        for (std::size_t x = 0; x < p; ++x) {
            snapshot.embedding[x * d + i] = W_E[i * (p + 1) + x];
        }
    }
    const GroupIndex group(config.operation, shape.p);
    Spectrum embedding = spectrum(embedding_transform(group, shape.d), W_E);
    snapshot.spectrum = std::move(embedding.amplitudes);
    snapshot.spectrum_mean = static_cast<float>(embedding.mean);

    snapshot.logit_spectrum = logit_amplitudes(parameters, unembedding_transform(group, shape.d));

    snapshot.weight_sum_squares = sum_squares(parameters.flat());
    return snapshot;
}

GroupTransform embedding_transform(const GroupIndex& group, int d_model) {
    return {group, d_model, group.numbers() + 1};
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
    const std::vector<std::complex<float>> unembedding =
        of_unembedding.transform(parameters.view(Tensor::W_U));
    if (unembedding.empty()) {
        return {};
    }
    const std::size_t coefficients = unembedding.size() / static_cast<std::size_t>(shape.d);
    const auto columns = static_cast<int>(2 * coefficients);
    std::vector<std::complex<float>> neurons(static_cast<std::size_t>(shape.d_mlp) * coefficients);
    cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, shape.d_mlp, columns, shape.d, 1.0F,
                parameters.view(Tensor::W_out).data(), shape.d_mlp,
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
