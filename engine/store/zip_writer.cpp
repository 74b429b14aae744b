#include "engine/store/zip_writer.h"

#include <zlib.h>

#include <limits>
#include <stdexcept>

namespace grokscope {

namespace {

// Field by field as APPNOTE.TXT 6.3 lists them, sections 4.3.7, 4.3.12 and 4.3.16.
constexpr std::uint32_t kLocalHeader = 0x04034b50;
constexpr std::uint32_t kCentralHeader = 0x02014b50;
constexpr std::uint32_t kEndOfDirectory = 0x06054b50;
constexpr std::uint16_t kZipVersion = 20;
constexpr std::uint16_t kUtf8Names = 1U << 11U;
constexpr std::uint16_t kStored = 0;
constexpr std::uint16_t kFirstDay =
    (0U << 9U) | (1U << 5U) | 1U; // 1980-01-01, the earliest there is
constexpr std::size_t kLocalHeaderBytes = 30;
constexpr std::size_t kAlignment = 64;
/// An extra field nobody knows, as padding; its own header is four bytes.
constexpr std::uint16_t kPaddingField = 0x4b47;
constexpr std::size_t kFieldHeaderBytes = 4;

void put_facts(ByteWriter& writer, std::uint32_t checksum, std::uint32_t size,
               std::size_t name_size, std::size_t extra_size) {
    writer.put(kZipVersion);
    writer.put(kUtf8Names);
    writer.put(kStored);
    writer.put(std::uint16_t{0}); // midnight
    writer.put(kFirstDay);
    writer.put(checksum);
    writer.put(size); // stored: both sizes are one
    writer.put(size);
    writer.put(static_cast<std::uint16_t>(name_size));
    writer.put(static_cast<std::uint16_t>(extra_size));
}

} // namespace

void ZipWriter::add(std::string_view name, std::span<const std::byte> contents) {
    constexpr std::size_t kMost = std::numeric_limits<std::uint32_t>::max();
    if (archive_.written().size() + contents.size() + name.size() + 1024 > kMost ||
        entries_.size() + 1 >= std::numeric_limits<std::uint16_t>::max() || name.size() > 4096) {
        throw std::length_error("the archive would be larger than the ZIP format allows");
    }
    Entry entry{std::string(name),
                static_cast<std::uint32_t>(
                    crc32_z(0, reinterpret_cast<const Bytef*>(contents.data()), contents.size())),
                static_cast<std::uint32_t>(contents.size()),
                static_cast<std::uint32_t>(archive_.written().size())};
    const std::size_t begin = entry.offset + kLocalHeaderBytes + name.size();
    std::size_t padding = (kAlignment - begin % kAlignment) % kAlignment;
    if (padding != 0 && padding < kFieldHeaderBytes) {
        padding += kAlignment;
    }
    archive_.put(kLocalHeader);
    put_facts(archive_, entry.checksum, entry.size, name.size(), padding);
    archive_.put(name);
    if (padding != 0) {
        archive_.put(kPaddingField);
        archive_.put(static_cast<std::uint16_t>(padding - kFieldHeaderBytes));
        archive_.put(std::string_view(std::string(padding - kFieldHeaderBytes, '\0')));
    }
    archive_.put(contents);
    entries_.push_back(std::move(entry));
}

void ZipWriter::add(std::string_view name, std::string_view contents) {
    add(name, std::as_bytes(std::span(contents)));
}

Bytes ZipWriter::finish() {
    const std::size_t directory = archive_.written().size();
    for (const Entry& entry : entries_) {
        archive_.put(kCentralHeader);
        archive_.put(kZipVersion); // made by
        put_facts(archive_, entry.checksum, entry.size, entry.name.size(), 0);
        archive_.put(std::uint16_t{0}); // comment
        archive_.put(std::uint16_t{0}); // disk
        archive_.put(std::uint16_t{0}); // internal attributes
        archive_.put(std::uint32_t{0}); // external attributes
        archive_.put(entry.offset);
        archive_.put(std::string_view(entry.name));
    }
    const std::size_t end = archive_.written().size();
    archive_.put(kEndOfDirectory);
    archive_.put(std::uint16_t{0}); // this disk
    archive_.put(std::uint16_t{0}); // disk of the directory
    archive_.put(static_cast<std::uint16_t>(entries_.size()));
    archive_.put(static_cast<std::uint16_t>(entries_.size()));
    archive_.put(static_cast<std::uint32_t>(end - directory));
    archive_.put(static_cast<std::uint32_t>(directory));
    archive_.put(std::uint16_t{0}); // comment
    return archive_.take();
}

} // namespace grokscope
