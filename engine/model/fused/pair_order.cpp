#include "engine/model/fused/pair_order.h"

#include <algorithm>
#include <numeric>
#include <stdexcept>
#include <string>

namespace grokscope::fused {

OrderedPairs order_pairs(std::span<const Pair> pairs, std::span<const std::uint16_t> labels,
                         std::size_t p) {
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
    constexpr std::size_t kTiles = 7;
    const std::size_t side = (p + kTiles - 1) / kTiles;
    // One number sorts by tile row, tile column, a, b; its low bits break ties by the given order.
    std::vector<std::uint64_t> keys(pairs.size());
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        const std::size_t a = pairs[i].a;
        const std::size_t b = pairs[i].b;
        const std::size_t place =
            ((a / side * kTiles + b / side) * side + a % side) * side + b % side;
        keys[i] = (std::uint64_t{place} << 32) | i;
    }
    std::sort(keys.begin(), keys.end());
    OrderedPairs ordered;
    ordered.a.reserve(pairs.size());
    ordered.b.reserve(pairs.size());
    ordered.source.reserve(pairs.size());
    for (const std::uint64_t key : keys) {
        const auto i = static_cast<std::uint32_t>(key & 0xFFFF'FFFFU);
        ordered.a.push_back(pairs[i].a);
        ordered.b.push_back(pairs[i].b);
        if (!labels.empty()) {
            ordered.labels.push_back(labels[i]);
        }
        ordered.source.push_back(i);
    }
    return ordered;
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

RowBlocks::RowBlocks(std::size_t rows) {
    const std::size_t count = (rows + kRows - 1) / kRows;
    const std::size_t per_unit = (count + kMaxUnits - 1) / kMaxUnits;
    unit_begin.push_back(0);
    for (std::size_t block = 0; block < count; ++block) {
        blocks.push_back({block * kRows, std::min(kRows, rows - block * kRows), block / per_unit});
        if ((block + 1) % per_unit == 0 || block + 1 == count) {
            unit_begin.push_back(block + 1);
        }
    }
}

} // namespace grokscope::fused
