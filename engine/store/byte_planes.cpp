#include "engine/store/byte_planes.h"

#include "engine/store/weight_codec.h"

#include <zlib.h>

#include <new>
#include <stdexcept>

namespace grokscope {

namespace {

constexpr std::size_t kPlanes = 4;

constexpr unsigned shift_of(std::size_t plane) {
    return static_cast<unsigned>(8 * (kPlanes - 1 - plane));
}

Bytes compressed(const std::vector<std::uint8_t>& plane, int strategy) {
    z_stream stream{};
    if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, MAX_WBITS, MAX_MEM_LEVEL,
                     strategy) != Z_OK) {
        throw std::bad_alloc();
    }
    Bytes result(deflateBound(&stream, static_cast<uLong>(plane.size())));
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

/// Entropy coding alone, since there are no strings to look for, or runs of equal bytes as well
/// where that is smaller: a plane of zeros would else cost a bit each.
Bytes smallest(const std::vector<std::uint8_t>& plane) {
    Bytes coded = compressed(plane, Z_HUFFMAN_ONLY);
    Bytes runs = compressed(plane, Z_RLE);
    return runs.size() < coded.size() ? runs : coded;
}

} // namespace

void put_planes(ByteWriter& writer, std::span<const std::uint32_t> numbers) {
    std::vector<std::uint8_t> plane(numbers.size());
    for (std::size_t i = 0; i < kPlanes; ++i) {
        for (std::size_t j = 0; j < numbers.size(); ++j) {
            plane[j] = static_cast<std::uint8_t>(numbers[j] >> shift_of(i));
        }
        const Bytes packed = smallest(plane);
        writer.put(static_cast<std::uint32_t>(packed.size()));
        writer.put(std::span<const std::byte>(packed));
    }
}

std::vector<std::uint32_t> get_planes(ByteReader& reader, std::size_t count) {
    std::vector<std::uint32_t> numbers(count);
    std::vector<std::uint8_t> plane(count);
    for (std::size_t i = 0; i < kPlanes; ++i) {
        const auto packed = reader.raw(reader.get<std::uint32_t>());
        uLongf size = plane.size();
        const int code =
            uncompress(plane.data(), &size, reinterpret_cast<const Bytef*>(packed.data()),
                       static_cast<uLong>(packed.size()));
        if (code != Z_OK || size != plane.size()) {
            throw WeightDataError("the recorded weights are damaged: a part cannot be unpacked");
        }
        for (std::size_t j = 0; j < count; ++j) {
            numbers[j] |= static_cast<std::uint32_t>(plane[j]) << shift_of(i);
        }
    }
    return numbers;
}

std::uint32_t checksum_of(std::span<const std::uint32_t> numbers) {
    ByteWriter writer;
    writer.put(numbers);
    const auto bytes = writer.written();
    return static_cast<std::uint32_t>(
        crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

} // namespace grokscope
