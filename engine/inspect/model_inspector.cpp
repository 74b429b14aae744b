#include "engine/inspect/model_inspector.h"

#include "engine/analysis/key_frequencies.h"
#include "engine/analysis/logit_fourier.h"
#include "engine/analysis/snapshot.h"
#include "engine/compute/worker_pool.h"
#include "engine/inspect/attention_grid.h"
#include "engine/inspect/clock_reading.h"
#include "engine/inspect/grid_reading.h"
#include "engine/model/cpu_step.h"

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
      sited_(ModelShape::of(config), pool),
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
    reply.layers = config_.layers;
    reply.positions = ModelShape::of(config_).context;
    reply.problem = refuse(query, ModelShape::of(config_), group_);
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
    if (query.attention) {
        reply.attention =
            attention(shown, ablated_ ? ablation_ : Ablation(), query.attention_layer);
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
    means_.clear();
    ablated_.reset();
    elsewhere_.reset();
    ablation_ = {};
    intact_.folded.reset();
    intact_.attention.clear();
    forward({}, *weights, intact_.logits);
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
        // Rows that are scaled wherever they stand are other weights.
        const bool rows = ablation.scales_rows() && !scales_operand(ablation);
        const auto scaled = [&](Parameters weights) {
            return rows ? with_scaled_rows(weights, ablation) : std::move(weights);
        };
        if (ablation.frequencies.empty()) {
            if (rows) {
                subject.embedding = with_scaled_rows(*weights_, ablation);
            }
            forward(ablation, rows ? *subject.embedding : *weights_, subject.logits);
        } else {
            // Both places are computed: their figures are shown side by side.
            std::vector<float> in_logits;
            std::optional<FoldedLogits> parts_folded;
            if (ablation.changes_parts() || ablation.scales_rows()) {
                forward(ablation, rows ? with_scaled_rows(*weights_, ablation) : *weights_,
                        in_logits);
                parts_folded = fold(in_logits);
            } else {
                in_logits = intact_.logits;
            }
            filter(ablation, in_logits, parts_folded ? *parts_folded : folded(intact_));
            subject.embedding = scaled(without_frequencies(*weights_, ablation, group_, waves_));
            forward(ablation, *subject.embedding, subject.logits);
            if (ablation.place == FrequencyPlace::kLogits) {
                std::swap(subject.logits, in_logits);
                subject.embedding.reset();
                if (rows) {
                    subject.embedding = with_scaled_rows(*weights_, ablation);
                }
            }
            elsewhere_ = read_grid(in_logits, grid_, pool_).figures;
        }
        subject.model = read_grid(subject.logits, grid_, pool_);
        ablated_ = std::move(subject);
    }
    ablation_ = ablation;
}

void ModelInspector::forward(const Ablation& ablation, const Parameters& parameters,
                             std::vector<float>& logits) {
    logits.resize(pairs_.size() * static_cast<std::size_t>(config_.p));
    const AblationPatches changed = patches_of(ablation, parameters);
    if (changed.patches.empty()) {
        step_->load(parameters);
        step_->logits(pairs_, logits);
        return;
    }
    sited_.load(parameters);
    sited_.run(pairs_, changed.patches, {}, logits);
}

AblationPatches ModelInspector::patches_of(const Ablation& ablation, const Parameters& parameters) {
    AblationPatches patches =
        without_parts(ablation, ModelShape::of(config_), [&](SiteAt at) { return mean_of(at); });
    if (scales_operand(ablation)) {
        scale_operand(ablation, parameters, pairs_, patches);
    }
    return patches;
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

const std::vector<float>& ModelInspector::attention(Subject& subject, const Ablation& ablation,
                                                    int layer) {
    if (!subject.attention.empty() && subject.attention_layer == layer) {
        return subject.attention;
    }
    const Parameters& parameters = subject.embedding ? *subject.embedding : *weights_;
    const AblationPatches changed = patches_of(ablation, parameters);
    sited_.load(parameters);
    subject.attention =
        attention_grid(sited_, ModelShape::of(config_), pairs_, changed.patches, layer);
    subject.attention_layer = layer;
    return subject.attention;
}

const std::vector<float>& ModelInspector::mean_of(SiteAt at) {
    const auto known = std::ranges::find(means_, at, &std::pair<SiteAt, std::vector<float>>::first);
    if (known != means_.end()) {
        return known->second;
    }
    const ModelShape shape = ModelShape::of(config_);
    const Positions positions =
        at.layer + 1 == shape.layers ? Positions::last(shape) : Positions::all(shape);
    const std::size_t width = positions.count() * width_of(at.site, shape);
    std::vector<double> sums(width);
    sited_.load(*weights_);
    for (std::size_t done = 0; done < defined_.size();) {
        const std::size_t count = std::min(kPairsAtOnce, defined_.size() - done);
        const auto pairs = std::span<const Pair>(defined_).subspan(done, count);
        done += count;
        scratch_.resize(count * width);
        const Tap tap{at, positions, scratch_};
        sited_.run(pairs, {}, {&tap, 1}, {});
        for (std::size_t i = 0; i < scratch_.size(); ++i) {
            sums[i % width] += scratch_[i];
        }
    }
    std::vector<float> mean;
    for (const double sum : sums) {
        mean.push_back(static_cast<float>(sum / static_cast<double>(defined_.size())));
    }
    return means_.emplace_back(at, std::move(mean)).second;
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
