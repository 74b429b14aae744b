// Recorded weights: float32 without any loss, in less room.
#pragma once

#include "engine/model/parameters.h"
#include "engine/store/bytes.h"

#include <span>
#include <stdexcept>

namespace grokscope {

/// The bytes are not weights of this shape. what() is one sentence.
class WeightDataError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Ways to write weights, as the notebook numbers them.
enum class WeightEncoding : int {
    kPlain = 1,           ///< every value as it is
    kDelta = 2,           ///< difference of its bits to a plain record; version 1 wrote it
    kRounded = 3,         ///< rounded_weights.h, on its own
    kRoundedPredicted = 4 ///< rounded_weights.h, predicted from an earlier record and its own
};

/// True for the encodings that give every bit back.
[[nodiscard]] constexpr bool is_exact(WeightEncoding encoding) {
    return encoding == WeightEncoding::kPlain || encoding == WeightEncoding::kDelta;
}

/// The bits of every value (or their difference to `base`, when there is one) as byte planes: signs
/// and exponents repeat, the last bits never do. Format, little-endian: uint32 number of values,
/// the planes (byte_planes.h), uint32 CRC-32 of the values' bits. Tensors in storage order, without
/// alignment gaps. Same shape for both. Any thread.
[[nodiscard]] Bytes encode_weights(const Parameters& weights, const Parameters* base = nullptr);

/// The weights, bit for bit. `base` as in encode_weights. Allocates no more than the shape needs.
/// Throws WeightDataError. Any thread.
[[nodiscard]] Parameters decode_weights(std::span<const std::byte> bytes, const ModelShape& shape,
                                        const Parameters* base = nullptr);

} // namespace grokscope
