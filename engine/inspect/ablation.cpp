#include "engine/inspect/ablation.h"

#include "engine/analysis/logit_fourier.h"
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
    for (const int layer : {query.ablation.layer, query.attention_layer}) {
        if (layer < 0 || layer >= shape.layers) {
            return "layers are numbered from 0 to " + std::to_string(shape.layers - 1) + ", got " +
                   std::to_string(layer);
        }
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

AblationPatches without_parts(const Ablation& ablation, const ModelShape& shape,
                              const SiteMean& mean_of) {
    AblationPatches to;
    const bool last = ablation.layer + 1 == shape.layers;
    const Positions positions = last ? Positions::last(shape) : Positions::all(shape);
    const auto replace = [&](Site site, Slice slice, Replacement by) {
        if (by == Replacement::kNone) {
            return;
        }
        const SiteAt at{site, ablation.layer};
        std::span<const float> with; // zeros
        if (by == Replacement::kMean) {
            const std::vector<float> whole = mean_of(at);
            const std::size_t width = width_of(site, shape);
            std::vector<float>& part = to.values.emplace_back();
            for (std::size_t row = 0; row < positions.count(); ++row) {
                const auto begin =
                    whole.begin() + static_cast<std::ptrdiff_t>(row * width + slice.first);
                part.insert(part.end(), begin, begin + static_cast<std::ptrdiff_t>(slice.size));
            }
            with = part;
        }
        to.patches.push_back({at, positions, slice, with});
    };
    const Slice whole{0, static_cast<std::size_t>(shape.d)};
    for (std::size_t head = 0; head < ablation.heads.size(); ++head) {
        replace(Site::kAttnZ, Slice::head(static_cast<int>(head), shape), ablation.heads[head]);
    }
    replace(Site::kAttnSkip, whole,
            ablation.attention_skip ? Replacement::kNone : Replacement::kZero);
    replace(Site::kMlpSkip, whole, ablation.mlp_skip);
    replace(Site::kMlpOut, whole, ablation.mlp);
    return to;
}

bool scales_operand(const Ablation& ablation) {
    return ablation.scales_rows() &&
           (ablation.scaled == ScaledRows::kFirst || ablation.scaled == ScaledRows::kSecond);
}

void scale_operand(const Ablation& ablation, const Parameters& parameters,
                   std::span<const Pair> pairs, AblationPatches& to) {
    const ModelShape& shape = parameters.layout().shape();
    const auto d = static_cast<std::size_t>(shape.d);
    const auto tokens = static_cast<std::size_t>(shape.vocabulary());
    const bool first = ablation.scaled == ScaledRows::kFirst;
    const int position = first ? 0 : shape.context - 2; // where b stands
    const auto W_E = parameters.view(Tensor::W_E);      // [d, tokens]
    const auto W_pos =
        parameters.view(Tensor::W_pos).subspan(static_cast<std::size_t>(position) * d);
    std::vector<float>& values = to.values.emplace_back();
    for (const Pair pair : pairs) {
        const std::size_t number = first ? pair.a : pair.b;
        for (std::size_t row = 0; row < d; ++row) {
            values.push_back(
                static_cast<float>(ablation.row_scale * W_E[row * tokens + number] + W_pos[row]));
        }
    }
    to.patches.push_back({{Site::kResidPre, 0}, {position, position + 1}, {0, d}, values});
}

Parameters with_scaled_rows(const Parameters& parameters, const Ablation& ablation) {
    const ModelShape& shape = parameters.layout().shape();
    const auto tokens = static_cast<std::size_t>(shape.vocabulary());
    const std::size_t numbers =
        ablation.scaled == ScaledRows::kZero ? 1 : static_cast<std::size_t>(shape.p);
    Parameters changed = parameters;
    const auto W_E = changed.view(Tensor::W_E); // [d, tokens]
    for (std::size_t row = 0; row < static_cast<std::size_t>(shape.d); ++row) {
        for (std::size_t number = 0; number < numbers; ++number) {
            float& value = W_E[row * tokens + number];
            value = static_cast<float>(ablation.row_scale * value);
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
