#include "engine/store/weight_codec.h"

#include <zlib.h>

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

namespace grokscope {

namespace {

constexpr std::size_t kPlanes = 4;
constexpr std::uint32_t kSign = 0x80000000U;

/// All tensors, one after the other.
std::vector<std::uint32_t> bits_of(const Parameters& weights) {
    std::vector<std::uint32_t> bits;
    bits.reserve(weights.layout().parameter_count());
    for (std::size_t i = 0; i < kTensorCount; ++i) {
        for (const float value : weights.view(static_cast<Tensor>(i))) {
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

/// Small differences of either sign to small numbers.
std::uint32_t zigzag(std::uint32_t difference) {
    return (difference << 1U) ^ (0U - (difference >> 31U));
}
std::uint32_t unzigzag(std::uint32_t value) {
    return (value >> 1U) ^ (0U - (value & 1U));
}

std::uint32_t checksum(std::span<const std::uint32_t> bits) {
    ByteWriter writer;
    writer.put(bits);
    const auto bytes = writer.written();
    return static_cast<std::uint32_t>(
        crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

Bytes compressed(const std::vector<std::uint8_t>& plane) {
    Bytes result(compressBound(static_cast<uLong>(plane.size())));
    z_stream stream{};
    // Entropy coding alone: there are no repeated strings to look for.
    if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, MAX_WBITS, MAX_MEM_LEVEL,
                     Z_HUFFMAN_ONLY) != Z_OK) {
        throw std::bad_alloc();
    }
    stream.next_in = const_cast<Bytef*>(plane.data()); // an old interface, it only reads
    stream.avail_in = static_cast<uInt>(plane.size());
    stream.next_out = reinterpret_cast<Bytef*>(result.data());
    stream.avail_out = static_cast<uInt>(result.size());
    const int code = deflate(&stream, Z_FINISH);
    result.resize(stream.total_out);
    deflateEnd(&stream);
    if (code != Z_STREAM_END) {
        throw std::logic_error("zlib needed more room than it promised");
    }
    return result;
}

void decompress(std::span<const std::byte> source, std::vector<std::uint8_t>& plane) {
    uLongf size = plane.size();
    const int code = uncompress(plane.data(), &size, reinterpret_cast<const Bytef*>(source.data()),
                                static_cast<uLong>(source.size()));
    if (code != Z_OK || size != plane.size()) {
        throw WeightDataError("the recorded weights are damaged: a part cannot be unpacked");
    }
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
    std::vector<std::uint8_t> plane(numbers.size());
    for (std::size_t i = 0; i < kPlanes; ++i) {
        const auto shift = static_cast<unsigned>(8 * (kPlanes - 1 - i));
        for (std::size_t j = 0; j < numbers.size(); ++j) {
            plane[j] = static_cast<std::uint8_t>(numbers[j] >> shift);
        }
        const Bytes packed = compressed(plane);
        writer.put(static_cast<std::uint32_t>(packed.size()));
        writer.put(std::span<const std::byte>(packed));
    }
    writer.put(checksum(bits));
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
    std::vector<std::uint32_t> bits(count);
    std::vector<std::uint8_t> plane(count);
    for (std::size_t i = 0; i < kPlanes; ++i) {
        const auto size = reader.get<std::uint32_t>();
        decompress(reader.raw(size), plane);
        const auto shift = static_cast<unsigned>(8 * (kPlanes - 1 - i));
        for (std::size_t j = 0; j < count; ++j) {
            bits[j] |= static_cast<std::uint32_t>(plane[j]) << shift;
        }
    }
    if (base != nullptr) {
        const std::vector<std::uint32_t> before = bits_of(*base);
        if (before.size() != count) {
            throw WeightDataError("the recorded weights refer to a record of another shape");
        }
        for (std::size_t i = 0; i < count; ++i) {
            bits[i] = unordered(ordered(before[i]) + unzigzag(bits[i]));
        }
    }
    if (reader.get<std::uint32_t>() != checksum(bits) || reader.left() != 0) {
        throw WeightDataError("the recorded weights are damaged: their checksum does not match");
    }
    auto next = bits.begin();
    for (std::size_t i = 0; i < kTensorCount; ++i) {
        for (float& value : weights.view(static_cast<Tensor>(i))) {
            value = std::bit_cast<float>(*next++);
            if (!std::isfinite(value)) {
                throw WeightDataError("the recorded weights cannot be used: a value of " +
                                      std::string(kTensorNames[i]) + " is not a finite number");
            }
        }
    }
    return weights;
} catch (const std::out_of_range& error) {
    throw WeightDataError(std::string("the recorded weights are damaged: ") + error.what());
}

} // namespace grokscope
