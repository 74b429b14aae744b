// The model without some of its parts, as plainly as the definition reads: pair by pair, in double,
// every activation formed and then replaced. Shares nothing with engine/inspect.
#pragma once

#include "engine/model/parameters.h"
#include "engine/protocol/inspect.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

namespace grokscope::test {

/// Reproducible weights with the spread of a trained model's.
inline Parameters random_parameters(const ModelShape& shape, unsigned seed = 3,
                                    float spread = 0.3F) {
    Parameters parameters(shape);
    std::mt19937 generator(seed);
    std::normal_distribution<float> normal(0, spread);
    for (const TensorSpec& tensor : parameters.layout().tensors()) {
        for (float& value : parameters.view(tensor)) {
            value = normal(generator);
        }
    }
    return parameters;
}

/// Activations of the last position for one pair.
struct NaiveActivations {
    std::vector<std::vector<double>> attention; ///< [heads][3]
    std::vector<std::vector<double>> head;      ///< W_O z of each head, [heads][d]
    std::vector<double> mlp_in, mlp_output, logits;
};

class NaiveModel {
public:
    explicit NaiveModel(const Parameters& parameters)
        : w_(parameters), shape_(parameters.layout().shape()) {}

    /// Means over all pairs of the model as it is.
    struct Means {
        std::vector<std::vector<double>> head;
        std::vector<double> mlp_in, mlp_output;
    };
    [[nodiscard]] Means means() const {
        Means sums{std::vector(count(shape_.heads), zeros()), zeros(), zeros()};
        const double pairs = static_cast<double>(shape_.p) * shape_.p;
        for (int a = 0; a < shape_.p; ++a) {
            for (int b = 0; b < shape_.p; ++b) {
                const NaiveActivations one = forward(a, b, {}, {});
                for (std::size_t i = 0; i < count(shape_.d); ++i) {
                    for (std::size_t h = 0; h < sums.head.size(); ++h) {
                        sums.head[h][i] += one.head[h][i] / pairs;
                    }
                    sums.mlp_in[i] += one.mlp_in[i] / pairs;
                    sums.mlp_output[i] += one.mlp_output[i] / pairs;
                }
            }
        }
        return sums;
    }

    /// Heads, MLP and skips of `ablation` replaced; its frequencies are ignored.
    [[nodiscard]] NaiveActivations forward(int a, int b, const Ablation& ablation,
                                           const Means& means) const {
        const std::size_t d = count(shape_.d);
        const std::size_t heads = count(shape_.heads);
        const std::size_t d_head = count(shape_.d_head());
        const std::vector<std::vector<double>> x = {residual(a, 0), residual(b, 1),
                                                    residual(shape_.p, 2)};
        NaiveActivations result;
        for (std::size_t h = 0; h < heads; ++h) {
            std::vector<double> scores;
            std::vector<std::vector<double>> values;
            for (const std::vector<double>& position : x) {
                double score = 0;
                std::vector<double> value;
                for (std::size_t i = 0; i < d_head; ++i) {
                    const std::size_t row = h * d_head + i;
                    score +=
                        row_times(Tensor::W_Q, row, x[2]) * row_times(Tensor::W_K, row, position);
                    value.push_back(row_times(Tensor::W_V, row, position));
                }
                scores.push_back(score / std::sqrt(static_cast<double>(d_head)));
                values.push_back(value);
            }
            double total = 0;
            for (double& score : scores) {
                score = std::exp(score);
                total += score;
            }
            std::vector<double> weights;
            std::vector<double> z(d_head);
            for (std::size_t j = 0; j < 3; ++j) {
                weights.push_back(scores[j] / total);
                for (std::size_t i = 0; i < d_head; ++i) {
                    z[i] += weights[j] * values[j][i];
                }
            }
            std::vector<double> output = zeros();
            for (std::size_t row = 0; row < d; ++row) {
                for (std::size_t i = 0; i < d_head; ++i) {
                    output[row] += at(Tensor::W_O, row * d + h * d_head + i) * z[i];
                }
            }
            const Replacement by = ablation.heads.empty() ? Replacement::kNone : ablation.heads[h];
            result.attention.push_back(weights);
            result.head.push_back(by == Replacement::kNone   ? output
                                  : by == Replacement::kZero ? zeros()
                                                             : means.head[h]);
        }
        result.mlp_in = ablation.attention_skip ? x[2] : zeros();
        for (std::size_t i = 0; i < d; ++i) {
            for (const std::vector<double>& head : result.head) {
                result.mlp_in[i] += head[i];
            }
        }
        std::vector<double> hidden;
        for (std::size_t j = 0; j < count(shape_.d_mlp); ++j) {
            hidden.push_back(
                std::max(0.0, at(Tensor::b_in, j) + row_times(Tensor::W_in, j, result.mlp_in)));
        }
        for (std::size_t i = 0; i < d; ++i) {
            result.mlp_output.push_back(at(Tensor::b_out, i) + row_times(Tensor::W_out, i, hidden));
        }
        if (ablation.mlp != Replacement::kNone) {
            result.mlp_output = ablation.mlp == Replacement::kZero ? zeros() : means.mlp_output;
        }
        const std::vector<double> skip = ablation.mlp_skip == Replacement::kNone   ? result.mlp_in
                                         : ablation.mlp_skip == Replacement::kZero ? zeros()
                                                                                   : means.mlp_in;
        for (std::size_t c = 0; c < count(shape_.p); ++c) {
            double logit = 0;
            for (std::size_t i = 0; i < d; ++i) {
                logit +=
                    at(Tensor::W_U, i * count(shape_.p) + c) * (skip[i] + result.mlp_output[i]);
            }
            result.logits.push_back(logit);
        }
        return result;
    }

    /// Logits of all pairs, [p*p][p].
    [[nodiscard]] std::vector<std::vector<double>> logits(const Ablation& ablation,
                                                          const Means& means) const {
        std::vector<std::vector<double>> all;
        for (int a = 0; a < shape_.p; ++a) {
            for (int b = 0; b < shape_.p; ++b) {
                all.push_back(forward(a, b, ablation, means).logits);
            }
        }
        return all;
    }

private:
    static std::size_t count(int value) { return static_cast<std::size_t>(value); }
    [[nodiscard]] std::vector<double> zeros() const { return std::vector<double>(count(shape_.d)); }
    [[nodiscard]] double at(Tensor tensor, std::size_t i) const { return w_.view(tensor)[i]; }
    [[nodiscard]] double row_times(Tensor matrix, std::size_t row,
                                   const std::vector<double>& vector) const {
        double sum = 0;
        for (std::size_t i = 0; i < vector.size(); ++i) {
            sum += at(matrix, row * vector.size() + i) * vector[i];
        }
        return sum;
    }
    [[nodiscard]] std::vector<double> residual(int token, int position) const {
        std::vector<double> x;
        for (std::size_t i = 0; i < count(shape_.d); ++i) {
            x.push_back(at(Tensor::W_E, i * count(shape_.p + 1) + count(token)) +
                        at(Tensor::W_pos, count(position * shape_.d) + i));
        }
        return x;
    }

    const Parameters& w_;
    ModelShape shape_;
};

} // namespace grokscope::test
