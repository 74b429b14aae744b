// The two inner loops of the progress measures that a row spends its time in, as vector code for
// the machine at hand.
#pragma once

#include <cstddef>

namespace grokscope {

/// out[c] = exp(row[c] - largest) for c < count; `largest` is the largest of the row. To a few
/// units in the last place; 0 below the normal numbers. Any thread.
void row_exponentials(const float* row, std::size_t count, float largest, double* out);

/// Sums that each response of a neuron to a pair (a, b) goes into: those over b, over a, over pairs
/// of equal a+b and of equal a-b, both modulo p.
inline constexpr int kResponseSums = 4;

/// Numbers a whose responses are added up together before they go into the sums.
inline constexpr int kNumbersTogether = 4;

/// Where the responses of some neighbouring neurons and their sums lie.
struct ResponseGrid {
    int p;
    std::size_t neurons; ///< values from one pair to the next
    std::size_t count;   ///< neurons to add, at most `width`
    std::size_t width;   ///< sums from one to the next
};

/// Adds the responses to all pairs of `numbers` numbers a from `first` on, in rows of a and then
/// of b, to `sums` [p, kResponseSums, width], and their squares to `squares` [width]. In a fixed
/// order that counts kNumbersTogether from `first`. Nothing overlaps. Any thread.
void add_responses(const float* responses, const ResponseGrid& grid, int first, int numbers,
                   double* sums, double* squares);

} // namespace grokscope
