#include "engine/inspect/ablation.h"

#include "engine/analysis/logit_fourier.h"
#include "engine/inspect/attention_pattern.h"
#include "engine/protocol/frequencies.h"

#include <algorithm>
#include <span>
#include <stdexcept>

namespace grokscope {

namespace {

std::string refuse_frequencies(const std::vector<int>& frequencies, int order) {
    try {
        require_frequencies(frequencies, order);
    } catch (const std::invalid_argument& mistake) {
        return mistake.what();
    }
    return {};
}

/// vector += matrix [rows, columns] times `by`, rounded once.
void add_product(std::span<float> vector, std::span<const float> matrix,
                 std::span<const double> by) {
    for (std::size_t row = 0; row < vector.size(); ++row) {
        double sum = vector[row];
        for (std::size_t i = 0; i < by.size(); ++i) {
            sum += static_cast<double>(matrix[row * by.size() + i]) * by[i];
        }
        vector[row] = static_cast<float>(sum);
    }
}

void add(std::vector<double>& vector, std::span<const double> other, double scale = 1) {
    for (std::size_t i = 0; i < vector.size(); ++i) {
        vector[i] += scale * other[i];
    }
}

void assign(std::span<float> to, std::span<const double> from) {
    std::ranges::transform(from, to.begin(),
                           [](double value) { return static_cast<float>(value); });
}

} // namespace

std::string refuse(const InspectQuery& query, const ModelShape& shape, const GroupIndex& group) {
    if (std::string why = refuse_frequencies(query.ablation.frequencies, group.order());
        !why.empty()) {
        return why;
    }
    if (std::string why = refuse_frequencies(query.clock_frequencies, group.order());
        !why.empty()) {
        return why;
    }
    const std::size_t heads = query.ablation.heads.size();
    if (heads != 0 && heads != static_cast<std::size_t>(shape.heads)) {
        return "this model has " + std::to_string(shape.heads) +
               " heads, but the question says what to do with " + std::to_string(heads);
    }
    if (!(query.ablation.row_scale >= 0 && query.ablation.row_scale <= 1)) {
        return "embeddings are scaled by 0 to 1, got " + std::to_string(query.ablation.row_scale);
    }
    if (query.pair) {
        for (const int number : {query.pair->a, query.pair->b}) {
            if (number < 0 || number >= shape.p) {
                return "the numbers of a pair must lie between 0 and " +
                       std::to_string(shape.p - 1) + ", got " + std::to_string(number);
            }
        }
    }
    return {};
}

AblatedModel without_parts(const Parameters& parameters, const Ablation& ablation,
                           const ActivationMeans& means) {
    const ModelShape& shape = parameters.layout().shape();
    const auto d = static_cast<std::size_t>(shape.d);
    const auto d_head = static_cast<std::size_t>(shape.d_head());
    AblatedModel model{parameters, std::nullopt};
    Parameters& changed = model.parameters;

    // What mlp_in loses or gains for every pair alike.
    std::vector<double> shift(d);
    for (std::size_t head = 0; head < ablation.heads.size(); ++head) {
        if (ablation.heads[head] == Replacement::kNone) {
            continue;
        }
        for (std::size_t row = 0; row < d; ++row) {
            std::ranges::fill(changed.view(Tensor::W_O).subspan(row * d + head * d_head, d_head),
                              0.0F);
        }
        if (ablation.heads[head] == Replacement::kMean) {
            add(shift, std::span(means.head_outputs).subspan(head * d, d));
        }
    }
    if (!ablation.attention_skip) {
        add(shift, token_residual(parameters, shape.p, 2), -1);
    }
    add_product(changed.view(Tensor::b_in), parameters.view(Tensor::W_in), shift);

    // b_out carries the MLP's own bias, or its mean, and what the skip around it loses or gains.
    const auto b_out = parameters.view(Tensor::b_out);
    std::vector<double> bias(b_out.begin(), b_out.end());
    if (ablation.mlp != Replacement::kNone) {
        std::ranges::fill(changed.view(Tensor::W_out), 0.0F);
        bias = ablation.mlp == Replacement::kMean ? means.mlp_output : std::vector<double>(d);
    }
    add(bias, shift);
    if (ablation.mlp_skip != Replacement::kNone) {
        // The skip goes straight on to W_U and cannot be weighed down: it is computed alone.
        model.subtract = changed;
        std::ranges::fill(model.subtract->view(Tensor::W_out), 0.0F);
        assign(model.subtract->view(Tensor::b_out), shift);
        if (ablation.mlp_skip == Replacement::kMean) {
            add(bias, means.mlp_in);
        }
    }
    assign(changed.view(Tensor::b_out), bias);
    return model;
}

Parameters with_scaled_rows(const Parameters& parameters, const Ablation& ablation, int other) {
    const ModelShape& shape = parameters.layout().shape();
    const auto p = static_cast<std::size_t>(shape.p);
    const auto d = static_cast<std::size_t>(shape.d);
    const double factor = ablation.row_scale;
    const bool one_operand =
        ablation.scaled == ScaledRows::kFirst || ablation.scaled == ScaledRows::kSecond;
    const std::size_t numbers = ablation.scaled == ScaledRows::kZero ? 1 : p;
    Parameters changed = parameters;
    const auto tokens = static_cast<std::size_t>(shape.vocabulary());
    const auto second = static_cast<std::size_t>(shape.context - 2); // where b stands
    const auto W_E = changed.view(Tensor::W_E);                      // [d, tokens]
    const auto position = changed.view(Tensor::W_pos)
                              .subspan(ablation.scaled == ScaledRows::kFirst ? second * d : 0, d);
    for (std::size_t row = 0; row < d; ++row) {
        float* const embedding = &W_E[row * tokens];
        if (one_operand) {
            const double lost = (1 - factor) * embedding[other];
            position[row] = static_cast<float>(position[row] + lost);
        }
        for (std::size_t number = 0; number < numbers; ++number) {
            embedding[number] = static_cast<float>(factor * embedding[number]);
        }
    }
    return changed;
}

Parameters without_frequencies(const Parameters& parameters, const Ablation& ablation,
                               const GroupIndex& group, const Waves& waves) {
    const ModelShape& shape = parameters.layout().shape();
    const auto p = static_cast<std::size_t>(shape.p);
    const int order = group.order();
    Parameters changed = parameters;
    const auto tokens = static_cast<std::size_t>(shape.vocabulary());
    const auto W_E = changed.view(Tensor::W_E); // [d, tokens]: a row is one column of E
    std::vector<double> part(static_cast<std::size_t>(order));
    for (std::size_t row = 0; row < static_cast<std::size_t>(shape.d); ++row) {
        const auto numbers = W_E.subspan(row * tokens, p); // other tokens come after its end
        const auto at = [&](int i) -> float& {
            return numbers[static_cast<std::size_t>(group.element(i))];
        };
        std::ranges::fill(part, 0.0);
        for (const int k : ablation.frequencies) {
            double along_cosine = 0;
            double along_sine = 0;
            for (int i = 0; i < order; ++i) {
                along_cosine += waves.cosine(k, i) * at(i);
                along_sine += waves.sine(k, i) * at(i);
            }
            // The product and the direction each carry the root of this.
            const double scale = static_cast<double>(frequency_dimensions(k, order)) / order;
            for (int i = 0; i < order; ++i) {
                part[static_cast<std::size_t>(i)] +=
                    scale * (along_cosine * waves.cosine(k, i) + along_sine * waves.sine(k, i));
            }
        }
        double mean = 0;
        for (int i = 0; i < order; ++i) {
            mean += at(i) / static_cast<double>(order);
        }
        for (int i = 0; i < order; ++i) {
            const double of_them = part[static_cast<std::size_t>(i)];
            at(i) = static_cast<float>(ablation.keep_only ? mean + of_them : at(i) - of_them);
        }
    }
    return changed;
}

} // namespace grokscope
