#include "ui/views/lottery/lottery.h"

#include "engine/protocol/transient_frequencies.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace grokscope::ui {

namespace {

/// Largest share of each frequency over all readings.
std::vector<double> largest_shares(const std::vector<std::vector<double>>& readings) {
    std::vector<double> largest(readings.empty() ? 0 : readings.front().size());
    for (const std::vector<double>& shares : readings) {
        for (std::size_t i = 0; i < shares.size(); ++i) {
            largest[i] = std::isfinite(shares[i]) ? std::max(largest[i], shares[i]) : largest[i];
        }
    }
    return largest;
}

} // namespace

std::optional<std::size_t> Lottery::at(std::int32_t epoch) const {
    const auto after = std::ranges::upper_bound(epochs, epoch);
    if (after == epochs.begin()) {
        return std::nullopt;
    }
    return static_cast<std::size_t>(after - epochs.begin()) - 1;
}

std::optional<std::size_t> Lottery::place_of(int frequency) const {
    const auto found = std::ranges::lower_bound(named, frequency);
    if (found == named.end() || *found != frequency) {
        return std::nullopt;
    }
    return static_cast<std::size_t>(found - named.begin());
}

std::vector<int> winners_of(std::span<const double> shares) {
    double all = 0;
    for (const double share : shares) {
        if (!std::isfinite(share)) {
            return {};
        }
        all += share;
    }
    if (!(all > 0)) {
        return {};
    }
    std::vector<int> order(shares.size());
    std::iota(order.begin(), order.end(), 1);
    std::ranges::stable_sort(order, std::ranges::greater{},
                             [&](int k) { return shares[static_cast<std::size_t>(k - 1)]; });
    double held = 0;
    for (std::size_t i = 0; i < order.size() / 2; ++i) {
        held += shares[static_cast<std::size_t>(order[i] - 1)];
        if (held >= kWinnersHold * all) {
            order.resize(i + 1);
            return order;
        }
    }
    return {};
}

std::vector<KeySpan> key_spans(std::span<const ProgressRow> rows) {
    if (rows.empty()) {
        return {};
    }
    std::vector<KeySpan> spans;
    for (const int k : rows.back().key_frequencies) {
        spans.push_back({k, {}, false});
    }
    for (const TransientFrequency& lost : transient_frequencies(rows)) {
        spans.push_back({lost.frequency, {}, true});
    }
    for (KeySpan& span : spans) {
        bool goes_on = false;
        for (const ProgressRow& row : rows) {
            const bool key =
                std::ranges::find(row.key_frequencies, span.frequency) != row.key_frequencies.end();
            if (key && goes_on) {
                span.stretches.back().second = row.epoch;
            } else if (key) {
                span.stretches.emplace_back(row.epoch, row.epoch);
            }
            goes_on = key;
        }
    }
    std::ranges::stable_sort(spans, {}, &KeySpan::first);
    return spans;
}

Lottery lottery_of(const RunRecord& run) {
    Lottery lottery;
    lottery.keys = key_spans(run.progress);
    const auto found = run.readings.find("features");
    if (found != run.readings.end()) {
        for (const Reading& reading : found->second.rows) {
            const auto own =
                std::ranges::find(reading.figures, "frequency_share", &FigureValues::id);
            const bool fits =
                own != reading.figures.end() && !own->values.empty() &&
                (lottery.shares.empty() || lottery.shares.front().size() == own->values.size());
            if (fits) {
                lottery.epochs.push_back(reading.epoch);
                lottery.shares.push_back(own->values);
            }
        }
    }
    const std::vector<double> largest = largest_shares(lottery.shares);
    const auto share_of = [&](int k) {
        const auto index = static_cast<std::size_t>(k - 1);
        return k >= 1 && index < largest.size() ? largest[index] : 0;
    };
    if (!lottery.shares.empty()) {
        lottery.named = winners_of(lottery.shares.back());
    }
    for (const KeySpan& span : lottery.keys) {
        if (std::ranges::find(lottery.named, span.frequency) == lottery.named.end()) {
            lottery.named.push_back(span.frequency);
        }
    }
    lottery.named.resize(std::min(lottery.named.size(), kMostNamed));
    std::ranges::sort(lottery.named);
    lottery.order.resize(largest.size());
    std::iota(lottery.order.begin(), lottery.order.end(), 1);
    std::ranges::stable_sort(lottery.order, [&](int one, int other) {
        const bool named = lottery.place_of(one).has_value();
        return named != lottery.place_of(other).has_value() ? named
                                                            : share_of(one) > share_of(other);
    });
    return lottery;
}

} // namespace grokscope::ui
