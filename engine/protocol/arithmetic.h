// What the pairs of a run are and what each answers: an operation with its modulus, or with its
// table.
#pragma once

#include "engine/protocol/operation.h"
#include "engine/protocol/operation_table.h"

#include <string>

namespace grokscope {

/// Nothing else asks an operation for its answers. Any thread.
struct Arithmetic {
    Operation operation = Operation::kAdd;
    int p = 0;
    /// Of Operation::kTable; without a meaning for the others.
    OperationTable table = {};

    [[nodiscard]] bool is_table() const { return operation == Operation::kTable; }
    /// True when (a, b), both in 0..p-1, has an answer.
    [[nodiscard]] bool defined(int a, int b) const {
        return is_table() ? table.at(a, b) != OperationTable::kUndefined
                          : spec_of(operation).defined(a, b, p);
    }
    /// The answer, 0..p-1, of a pair for which it is defined.
    [[nodiscard]] int answer(int a, int b) const {
        return is_table() ? table.at(a, b) : spec_of(operation).answer(a, b, p);
    }
    /// True when (a, b) and (b, a), each other's mirror, have the same answer everywhere.
    [[nodiscard]] bool is_commutative() const {
        return is_table() ? table.is_symmetric() : !spec_of(operation).inverts_second;
    }
    /// Pairs of numbers in 0..p-1 for which it is defined.
    [[nodiscard]] int pairs() const {
        if (is_table()) {
            return table.defined_pairs();
        }
        int count = 0;
        for (int b = 0; b < p; ++b) { // none is undefined for a reason that lies in a
            count += spec_of(operation).defined(0, b, p) ? p : 0;
        }
        return count;
    }
    /// " mod 113", " by the table S5": what follows "a + b".
    [[nodiscard]] std::string qualifier() const {
        return is_table() ? " by the table " + table.name() : " mod " + std::to_string(p);
    }
    /// Why nothing of Fourier's is there, one sentence; empty where the operation has a group.
    [[nodiscard]] std::string why_no_group() const {
        return std::string(group_order(operation, p) > 0 ? "" : spec_of(operation).no_waves);
    }
};

} // namespace grokscope
