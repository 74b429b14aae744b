// Recorded weights in little room: rounded to a grid, each record predicted from two before it.
// Checkpoints, and the weights at marks, are exact (weight_codec.h).
#pragma once

#include "engine/model/parameters.h"
#include "engine/store/bytes.h"
#include "engine/store/weight_codec.h"

#include <cstdint>
#include <span>
#include <vector>

namespace grokscope {

/// Weights whose values are whole multiples of a step, a power of two for each tensor. The step is
/// at most 1/512 of the tensor's root mean square, so no value is off by more than 1/1024 of that;
/// while training throws the weights about, at most 1/8 of what the two records before could not
/// foretell, and never more than 1/64 of the root mean square. Digits below that jitter cost room
/// and tell nothing: weights that move at random by r in 100 epochs move by r/10 in a single one,
/// and no value is off by more than r/16.
class RoundedWeights {
public:
    /// The nearest multiples. With the two records before, the steps are as coarse as their jitter
    /// allows; same shape for all. Throws std::invalid_argument unless all values are finite.
    explicit RoundedWeights(const Parameters& weights, const RoundedWeights* before = nullptr,
                            const RoundedWeights* before_that = nullptr);

    /// The rounded values as weights.
    [[nodiscard]] Parameters parameters() const;

    /// What the values of each tensor, in storage order, are whole multiples of, powers of two.
    [[nodiscard]] std::vector<double> steps() const;

    /// Format, little-endian: uint32 number of values; for each tensor int16 exponent of its step
    /// and int16 a, b; then q - (a/1024 before + b/1024 before_that) / step, rounded, for each
    /// value q, zigzag, as byte planes (byte_planes.h); uint32 CRC-32 of all q. Without `before`
    /// there is no prediction; without `before_that` b is 0. Same shape for all.
    [[nodiscard]] Bytes encode(const RoundedWeights* before,
                               const RoundedWeights* before_that) const;

    /// The same values back, on any machine. Allocates no more than the shape needs. Throws
    /// WeightDataError; no bytes, however wrong, do worse.
    [[nodiscard]] static RoundedWeights decode(std::span<const std::byte> bytes,
                                               const ModelShape& shape,
                                               const RoundedWeights* before,
                                               const RoundedWeights* before_that);

private:
    explicit RoundedWeights(const ModelShape& shape);

    /// Sets the tensor's multiples, from `first` on, of a step of 2 to the power of `exponent`.
    void round(std::size_t tensor, std::size_t first, int exponent, std::span<const float> values);

    ParameterLayout layout_;
    std::vector<int> exponents_;          ///< of the steps
    std::vector<std::int32_t> multiples_; ///< tensors in storage order, without gaps
};

} // namespace grokscope
