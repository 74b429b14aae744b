#include "engine/model/fused/pair_order.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace grokscope::fused {

namespace {

constexpr std::size_t kUnitRows = 320;
constexpr std::size_t kMaxUnits = 32;

void check(std::span<const Pair> pairs, std::span<const std::uint16_t> labels, std::size_t p) {
    if (!labels.empty() && labels.size() != pairs.size()) {
        throw std::invalid_argument(std::to_string(pairs.size()) +
                                    " pairs need as many labels, got " +
                                    std::to_string(labels.size()));
    }
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        if (pairs[i].a >= p || pairs[i].b >= p || (!labels.empty() && labels[i] >= p)) {
            throw std::invalid_argument(
                "tokens and labels must lie below p = " + std::to_string(p) + "; pair " +
                std::to_string(i) + " does not");
        }
    }
}

/// Cuts tokens 0..counts.size() into `parts` ranges of about equal counts. Part i is
/// [cuts[i], cuts[i + 1]); a part may be empty.
std::vector<std::size_t> cut_evenly(const std::vector<std::size_t>& counts, std::size_t parts) {
    const std::size_t total = std::accumulate(counts.begin(), counts.end(), std::size_t{0});
    std::vector<std::size_t> cuts{0};
    std::size_t token = 0;
    std::size_t before = 0;
    for (std::size_t part = 1; part < parts; ++part) {
        // The boundary nearest to an even share, so that what one part lacks the next one has.
        const std::size_t wanted = total * part / parts;
        while (token < counts.size() && before + counts[token] / 2 < wanted) {
            before += counts[token];
            ++token;
        }
        cuts.push_back(token);
    }
    cuts.push_back(counts.size());
    return cuts;
}

OrderedPairs in_order(std::span<const Pair> pairs, std::span<const std::uint16_t> labels,
                      std::vector<std::uint32_t> order) {
    OrderedPairs ordered;
    ordered.a.reserve(pairs.size());
    ordered.b.reserve(pairs.size());
    ordered.labels.reserve(labels.size());
    for (const std::uint32_t i : order) {
        ordered.a.push_back(pairs[i].a);
        ordered.b.push_back(pairs[i].b);
        if (!labels.empty()) {
            ordered.labels.push_back(labels[i]);
        }
    }
    ordered.source = std::move(order);
    return ordered;
}

/// Indices of pairs by `place` of (a, b), ties in the order given.
template <typename Place>
std::vector<std::uint32_t> sorted(std::span<const Pair> pairs, Place place) {
    std::vector<std::uint64_t> keys(pairs.size());
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        keys[i] = (std::uint64_t{place(pairs[i].a, pairs[i].b)} << 32) | i;
    }
    std::ranges::sort(keys);
    std::vector<std::uint32_t> order;
    order.reserve(pairs.size());
    for (const std::uint64_t key : keys) {
        order.push_back(static_cast<std::uint32_t>(key & 0xFFFF'FFFFU));
    }
    return order;
}

/// The same for place = of_a[a] + of_b[b], all below `places`, in linear time: evaluations and
/// progress measures plan anew every time, while the workers wait.
std::vector<std::uint32_t> counted(std::span<const Pair> pairs,
                                   const std::vector<std::size_t>& of_a,
                                   const std::vector<std::size_t>& of_b, std::size_t places) {
    std::vector<std::uint32_t> next(places + 1);
    for (const Pair& pair : pairs) {
        ++next[of_a[pair.a] + of_b[pair.b] + 1];
    }
    std::partial_sum(next.begin(), next.end(), next.begin());
    std::vector<std::uint32_t> order(pairs.size());
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        order[next[of_a[pairs[i].a] + of_b[pairs[i].b]]++] = static_cast<std::uint32_t>(i);
    }
    return order;
}

std::size_t divide_up(std::size_t value, std::size_t by) {
    return (value + by - 1) / by;
}

/// The part of `cuts` that a token lies in.
std::size_t part_of(const std::vector<std::size_t>& cuts, std::size_t token) {
    const auto after = std::upper_bound(cuts.begin() + 1, cuts.end() - 1, token);
    return static_cast<std::size_t>(after - (cuts.begin() + 1));
}

} // namespace

