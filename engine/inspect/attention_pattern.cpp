#include "engine/inspect/attention_pattern.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace grokscope {

namespace {

constexpr double kLargestExponent = 700;

/// matrix [rows, columns] times vector, in double.
std::vector<double> times(std::span<const float> matrix, std::span<const double> vector) {
    std::vector<double> result(matrix.size() / vector.size());
    for (std::size_t row = 0; row < result.size(); ++row) {
        for (std::size_t i = 0; i < vector.size(); ++i) {
            result[row] += static_cast<double>(matrix[row * vector.size() + i]) * vector[i];
        }
    }
    return result;
}

/// The matrix transposed times vector.
std::vector<double> transposed_times(std::span<const float> matrix,
                                     std::span<const double> vector) {
    const std::size_t columns = matrix.size() / vector.size();
    std::vector<double> result(columns);
    for (std::size_t row = 0; row < vector.size(); ++row) {
        for (std::size_t i = 0; i < columns; ++i) {
            result[i] += static_cast<double>(matrix[row * columns + i]) * vector[row];
        }
    }
    return result;
}

double dot(std::span<const double> one, std::span<const double> other) {
    return std::inner_product(one.begin(), one.end(), other.begin(), 0.0);
}

/// The part of a tensor [heads, ...] that belongs to one head.
std::span<const float> of_head(std::span<const float> tensor, int head, int heads) {
    const std::size_t size = tensor.size() / static_cast<std::size_t>(heads);
    return tensor.subspan(static_cast<std::size_t>(head) * size, size);
}

} // namespace

std::vector<double> token_residual(const Parameters& parameters, int token, int position) {
    const ModelShape& shape = parameters.layout().shape();
    const auto d = static_cast<std::size_t>(shape.d);
    const auto W_E = parameters.view(Tensor::W_E); // [d, p + 1]
    const auto W_pos = parameters.view(Tensor::W_pos);
    std::vector<double> residual(d);
    for (std::size_t i = 0; i < d; ++i) {
        const std::size_t at =
            i * (static_cast<std::size_t>(shape.p) + 1) + static_cast<std::size_t>(token);
        residual[i] = static_cast<double>(W_E[at]) +
                      static_cast<double>(W_pos[static_cast<std::size_t>(position) * d + i]);
    }
    return residual;
}

AttentionPattern::AttentionPattern(const Parameters& parameters, const Parameters& second)
    : p_(parameters.layout().shape().p), heads_(parameters.layout().shape().heads),
      on_a_(static_cast<std::size_t>(heads_ * p_)), on_b_(on_a_.size()) {
    const ModelShape& shape = parameters.layout().shape();
    const std::vector<double> equals = token_residual(parameters, p_, 2);
    std::vector<std::vector<double>> directions; // u_h: the score of x is x.u_h
    for (int head = 0; head < heads_; ++head) {
        const std::vector<double> query =
            times(of_head(parameters.view(Tensor::W_Q), head, heads_), equals);
        std::vector<double>& u = directions.emplace_back(
            transposed_times(of_head(parameters.view(Tensor::W_K), head, heads_), query));
        for (double& value : u) {
            value /= std::sqrt(static_cast<double>(shape.d_head()));
        }
    }
    const auto exponential = [&](std::span<const double> x, int head) {
        const std::vector<double>& u = directions[static_cast<std::size_t>(head)];
        return std::exp(
            std::clamp(dot(x, u) - dot(equals, u), -kLargestExponent, kLargestExponent));
    };
    for (int token = 0; token < p_; ++token) {
        const std::vector<double> x0 = token_residual(parameters, token, 0);
        const std::vector<double> x1 = token_residual(second, token, 1);
        for (int head = 0; head < heads_; ++head) {
            on_a_[index(head, token)] = exponential(x0, head);
            on_b_[index(head, token)] = exponential(x1, head);
        }
    }
}

std::vector<float> AttentionPattern::over_grid() const {
    std::vector<float> grid;
    grid.reserve(on_a_.size() * static_cast<std::size_t>(p_) * 3);
    for (int head = 0; head < heads_; ++head) {
        for (int a = 0; a < p_; ++a) {
            for (int b = 0; b < p_; ++b) {
                for (const double weight : weights(head, a, b)) {
                    grid.push_back(static_cast<float>(weight));
                }
            }
        }
    }
    return grid;
}

std::vector<double> AttentionPattern::mean_head_outputs(const Parameters& parameters,
                                                        std::span<const Pair> pairs) const {
    const auto p = static_cast<std::size_t>(p_);
    const auto d = static_cast<std::size_t>(parameters.layout().shape().d);
    const auto d_head = static_cast<std::size_t>(parameters.layout().shape().d_head());
    const auto W_O = parameters.view(Tensor::W_O); // [d, heads * d_head]
    std::vector<double> outputs;
    for (int head = 0; head < heads_; ++head) {
        // The value is linear in the residual stream, so the weights may be averaged first.
        std::vector<double> on_a(p);
        std::vector<double> on_b(p);
        double on_equals = 0;
        for (const Pair pair : pairs) {
            const auto [first, second, third] = weights(head, pair.a, pair.b);
            on_a[pair.a] += first;
            on_b[pair.b] += second;
            on_equals += third;
        }
        std::vector<double> attended(d);
        const auto add = [&](double weight, const std::vector<double>& residual) {
            for (std::size_t i = 0; i < d; ++i) {
                attended[i] += weight / static_cast<double>(pairs.size()) * residual[i];
            }
        };
        for (int token = 0; token < p_; ++token) {
            add(on_a[static_cast<std::size_t>(token)], token_residual(parameters, token, 0));
            add(on_b[static_cast<std::size_t>(token)], token_residual(parameters, token, 1));
        }
        add(on_equals, token_residual(parameters, p_, 2));
        const std::vector<double> z =
            times(of_head(parameters.view(Tensor::W_V), head, heads_), attended);
        for (std::size_t i = 0; i < d; ++i) {
            const std::size_t first =
                (i * static_cast<std::size_t>(heads_) + static_cast<std::size_t>(head)) * d_head;
            double sum = 0;
            for (std::size_t j = 0; j < d_head; ++j) {
                sum += static_cast<double>(W_O[first + j]) * z[j];
            }
            outputs.push_back(sum);
        }
    }
    return outputs;
}

} // namespace grokscope
