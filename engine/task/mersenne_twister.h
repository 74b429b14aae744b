// The Mersenne Twister as two other programs use it: Python's random and PyTorch's CPU generator.
// The engine is std::mt19937; what differs is seeding and how an integer is drawn from its words.
#pragma once

#include <cstdint>
#include <random>
#include <span>
#include <utility>
#include <vector>

namespace grokscope {

/// Python's random.Random(seed) for 0 <= seed < 2^32: MT19937 seeded by init_by_array with the one
/// key word `seed` (Matsumoto and Nishimura 2002; science.md 1.1), which is not std::mt19937(seed).
class PythonRandom {
public:
    explicit PythonRandom(std::uint32_t seed);

    /// The next 32 random bits, as getrandbits(32) returns them.
    [[nodiscard]] std::uint32_t next32() { return static_cast<std::uint32_t>(engine_()); }
    /// Uniform in 0..bound-1, as _randbelow(bound) draws it: the top bits, rejected until below.
    /// Throws std::invalid_argument when bound is 0.
    [[nodiscard]] std::uint32_t randbelow(std::uint32_t bound);
    /// In place, as random.shuffle does: from the last index down to 1.
    template <typename T>
    void shuffle(std::span<T> values) {
        for (std::size_t i = values.size(); i-- > 1;) {
            std::swap(values[i], values[randbelow(static_cast<std::uint32_t>(i + 1))]);
        }
    }

private:
    std::mt19937 engine_;
};

/// torch.randperm(count) on the CPU right after torch.manual_seed(seed): 0..count-1 shuffled from
/// the front, one 32-bit word of std::mt19937(seed) and one remainder per position. PyTorch draws
/// so for fewer than 2^32/20 values; more are refused with std::invalid_argument.
[[nodiscard]] std::vector<std::uint32_t> torch_randperm(std::uint32_t seed, std::size_t count);

} // namespace grokscope