PairPlan plan_training(std::span<const Pair> pairs, std::span<const std::uint16_t> labels,
                       std::size_t p) {
    check(pairs, labels, p);
    std::vector<std::size_t> first_counts(p);
    for (const Pair& pair : pairs) {
        ++first_counts[pair.a];
    }
    const std::size_t unit_count =
        std::clamp<std::size_t>((pairs.size() + kUnitRows / 2) / kUnitRows, 1, kMaxUnits);
    const std::vector<std::size_t> unit_cuts = cut_evenly(first_counts, unit_count);

    PairPlan plan;
    std::vector<std::vector<std::size_t>> block_cuts; // second tokens, by unit
    std::vector<std::vector<std::size_t>> second_counts(unit_count, std::vector<std::size_t>(p));
    for (const Pair& pair : pairs) {
        ++second_counts[part_of(unit_cuts, pair.a)][pair.b];
    }
    std::size_t first_row = 0;
    for (std::size_t unit = 0; unit < unit_count; ++unit) {
        const std::vector<std::size_t>& counts = second_counts[unit];
        const std::size_t rows = std::accumulate(counts.begin(), counts.end(), std::size_t{0});
        const std::size_t blocks = std::max<std::size_t>(divide_up(rows, kBlockRows), 1);
        block_cuts.push_back(cut_evenly(counts, blocks));
        const std::size_t first_block = plan.blocks.size();
        for (std::size_t i = 0; i < blocks; ++i) {
            const auto begin = counts.begin() + static_cast<std::ptrdiff_t>(block_cuts[unit][i]);
            const auto end = counts.begin() + static_cast<std::ptrdiff_t>(block_cuts[unit][i + 1]);
            const std::size_t block_rows = std::accumulate(begin, end, std::size_t{0});
            if (block_rows > 0) {
                plan.blocks.push_back({first_row, block_rows, plan.blocks.size(), unit});
                first_row += block_rows;
            }
        }
        plan.units.push_back(
            {first_block, plan.blocks.size(), unit_cuts[unit], unit_cuts[unit + 1]});
    }
    std::vector<std::uint32_t> order = sorted(pairs, [&](std::size_t a, std::size_t b) {
        const std::size_t unit = part_of(unit_cuts, a);
        const std::size_t block = part_of(block_cuts[unit], b);
        // Blocks of a unit are fewer than its second tokens, so p * p * p bounds the key's parts.
        return ((unit * (p + 1) + block) * p + a) * p + b;
    });
    plan.pairs = in_order(pairs, labels, std::move(order));
    return plan;
}

PairPlan plan_evaluation(std::span<const Pair> pairs, std::span<const std::uint16_t> labels,
                         std::size_t p) {
    check(pairs, labels, p);
    // Tiles of about one block each.
    const double tiles = static_cast<double>(pairs.size()) / kBlockRows;
    const auto per_side =
        std::clamp<std::size_t>(static_cast<std::size_t>(std::lround(std::sqrt(tiles))), 1, p);
    const std::size_t side = divide_up(p, per_side);
    // ((row of tiles * per_side + column of tiles) * side + row inside) * side + column inside.
    std::vector<std::size_t> of_a(p);
    std::vector<std::size_t> of_b(p);
    for (std::size_t token = 0; token < p; ++token) {
        of_a[token] = (token / side * per_side * side + token % side) * side;
        of_b[token] = token / side * side * side + token % side;
    }
    PairPlan plan;
    plan.pairs =
        in_order(pairs, labels, counted(pairs, of_a, of_b, per_side * per_side * side * side));
    for (std::size_t first = 0; first < pairs.size(); first += kBlockRows) {
        const std::size_t index = plan.blocks.size();
        plan.blocks.push_back({first, std::min(kBlockRows, pairs.size() - first), index, index});
        plan.units.push_back({index, index + 1, 0, 0});
    }
    return plan;
}

PairPlan plan_in_order(std::span<const Pair> pairs, std::span<const std::uint16_t> labels,
                       std::size_t p) {
    constexpr std::size_t kMostUnits = 48;
    check(pairs, labels, p);
    std::vector<std::uint32_t> order(pairs.size());
    std::iota(order.begin(), order.end(), 0U);
    PairPlan plan;
    plan.pairs = in_order(pairs, labels, std::move(order));
    const std::size_t blocks = divide_up(pairs.size(), kBlockRows);
    const std::size_t blocks_of_unit = divide_up(blocks, kMostUnits);
    for (std::size_t index = 0; index < blocks; ++index) {
        const std::size_t first = index * kBlockRows;
        plan.blocks.push_back(
            {first, std::min(kBlockRows, pairs.size() - first), index, index / blocks_of_unit});
        if (index % blocks_of_unit == 0) {
            plan.units.push_back({index, std::min(index + blocks_of_unit, blocks), 0, 0});
        }
    }
    return plan;
}

TokenLists list_tokens(const OrderedPairs& pairs, std::size_t p) {
    TokenLists lists;
    lists.begin.assign(2 * p + 1, 0);
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        ++lists.begin[pairs.a[i] + 1U];
        ++lists.begin[p + pairs.b[i] + 1U];
    }
    std::partial_sum(lists.begin.begin(), lists.begin.end(), lists.begin.begin());
    lists.pairs.resize(2 * pairs.size());
    std::vector<std::uint32_t> next(lists.begin.begin(), lists.begin.end() - 1);
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        lists.pairs[next[pairs.a[i]]++] = static_cast<std::uint32_t>(i);
        lists.pairs[next[p + pairs.b[i]]++] = static_cast<std::uint32_t>(i);
    }
    return lists;
}

} // namespace grokscope::fused
