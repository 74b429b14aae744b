#include "engine/inspect/model_inspector.h"

#include "engine/analysis/key_frequencies.h"
#include "engine/analysis/logit_fourier.h"
#include "engine/analysis/snapshot.h"
#include "engine/compute/worker_pool.h"
#include "engine/inspect/attention_pattern.h"
#include "engine/inspect/clock_reading.h"
#include "engine/inspect/grid_reading.h"
#include "engine/model/cpu_step.h"
#include "engine/protocol/model_parts.h"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <stdexcept>
#include <utility>

namespace grokscope {

namespace {

/// Pairs whose activations are held at once: 4 MB of them at the default size.
constexpr std::size_t kPairsAtOnce = 2048;
/// Clocks shown while there is no key frequency.
constexpr std::size_t kClocksBefore = 5;

/// Every pair of numbers, row a*p + b, whether the operation is defined for it or not.
std::vector<Pair> whole_grid(int p) {
    return all_pairs({Operation::kAdd, p}).pairs;
}

} // namespace

ModelInspector::ModelInspector(const RunConfig& config, WorkerPool& pool)
    : config_(config), pool_(pool), grid_(make_task(config)), group_(config.operation, config.p),
      waves_(std::max(group_.order(), 1)), pairs_(whole_grid(config.p)),
      defined_(all_pairs(config.arithmetic()).pairs), step_(make_forward_step(config, pool)),
      of_unembedding_(unembedding_transform(group_, config.d_model)) {
}

InspectReply ModelInspector::answer(const InspectQuery& query,
                                    const std::shared_ptr<const Parameters>& weights) {
    InspectReply reply;
    reply.query = query;
    reply.operation = config_.operation;
    reply.table = config_.table;
    reply.p = config_.p;
    reply.heads = config_.heads;
    const std::string_view no_parts = why_no_parts(config_);
    reply.problem = refuse(query, ModelShape::of(config_), group_);
    if (reply.problem.empty() && query.ablation.changes_parts()) {
        reply.problem = no_parts;
    }
    if (!reply.problem.empty()) {
        return reply;
    }
    if (weights != weights_) {
        take_up(weights);
    }
    if (query.ablation != ablation_) {
        take_apart(query.ablation);
    }
    reply.key_frequencies = key_frequencies();
    reply.trains = grid_.trains;
    reply.intact = intact_.model;
    Subject& shown = ablated_ ? *ablated_ : intact_;
    if (ablated_) {
        reply.ablated = ablated_->model;
        reply.ablated_elsewhere = elsewhere_;
        if (query.ablation.scales_rows()) {
            reply.intact_shares = shares_of(intact_.model, query.ablation);
            reply.ablated_shares = shares_of(ablated_->model, query.ablation);
        }
    }
    const Parameters& embedding = shown.embedding ? *shown.embedding : *weights_;
    if (query.attention && no_parts.empty()) {
        reply.attention = attention(shown.embedding || shown.operand ? shown : intact_);
    }
    if (query.pair) {
        read(*query.pair, shown, embedding, reply);
    }
    return reply;
}

void ModelInspector::read(NumberPair pair, Subject& shown, const Parameters& embedding,
                          InspectReply& reply) {
    const auto p = static_cast<std::size_t>(config_.p);
    const std::size_t row = static_cast<std::size_t>(pair.a) * p + static_cast<std::size_t>(pair.b);
    const auto logits_of = [&](const Subject& subject) {
        return std::span(subject.logits).subspan(row * p, p);
    };
    reply.intact.pair = read_pair(logits_of(intact_));
    if (ablated_) {
        reply.ablated->pair = read_pair(logits_of(*ablated_));
    }
    if (group_.empty()) {
        return;
    }
    reply.clock = read_clock(pair, clock_frequencies(reply.query), folded(shown), logits_of(shown),
                             embedding, group_, waves_);
    if (!reply.clock.empty()) {
        const std::vector<double> means = folded(shown).class_means();
        for (int c = 0; c < config_.p; ++c) {
            reply.class_means.push_back(static_cast<float>(means[column_of(c, group_)]));
        }
    }
}

void ModelInspector::take_up(const std::shared_ptr<const Parameters>& weights) {
    weights_ = nullptr; // until all of it is of the new ones
    means_.reset();
    ablated_.reset();
    elsewhere_.reset();
    ablation_ = {};
    intact_.folded.reset();
    intact_.attention.clear();
    forward(*weights, intact_.logits);
    intact_.model = read_grid(intact_.logits, grid_, pool_);
    amplitudes_ = logit_amplitudes(*weights, of_unembedding_);
    weights_ = weights;
}

void ModelInspector::take_apart(const Ablation& ablation) {
    ablated_.reset();
    elsewhere_.reset();
    ablation_ = {}; // until all of it is of the new one
    if (!ablation.empty()) {
        Subject subject;
        if (ablation.frequencies.empty()) {
            forward(ablation, nullptr, subject.logits);
        } else {
            // Both places are computed: their figures are shown side by side.
            std::vector<float> in_logits;
            std::optional<FoldedLogits> parts_folded;
            if (ablation.changes_parts() || ablation.scales_rows()) {
                forward(ablation, nullptr, in_logits);
                parts_folded = fold(in_logits);
            } else {
                in_logits = intact_.logits;
            }
            filter(ablation, in_logits, parts_folded ? *parts_folded : folded(intact_));
            subject.embedding = without_frequencies(*weights_, ablation, group_, waves_);
            forward(ablation, &*subject.embedding, subject.logits);
            if (ablation.place == FrequencyPlace::kLogits) {
                std::swap(subject.logits, in_logits);
                subject.embedding.reset();
            }
            elsewhere_ = read_grid(in_logits, grid_, pool_).figures;
        }
        if (ablation.scales_rows()) {
            const Parameters& source = subject.embedding ? *subject.embedding : *weights_;
            const bool operand =
                ablation.scaled == ScaledRows::kFirst || ablation.scaled == ScaledRows::kSecond;
            Parameters scaled = with_scaled_rows(source, ablation);
            (operand ? subject.operand : subject.embedding) = std::move(scaled);
        }
        subject.model = read_grid(subject.logits, grid_, pool_);
        ablated_ = std::move(subject);
    }
    ablation_ = ablation;
}

void ModelInspector::forward(const Ablation& ablation, const Parameters* embedding,
                             std::vector<float>& logits) {
    const Parameters& source = embedding != nullptr ? *embedding : *weights_;
    if (!ablation.changes_parts()) {
        forward_scaled(source, ablation, logits);
        return;
    }
    const AblatedModel model = without_parts(source, ablation, means(ablation));
    forward_scaled(model.parameters, ablation, logits);
    if (model.subtract) {
        forward_scaled(*model.subtract, ablation, scratch_);
        std::ranges::transform(logits, scratch_, logits.begin(), std::minus<>());
    }
}

void ModelInspector::forward(const Parameters& parameters, std::vector<float>& logits) {
    logits.resize(pairs_.size() * static_cast<std::size_t>(config_.p));
    step_->load(parameters);
    step_->logits(pairs_, logits);
}

void ModelInspector::forward_scaled(const Parameters& parameters, const Ablation& ablation,
                                    std::vector<float>& logits) {
    const bool first = ablation.scaled == ScaledRows::kFirst;
    if (!ablation.scales_rows() || (!first && ablation.scaled != ScaledRows::kSecond)) {
        forward(ablation.scales_rows() ? with_scaled_rows(parameters, ablation) : parameters,
                logits);
        return;
    }
    // One operand: by the other, which keeps its embedding.
    const auto p = static_cast<std::size_t>(config_.p);
    logits.resize(pairs_.size() * p);
    std::vector<Pair> pairs(p);
    std::vector<float> rows(p * p);
    for (std::size_t other = 0; other < p; ++other) {
        for (std::size_t number = 0; number < p; ++number) {
            pairs[number] = pairs_[first ? number * p + other : other * p + number];
        }
        step_->load(with_scaled_rows(parameters, ablation, static_cast<int>(other)));
        step_->logits(pairs, rows);
        for (std::size_t number = 0; number < p; ++number) {
            const std::size_t pair = first ? number * p + other : other * p + number;
            std::copy_n(&rows[number * p], p, &logits[pair * p]);
        }
    }
}

std::optional<AnswerShares> ModelInspector::shares_of(const InspectedModel& model,
                                                      const Ablation& ablation) const {
    const Arithmetic arithmetic = config_.arithmetic();
    const auto p = static_cast<std::size_t>(config_.p);
    AnswerShares shares;
    int zero = 0;
    int right = 0;
    std::vector<int> counts(p);
    for (const Pair& pair : defined_) {
        const bool has_zero = pair.a == 0 || pair.b == 0;
        if (has_zero != (ablation.scaled == ScaledRows::kZero)) {
            continue;
        }
        const int answer = model.answers[pair.a * p + pair.b];
        ++shares.pairs;
        zero += answer == 0 ? 1 : 0;
        right += answer == arithmetic.answer(pair.a, pair.b) ? 1 : 0;
        ++counts[static_cast<std::size_t>(answer)];
    }
    if (shares.pairs == 0) {
        return std::nullopt;
    }
    const auto share = [&](int count) { return static_cast<double>(count) / shares.pairs; };
    const auto most = std::ranges::max_element(counts);
    shares.zero = share(zero);
    shares.right = share(right);
    shares.commonest = static_cast<int>(most - counts.begin());
    shares.same = share(*most);
    return shares;
}

void ModelInspector::filter(const Ablation& ablation, std::vector<float>& logits,
                            const FoldedLogits& folded) {
    const std::vector<double> table = ablation.keep_only
                                          ? restrict_logits(folded, waves_, ablation.frequencies)
                                          : project_logits(folded, waves_, ablation.frequencies);
    const auto p = static_cast<std::size_t>(config_.p);
    std::vector<std::size_t> columns(p);
    for (std::size_t c = 0; c < p; ++c) {
        columns[c] = column_of(static_cast<int>(c), group_);
    }
    // A pair with a number outside the group has no part in any frequency.
    pool_.run(group_.order(), [&](int u, int) {
        const auto a = static_cast<std::size_t>(group_.element(u));
        for (int v = 0; v < group_.order(); ++v) {
            const auto b = static_cast<std::size_t>(group_.second(v));
            const double* const part =
                &table[static_cast<std::size_t>((u + v) % group_.order()) * p];
            float* const row = &logits[(a * p + b) * p];
            for (std::size_t c = 0; c < p; ++c) {
                const double kept = part[columns[c]];
                row[c] = static_cast<float>(ablation.keep_only ? kept : row[c] - kept);
            }
        }
    });
}

FoldedLogits ModelInspector::fold(const std::vector<float>& logits) {
    if (group_.is_plain()) {
        return fold_logits(logits, group_, pool_);
    }
    const auto n = static_cast<std::size_t>(group_.order());
    const auto p = static_cast<std::size_t>(config_.p);
    scratch_.resize(n * n * p);
    pool_.run(group_.order(), [&](int u, int) {
        const auto a = static_cast<std::size_t>(group_.element(u));
        for (int v = 0; v < group_.order(); ++v) {
            const auto b = static_cast<std::size_t>(group_.second(v));
            const std::size_t to = static_cast<std::size_t>(u) * n + static_cast<std::size_t>(v);
            std::copy_n(&logits[(a * p + b) * p], p, &scratch_[to * p]);
        }
    });
    return fold_logits(scratch_, group_, pool_);
}

const FoldedLogits& ModelInspector::folded(Subject& subject) {
    if (!subject.folded) {
        subject.folded = fold(subject.logits);
    }
    return *subject.folded;
}

const std::vector<float>& ModelInspector::attention(Subject& subject) {
    if (subject.attention.empty()) {
        const Parameters& parameters = subject.embedding ? *subject.embedding : *weights_;
        const bool first = ablation_.scaled == ScaledRows::kFirst;
        subject.attention = subject.operand
                                ? AttentionPattern(first ? *subject.operand : parameters,
                                                   first ? parameters : *subject.operand)
                                      .over_grid()
                                : AttentionPattern(parameters).over_grid();
    }
    return subject.attention;
}

const ActivationMeans& ModelInspector::means(const Ablation& ablation) {
    const ModelShape& shape = weights_->layout().shape();
    const auto d = static_cast<std::size_t>(shape.d);
    const auto d_mlp = static_cast<std::size_t>(shape.d_mlp);
    if (!means_) {
        means_.emplace();
        means_->head_outputs = AttentionPattern(*weights_).mean_head_outputs(*weights_, defined_);
        means_->mlp_in = token_residual(*weights_, shape.p, 2);
        for (std::size_t i = 0; i < means_->head_outputs.size(); ++i) {
            means_->mlp_in[i % d] += means_->head_outputs[i];
        }
    }
    if (ablation.mlp == Replacement::kMean && means_->mlp_output.empty()) {
        step_->load(*weights_);
        std::vector<double> sums(d_mlp);
        for (std::size_t done = 0; done < defined_.size();) {
            const std::size_t count = std::min(kPairsAtOnce, defined_.size() - done);
            const auto pairs = std::span<const Pair>(defined_).subspan(done, count);
            done += count;
            scratch_.resize(pairs.size() * d_mlp);
            step_->mlp_hidden(pairs, scratch_);
            for (std::size_t row = 0; row < pairs.size(); ++row) {
                for (std::size_t j = 0; j < d_mlp; ++j) {
                    sums[j] += scratch_[row * d_mlp + j];
                }
            }
        }
        const auto W_out = weights_->view(Tensor::W_out); // [d, d_mlp]
        const auto b_out = weights_->view(Tensor::b_out);
        for (std::size_t i = 0; i < d; ++i) {
            double output = b_out[i];
            for (std::size_t j = 0; j < d_mlp; ++j) {
                output += W_out[i * d_mlp + j] * sums[j] / static_cast<double>(defined_.size());
            }
            means_->mlp_output.push_back(output);
        }
    }
    return *means_;
}

std::vector<int> ModelInspector::key_frequencies() {
    return final_key_frequencies(amplitudes_);
}

std::vector<int> ModelInspector::clock_frequencies(const InspectQuery& query) {
    if (!query.clock_frequencies.empty()) {
        return query.clock_frequencies;
    }
    std::vector<int> keys = key_frequencies();
    if (keys.empty()) {
        keys.resize(amplitudes_.size());
        std::iota(keys.begin(), keys.end(), 1);
        std::ranges::stable_sort(keys, std::ranges::greater{}, [&](int k) {
            return amplitudes_[static_cast<std::size_t>(k - 1)];
        });
        keys.resize(std::min(keys.size(), kClocksBefore));
        std::ranges::sort(keys);
    }
    return keys;
}

} // namespace grokscope
