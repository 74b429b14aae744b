// A ZIP archive of stored (not compressed) files, for formats that are one: NPZ and PyTorch's.
#pragma once

#include "engine/store/bytes.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace grokscope {

/// Builds the archive in memory. The same calls give the same bytes: no times, no names of people.
class ZipWriter {
public:
    /// Adds a file; its contents begin at a multiple of 64 bytes, so that readers may map them.
    /// Throws std::length_error beyond 4 GiB or 65,535 files, which the plain format cannot say.
    void add(std::string_view name, std::span<const std::byte> contents);
    void add(std::string_view name, std::string_view contents);

    /// The whole archive; nothing may be added any more.
    [[nodiscard]] Bytes finish();

private:
    struct Entry {
        std::string name;
        std::uint32_t checksum = 0;
        std::uint32_t size = 0;
        std::uint32_t offset = 0;
    };

    ByteWriter archive_;
    std::vector<Entry> entries_;
};

} // namespace grokscope
