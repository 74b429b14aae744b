// A stencil: the set of time offsets whose probes constrain a run (science.md section 2).
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

namespace grokscope {

inline constexpr int kMaxOffset = 8;
/// Number of possible offsets, -8..8; the index of offset k is offset_slot(k).
inline constexpr std::size_t kOffsetSlots = 2 * kMaxOffset + 1;

[[nodiscard]] constexpr std::size_t offset_slot(int offset) {
    return static_cast<std::size_t>(offset + kMaxOffset);
}

/// A set of offsets in -8..8. The empty set is the baseline. A value type, trivially copyable.
class Stencil {
public:
    constexpr Stencil() = default;

    /// Throws std::invalid_argument when an offset is outside -8..8.
    static Stencil of(const std::vector<int>& offsets) {
        Stencil stencil;
        for (const int offset : offsets) {
            stencil.insert(offset);
        }
        return stencil;
    }

    /// Throws std::invalid_argument when the offset is outside -8..8.
    void insert(int offset) {
        if (offset < -kMaxOffset || offset > kMaxOffset) {
            throw std::invalid_argument("a stencil offset must lie in -8..8, got " +
                                        std::to_string(offset));
        }
        bits_ |= 1U << offset_slot(offset);
    }

    [[nodiscard]] constexpr bool contains(int offset) const {
        return offset >= -kMaxOffset && offset <= kMaxOffset &&
               ((bits_ >> offset_slot(offset)) & 1U) != 0;
    }
    [[nodiscard]] constexpr bool empty() const { return bits_ == 0; }
    [[nodiscard]] constexpr int size() const { return std::popcount(bits_); }

    /// Epochs of activations that must be remembered: max |k|, 0 for {} and {0}.
    [[nodiscard]] constexpr int depth() const {
        int deepest = 0;
        for (int k = -kMaxOffset; k <= kMaxOffset; ++k) {
            if (contains(k)) {
                deepest = k < 0 ? (-k > deepest ? -k : deepest) : (k > deepest ? k : deepest);
            }
        }
        return deepest;
    }

    /// The offsets in increasing order.
    [[nodiscard]] std::vector<int> offsets() const {
        std::vector<int> result;
        for (int k = -kMaxOffset; k <= kMaxOffset; ++k) {
            if (contains(k)) {
                result.push_back(k);
            }
        }
        return result;
    }

    /// "baseline", "[0]", "[-1,0,+1]": the label shown everywhere.
    [[nodiscard]] std::string label() const {
        if (empty()) {
            return "baseline";
        }
        std::string text = "[";
        for (const int k : offsets()) {
            if (text.size() > 1) {
                text += ',';
            }
            if (k > 0) {
                text += '+';
            }
            text += std::to_string(k);
        }
        return text + "]";
    }

    friend constexpr bool operator==(const Stencil&, const Stencil&) = default;

private:
    std::uint32_t bits_ = 0;
};

} // namespace grokscope
