// The problem to learn: pairs, labels, and which pairs train.
#pragma once

#include "engine/protocol/config.h"
#include "engine/protocol/group_index.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace grokscope {

struct Pair {
    std::uint16_t a = 0;
    std::uint16_t b = 0;
    friend bool operator==(const Pair&, const Pair&) = default;
};

/// Pairs with the right answer of each, index by index.
struct PairSet {
    std::vector<Pair> pairs;
    std::vector<std::uint16_t> labels;
    /// Of test pairs: 1 where the mirror (b, a) trains, 0 where neither does, as for all a = b,
    /// which are their own mirror. Empty when the parts are not told apart: the operation does not
    /// commute, or these are no test pairs.
    std::vector<std::uint8_t> mirrored = {};
    [[nodiscard]] std::size_t size() const { return pairs.size(); }
};

/// One learning problem. Row order of both sets is the shuffled order of science.md 1.1 or 1.4.
struct Task {
    int p = 0;
    PairSet train;
    PairSet test;
};

/// All pairs that have an answer, a first, with their labels: row a*p + b of + - *.
[[nodiscard]] PairSet all_pairs(const Arithmetic& arithmetic);

/// The pairs (u, v) of a group's indices, row u*order + v, as numbers: that of index u, and the one
/// that has the index v as the second operand.
[[nodiscard]] std::vector<Pair> group_pairs(const GroupIndex& group);

/// Pairs, labels and split of a configuration. Pure: the same configuration gives the same task.
/// `nanda` shuffles as Python's random.shuffle does, `transformerlens` as torch.randperm does.
/// Throws std::invalid_argument when config.validate() is not empty. Any thread.
[[nodiscard]] Task make_task(const RunConfig& config);

/// pi of the control kPermutedTargets for a run's seed: 0..count-1 shuffled as Python's
/// random.shuffle does under seed + 4242 (mod 2^32), science.md 2.3. Any thread.
[[nodiscard]] std::vector<std::uint32_t> permuted_targets(std::uint32_t seed, std::size_t count);

} // namespace grokscope
