#include "engine/task/mersenne_twister.h"

#include <array>
#include <bit>
#include <numeric>
#include <stdexcept>
#include <string>

namespace grokscope {

namespace {

/// Hands std::mt19937 a state word by word. The standard fixes how an engine is seeded from a seed
/// sequence: with w = 32 it takes one word per state word, in order, and keeps them unchanged
/// unless all but the top bit are zero ([rand.eng.mers]).
class StateWords {
public:
    using result_type = std::uint_least32_t;
    static constexpr std::size_t kSize = std::mt19937::state_size;

    explicit StateWords(const std::array<std::uint32_t, kSize>& words) : words_(words) {}

    template <typename Iterator>
    void generate(Iterator begin, Iterator end) const {
        for (std::size_t i = 0; begin != end; ++begin, ++i) {
            *begin = words_.at(i);
        }
    }

private:
    std::array<std::uint32_t, kSize> words_;
};

/// init_by_array with a key of one word; all arithmetic mod 2^32.
StateWords init_by_array(std::uint32_t key) {
    constexpr std::size_t kSize = StateWords::kSize;
    std::array<std::uint32_t, kSize> s{};
    s[0] = 19650218U;
    for (std::uint32_t i = 1; i < kSize; ++i) {
        s[i] = 1812433253U * (s[i - 1] ^ (s[i - 1] >> 30U)) + i;
    }
    std::size_t i = 1;
    const auto advance = [&] {
        if (++i == kSize) {
            s[0] = s[kSize - 1];
            i = 1;
        }
    };
    for (std::size_t round = 0; round < kSize; ++round) {
        s[i] = (s[i] ^ ((s[i - 1] ^ (s[i - 1] >> 30U)) * 1664525U)) + key;
        advance();
    }
    for (std::size_t round = 0; round + 1 < kSize; ++round) {
        s[i] =
            (s[i] ^ ((s[i - 1] ^ (s[i - 1] >> 30U)) * 1566083941U)) - static_cast<std::uint32_t>(i);
        advance();
    }
    s[0] = 0x80000000U;
    return StateWords(s);
}

} // namespace

PythonRandom::PythonRandom(std::uint32_t seed) {
    StateWords words = init_by_array(seed);
    engine_.seed(words);
}

std::uint32_t PythonRandom::randbelow(std::uint32_t bound) {
    if (bound == 0) {
        throw std::invalid_argument("randbelow needs a bound of at least 1, got 0");
    }
    const auto spare_bits = static_cast<unsigned>(std::countl_zero(bound));
    std::uint32_t value = next32() >> spare_bits;
    while (value >= bound) {
        value = next32() >> spare_bits;
    }
    return value;
}

std::vector<std::uint32_t> torch_randperm(std::uint32_t seed, std::size_t count) {
    constexpr std::size_t kLargest = 0xffffffffU / 20U;
    if (count >= kLargest) {
        throw std::invalid_argument("torch_randperm takes fewer than " + std::to_string(kLargest) +
                                    " values, got " + std::to_string(count));
    }
    std::vector<std::uint32_t> order(count);
    std::iota(order.begin(), order.end(), 0U);
    std::mt19937 engine(seed);
    for (std::size_t i = 0; i + 1 < count; ++i) {
        const std::size_t offset = engine() % (count - i);
        std::swap(order[i], order[i + offset]);
    }
    return order;
}

} // namespace grokscope
