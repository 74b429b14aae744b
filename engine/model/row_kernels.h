// The two inner loops of the progress measures that a row spends its time in, as vector code for
// the machine at hand.
#pragma once

#include <cstddef>

namespace grokscope {

/// out[c] = exp(row[c] - largest) for c < count; `largest` is the largest of the row. To a few
/// units in the last place; 0 below the normal numbers. Any thread.
void row_exponentials(const float* row, std::size_t count, float largest, double* out);

/// Sums that one pair's responses go into, one value per neuron. None overlaps another.
struct ResponseSums {
    double* over_b;
    double* over_a;
    double* by_sum;
    double* by_difference;
    double* squares;
};

/// Adds the responses of `count` neurons to the first four sums and their squares to the last.
void add_responses(const float* responses, std::size_t count, const ResponseSums& sums);

} // namespace grokscope
