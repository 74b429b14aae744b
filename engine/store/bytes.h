// Numbers to bytes and back, little-endian whatever the machine: the ground of every binary format
// of the store.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace grokscope {

using Bytes = std::vector<std::byte>;

namespace bytes_detail {

template <typename Number>
std::array<std::byte, sizeof(Number)> little_endian(Number value) {
    auto bytes = std::bit_cast<std::array<std::byte, sizeof(Number)>>(value);
    if constexpr (std::endian::native == std::endian::big) {
        std::ranges::reverse(bytes);
    }
    return bytes;
}

template <typename Number>
Number from_little_endian(std::span<const std::byte> source) {
    std::array<std::byte, sizeof(Number)> bytes{};
    std::copy_n(source.begin(), bytes.size(), bytes.begin());
    if constexpr (std::endian::native == std::endian::big) {
        std::ranges::reverse(bytes);
    }
    return std::bit_cast<Number>(bytes);
}

} // namespace bytes_detail

/// Appends numbers to a buffer.
class ByteWriter {
public:
    template <typename Number>
    requires std::is_arithmetic_v<Number>
    void put(Number value) {
        for (const std::byte byte : bytes_detail::little_endian(value)) {
            bytes_.push_back(byte);
        }
    }
    void put(std::string_view text) {
        const auto raw = std::as_bytes(std::span(text));
        bytes_.insert(bytes_.end(), raw.begin(), raw.end());
    }
    template <typename Number>
    void put(std::span<const Number> values) {
        if constexpr (std::endian::native == std::endian::little) {
            const auto raw = std::as_bytes(values);
            bytes_.insert(bytes_.end(), raw.begin(), raw.end());
        } else {
            for (const Number value : values) {
                put(value);
            }
        }
    }

    void reserve(std::size_t size) { bytes_.reserve(size); }
    [[nodiscard]] std::span<const std::byte> written() const { return bytes_; }
    [[nodiscard]] Bytes take() { return std::move(bytes_); }

private:
    Bytes bytes_;
};

/// Takes numbers from a buffer, from front to back. Throws std::out_of_range past the end.
class ByteReader {
public:
    /// The bytes outlive this.
    explicit ByteReader(std::span<const std::byte> bytes) : rest_(bytes) {}

    template <typename Number>
    requires std::is_arithmetic_v<Number>
    [[nodiscard]] Number get() {
        return bytes_detail::from_little_endian<Number>(raw(sizeof(Number)));
    }
    template <typename Number>
    void get(std::span<Number> values) {
        const auto source = raw(values.size_bytes());
        if constexpr (std::endian::native == std::endian::little) {
            if (!values.empty()) {
                std::memcpy(values.data(), source.data(), source.size());
            }
        } else {
            for (std::size_t i = 0; i < values.size(); ++i) {
                values[i] = bytes_detail::from_little_endian<Number>(
                    source.subspan(i * sizeof(Number), sizeof(Number)));
            }
        }
    }
    /// The next `size` bytes, valid as long as the buffer.
    [[nodiscard]] std::span<const std::byte> raw(std::size_t size) {
        if (size > rest_.size()) {
            throw std::out_of_range("the data end " + std::to_string(size - rest_.size()) +
                                    " bytes too early");
        }
        const auto front = rest_.first(size);
        rest_ = rest_.subspan(size);
        return front;
    }
    [[nodiscard]] std::size_t left() const { return rest_.size(); }

private:
    std::span<const std::byte> rest_;
};

} // namespace grokscope
