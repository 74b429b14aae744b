#include "ui/core/moment.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <optional>
#include <span>

namespace grokscope::ui {

namespace {

/// Up to which share of `pairs` somebody gets right who knows nothing of a pair and gives the
/// commonest answer: three standard deviations up.
double guessing(double chance, int pairs) {
    return chance + 3 * std::sqrt(chance * (1 - chance) / std::max(pairs, 1));
}

bool is_learned(const MetricSample& sample) {
    return sample.train_accuracy >= kLearnedFrom && sample.test_accuracy >= kLearnedFrom;
}

/// `known` ends with the sample of the moment, which is learned.
std::int32_t learned_for(std::span<const MetricSample> known) {
    const std::int32_t now = known.back().epoch;
    std::int32_t since = now;
    for (std::size_t i = known.size(); i-- > 0 && is_learned(known[i]);) {
        since = known[i].epoch;
        if (now - since >= kStableFor) {
            return kStableFor;
        }
    }
    return now - since;
}

/// Whether both were learned at some time after `lost`.
bool learned_after(std::span<const MetricSample> known, std::int32_t lost) {
    return std::any_of(known.rbegin(), known.rend(), [&](const MetricSample& sample) {
        return sample.epoch > lost && is_learned(sample);
    });
}

/// Of `series` at `index`, compared with its largest up to there.
double share_of_largest(const Series& series, std::size_t index) {
    if (index >= series.size()) {
        return 1;
    }
    const Series::Extent extent = series.extent(0, index + 1);
    const double share = extent.any ? series.y()[index] / series.y()[extent.max_index] : 1;
    return std::isfinite(share) ? share : 1;
}

} // namespace

Moment moment_at(const RunRecord* run, std::int32_t epoch) {
    Moment moment;
    if (run == nullptr) {
        return moment;
    }
    const RunConfig& config = run->config;
    moment.exists = true;
    moment.state = run->state;
    moment.baseline = config.is_baseline();
    moment.branch = run->branch.has_value();
    moment.fork = run->branch && run->branch->is_fork();
    moment.retraces = run->retraced.has_value();
    moment.newest = run->last_epoch();
    moment.operation = config.operation;
    const double chance = run->task.guessing.accuracy;
    moment.train_guessing = guessing(chance, config.train_pairs());
    moment.test_guessing = guessing(chance, run->task.pairs - config.train_pairs());
    const MetricSample* sample = run->sample_at(epoch);
    if (sample == nullptr) {
        return moment;
    }
    const std::span known(run->samples.data(), sample + 1);
    moment.epoch = sample->epoch;
    moment.train = sample->train_accuracy;
    moment.test = sample->test_accuracy;
    moment.loss_share = share_of_largest(run->curves.test_loss, known.size() - 1);
    if (is_learned(*sample)) {
        moment.learned_for = learned_for(known);
    }
    moment.order_alone = knows_order_alone(*sample);
    std::optional<std::int32_t> lost;
    const std::optional<std::int32_t> grok = run->mark(MarkKind::kGrokked);
    const std::optional<std::int32_t> order = run->mark(MarkKind::kOrderLearned);
    moment.order_first = grok && order && *order < *grok && *grok <= sample->epoch;
    for (const EpochMark& mark : run->marks) {
        if (mark.epoch > sample->epoch) {
            continue;
        }
        moment.memorised = moment.memorised || mark.kind == MarkKind::kMemorised;
        moment.grokked = moment.grokked || mark.kind == MarkKind::kGrokked;
        if (mark.kind == MarkKind::kLostAgain) {
            lost = std::max(lost.value_or(mark.epoch), mark.epoch);
        }
    }
    // Marks travel beside the figures and may come a moment later.
    moment.memorised = moment.memorised || sample->train_accuracy >= kLearnedFrom;
    moment.grokked = moment.grokked || moment.learned();
    moment.lost = lost.has_value() || (moment.grokked && moment.test < kLostBelow);
    moment.returned =
        lost && (moment.learned() || (moment.test >= kLostBelow && learned_after(known, *lost)));
    return moment;
}

} // namespace grokscope::ui
