// The index of a group: numbers renamed so that an operation becomes addition of indices. All that
// is Fourier, from the spectrum to the clock, works in it (science.md 3).
#pragma once

#include "engine/protocol/operation.h"

#include <cstddef>
#include <span>
#include <vector>

namespace grokscope {

/// For + and - the index of a number is the number itself, modulo the order p. For * and / modulo a
/// prime it is the discrete logarithm to the smallest primitive root g, ind(g^i) = i, modulo the
/// order p - 1, and 0 has none. Immutable after construction: any thread.
class GroupIndex {
public:
    /// The index in which `operation` modulo p is an addition. It is empty, of order 0, where there
    /// is no such group: for products modulo a p that is not prime, and for tables. p >= 2.
    GroupIndex(Operation operation, int p);

    [[nodiscard]] bool empty() const { return elements_.empty(); }
    /// Elements of the group. Its frequencies are 1..largest_frequency(order()).
    [[nodiscard]] int order() const { return static_cast<int>(elements_.size()); }
    /// Numbers there are, p: at least as many.
    [[nodiscard]] int numbers() const { return static_cast<int>(logs_.size()); }
    /// True when every number is its own index.
    [[nodiscard]] bool is_identity() const { return is_identity_; }
    /// True of addition: row u*order + v of the group's pairs is the pair (u, v) itself.
    [[nodiscard]] bool is_plain() const { return is_identity_ && !inverts_second_; }
    /// g, 1 for + and -; 0 when empty.
    [[nodiscard]] int generator() const { return generator_; }

    /// The number with index i, 0 <= i < order().
    [[nodiscard]] int element(int i) const { return elements_[static_cast<std::size_t>(i)]; }
    /// Index of a number; -1 of one that is not in the group.
    [[nodiscard]] int log(int number) const { return logs_[static_cast<std::size_t>(number)]; }

    /// Index of b as the second operand, so that log(a) + log_second(b) is the index of the answer,
    /// modulo the order; -1 of a number that is not in the group.
    [[nodiscard]] int log_second(int b) const {
        const int i = log(b);
        return inverts_second_ && i > 0 ? order() - i : i;
    }
    /// The second operand with that index.
    [[nodiscard]] int second(int i) const {
        return element(inverts_second_ && i > 0 ? order() - i : i);
    }
    /// All elements in order of their index.
    [[nodiscard]] const std::vector<int>& elements() const { return elements_; }

private:
    std::vector<int> elements_;
    std::vector<int> logs_;
    int generator_ = 0;
    bool inverts_second_ = false;
    bool is_identity_ = false;
};

/// Rows of the group's elements in order of their index, [order, width], of a matrix with a row for
/// each number, [numbers, width].
[[nodiscard]] std::vector<float> rows_by_index(std::span<const float> rows, std::size_t width,
                                               const GroupIndex& group);

} // namespace grokscope
