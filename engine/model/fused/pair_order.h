// The order in which the fused step visits pairs, and who meets whom.
#pragma once

#include "engine/task/task.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace grokscope::fused {

/// Pairs in tile order: the (a, b) plane is cut into 7 x 7 tiles and each tile is walked by (a, b),
/// so that the table rows a block of pairs needs stay small and equal a follow each other.
struct OrderedPairs {
    std::vector<std::uint16_t> a;
    std::vector<std::uint16_t> b;
    std::vector<std::uint16_t> labels; ///< empty when none were given
    std::vector<std::uint32_t> source; ///< index in the order given

    [[nodiscard]] std::size_t size() const { return a.size(); }
};

/// `labels` may be empty. Throws std::invalid_argument when a token or label is not below p, or
/// when the lengths differ.
[[nodiscard]] OrderedPairs order_pairs(std::span<const Pair> pairs,
                                       std::span<const std::uint16_t> labels, std::size_t p);

/// For each of the 2p rows (token a at position 0: row a; token b at position 1: row p + b) the
/// pairs that contain it, in order: pairs[begin[row] .. begin[row + 1]).
struct TokenLists {
    std::vector<std::uint32_t> begin;
    std::vector<std::uint32_t> pairs;
};

[[nodiscard]] TokenLists list_tokens(const OrderedPairs& pairs, std::size_t p);

/// Rows of one visit and the visits of one unit of work. Depends on the number of pairs only, never
/// on threads: sums keep their order on any machine.
struct RowBlock {
    std::size_t first = 0;
    std::size_t rows = 0;
    std::size_t unit = 0; ///< partial sums of this block go to this unit's buffers
};

struct RowBlocks {
    /// At most 192 rows each (a multiple of 16, except the last), at most 32 units.
    explicit RowBlocks(std::size_t rows);
    static constexpr std::size_t kRows = 192;
    static constexpr std::size_t kMaxUnits = 32;

    std::vector<RowBlock> blocks;
    std::vector<std::size_t> unit_begin; ///< blocks of unit u: [unit_begin[u], unit_begin[u + 1])
    [[nodiscard]] std::size_t units() const { return unit_begin.size() - 1; }
};

} // namespace grokscope::fused
