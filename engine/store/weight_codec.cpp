#include "engine/store/weight_codec.h"

#include "engine/store/byte_planes.h"

#include <bit>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

namespace grokscope {

namespace {

constexpr std::uint32_t kSign = 0x80000000U;

/// All tensors, one after the other.
std::vector<std::uint32_t> bits_of(const Parameters& weights) {
    std::vector<std::uint32_t> bits;
    bits.reserve(weights.layout().parameter_count());
    for (const TensorSpec& tensor : weights.layout().tensors()) {
        for (const float value : weights.view(tensor)) {
            bits.push_back(std::bit_cast<std::uint32_t>(value));
        }
    }
    return bits;
}

/// Bits to integers in the order of the values, so that near values have small differences.
std::uint32_t ordered(std::uint32_t bits) {
    return (bits & kSign) != 0 ? ~bits : bits | kSign;
}
std::uint32_t unordered(std::uint32_t value) {
    return (value & kSign) != 0 ? value & ~kSign : ~value;
}

} // namespace

Bytes encode_weights(const Parameters& weights, const Parameters* base) {
    const std::vector<std::uint32_t> bits = bits_of(weights);
    std::vector<std::uint32_t> numbers = bits;
    if (base != nullptr) {
        const std::vector<std::uint32_t> before = bits_of(*base);
        for (std::size_t i = 0; i < numbers.size(); ++i) {
            numbers[i] = zigzag(ordered(bits[i]) - ordered(before[i]));
        }
    }
    ByteWriter writer;
    writer.put(static_cast<std::uint32_t>(numbers.size()));
    put_planes(writer, numbers);
    writer.put(checksum_of(bits));
    return writer.take();
}

Parameters decode_weights(std::span<const std::byte> bytes, const ModelShape& shape,
                          const Parameters* base) try {
    Parameters weights(shape);
    const std::size_t count = weights.layout().parameter_count();
    ByteReader reader(bytes);
    if (const auto said = reader.get<std::uint32_t>(); said != count) {
        throw WeightDataError("the recorded weights are not this run's: " + std::to_string(said) +
                              " values, the run has " + std::to_string(count));
    }
    std::vector<std::uint32_t> bits = get_planes(reader, count);
    if (base != nullptr) {
        const std::vector<std::uint32_t> before = bits_of(*base);
        if (before.size() != count) {
            throw WeightDataError("the recorded weights refer to a record of another shape");
        }
        for (std::size_t i = 0; i < count; ++i) {
            bits[i] = unordered(ordered(before[i]) + unzigzag(bits[i]));
        }
    }
    if (reader.get<std::uint32_t>() != checksum_of(bits) || reader.left() != 0) {
        throw WeightDataError("the recorded weights are damaged: their checksum does not match");
    }
    auto next = bits.begin();
    for (const TensorSpec& tensor : weights.layout().tensors()) {
        for (float& value : weights.view(tensor)) {
            value = std::bit_cast<float>(*next++);
            if (!std::isfinite(value)) {
                throw WeightDataError("the recorded weights cannot be used: a value of " +
                                      tensor.name + " is not a finite number");
            }
        }
    }
    return weights;
} catch (const std::out_of_range& error) {
    throw WeightDataError(std::string("the recorded weights are damaged: ") + error.what());
}

} // namespace grokscope
