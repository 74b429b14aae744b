// The order in which the fused step visits pairs, the units of work, and who meets whom.
#pragma once

#include "engine/task/task.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace grokscope::fused {

/// Pairs in an order that suits the caches.
struct OrderedPairs {
    std::vector<std::uint16_t> a;
    std::vector<std::uint16_t> b;
    std::vector<std::uint16_t> labels; ///< empty when none were given
    std::vector<std::uint32_t> source; ///< index in the order given

    [[nodiscard]] std::size_t size() const { return a.size(); }
};

/// Rows of a block, or somewhat fewer.
inline constexpr std::size_t kBlockRows = 192;

/// Rows that pass through the caches together.
struct RowBlock {
    std::size_t first = 0;
    std::size_t rows = 0;
    std::size_t index = 0; ///< of this block
    std::size_t unit = 0;  ///< it belongs to; partial sums go to the unit's buffers
};

/// One unit of work: all pairs whose first token lies in [first_token, end_token), in some blocks.
/// It alone meets those tokens at position 0.
struct RowUnit {
    std::size_t first_block = 0;
    std::size_t end_block = 0;
    std::size_t first_token = 0;
    std::size_t end_token = 0;
};

/// Pairs with the units that visit them. Depends on the pairs only, never on the number of threads,
/// so that sums keep their order on any machine.
struct PairPlan {
    OrderedPairs pairs;
    std::vector<RowBlock> blocks;
    std::vector<RowUnit> units; ///< together they have every token, even one without pairs
};

/// For training. Units of about 320 pairs, 32 at most, made of whole first tokens; inside a unit
/// blocks of some 192 pairs that each have a range of second tokens, walked by (a, b). Throws
/// std::invalid_argument when a token or label is not below p, or when the lengths differ.
[[nodiscard]] PairPlan plan_training(std::span<const Pair> pairs,
                                     std::span<const std::uint16_t> labels, std::size_t p);

/// For a forward pass. Square tiles of the (a, b) plane, each walked by (a, b); a unit is one block
/// and has no tokens of its own. `labels` may be empty. Throws as above.
[[nodiscard]] PairPlan plan_evaluation(std::span<const Pair> pairs,
                                       std::span<const std::uint16_t> labels, std::size_t p);

/// For rows that stay in the order given: blocks of kBlockRows, 48 units of them at most, and no
/// tokens. Throws as above.
[[nodiscard]] PairPlan plan_in_order(std::span<const Pair> pairs,
                                     std::span<const std::uint16_t> labels, std::size_t p);

/// For each of the 2p rows (token a at position 0: row a; token b at position 1: row p + b) the
/// pairs that contain it, in order: pairs[begin[row] .. begin[row + 1]).
struct TokenLists {
    std::vector<std::uint32_t> begin;
    std::vector<std::uint32_t> pairs;
};

[[nodiscard]] TokenLists list_tokens(const OrderedPairs& pairs, std::size_t p);

} // namespace grokscope::fused
