#include "engine/analysis/block_complexity.h"

#include "engine/analysis/square_pattern.h"

#include <embedded/complexity.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace grokscope {

namespace {

constexpr std::size_t kCells = kBlockSide * kBlockSide;
constexpr std::size_t kRawBlocks = std::size_t{1} << (2 * kCells); // two bits a letter

std::string_view take_line(std::string_view& text) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return line;
}

std::string letters_of(std::size_t raw) {
    std::string letters(kCells, '0');
    for (std::size_t cell = kCells; cell-- > 0; raw >>= 2U) {
        letters[cell] = static_cast<char>('0' + (raw & 3U));
    }
    return letters;
}

} // namespace

ComplexityTable::ComplexityTable(std::string_view text) {
    while (!text.empty()) {
        const std::string_view line = take_line(text);
        if (line.empty() || line.front() == '#') {
            continue;
        }
        const std::size_t space = std::min(line.find(' '), line.size());
        const std::string square(line.substr(0, space));
        const std::string_view number = line.substr(std::min(space + 1, line.size()));
        double bits = 0;
        const auto [end, error] =
            std::from_chars(number.data(), number.data() + number.size(), bits);
        if (error != std::errc() || end != number.data() + number.size() || !(bits > 0) ||
            square.find_first_not_of("0123") != std::string::npos ||
            square_class(square) != square) {
            throw std::invalid_argument("a table of complexities has lines of a square of letters "
                                        "and its bits, got \"" +
                                        std::string(line.substr(0, 60)) + "\"");
        }
        if (square.size() == kCells) {
            largest_ = std::max(largest_, bits);
            ++classes_;
        }
        bits_.emplace(square, bits);
    }
    if (classes_ == 0) {
        throw std::invalid_argument("a table of complexities needs blocks of three by three");
    }
}

const ComplexityTable& ComplexityTable::built_in() {
    static const ComplexityTable table(embedded::complexity().front().content);
    return table;
}

double ComplexityTable::bits(std::string_view square) const {
    const auto found = bits_.find(square_class(square));
    return found == bits_.end() ? std::numeric_limits<double>::quiet_NaN() : found->second;
}

std::vector<std::uint8_t> quartile_letters(std::span<const float> values) {
    std::vector<float> sorted(values.begin(), values.end());
    std::ranges::sort(sorted);
    std::array<float, kLetters - 1> bounds{};
    for (std::size_t i = 0; i < bounds.size() && !sorted.empty(); ++i) {
        bounds[i] = sorted[((i + 1) * sorted.size() + kLetters - 1) / kLetters - 1];
    }
    std::vector<std::uint8_t> letters;
    letters.reserve(values.size());
    for (const float value : values) {
        const auto below = std::ranges::lower_bound(bounds, value) - bounds.begin();
        letters.push_back(static_cast<std::uint8_t>(below));
    }
    return letters;
}

BlockComplexity block_complexity(std::span<const std::uint8_t> letters, std::size_t rows,
                                 std::size_t columns, const ComplexityTable& table) {
    if (letters.size() != rows * columns) {
        throw std::invalid_argument(
            "blocks of " + std::to_string(rows) + " rows and " + std::to_string(columns) +
            " columns need as many letters, got " + std::to_string(letters.size()));
    }
    std::vector<std::uint32_t> counts(kRawBlocks);
    BlockComplexity result;
    for (std::size_t row = 0; row + kBlockSide <= rows; row += kBlockSide) {
        for (std::size_t column = 0; column + kBlockSide <= columns; column += kBlockSide) {
            std::size_t raw = 0;
            for (std::size_t cell = 0; cell < kCells; ++cell) {
                const std::size_t place =
                    (row + cell / kBlockSide) * columns + column + cell % kBlockSide;
                raw = raw << 2U | letters[place];
            }
            ++counts[raw];
            ++result.blocks;
        }
    }
    for (std::size_t raw = 0; raw < kRawBlocks; ++raw) {
        if (counts[raw] == 0) {
            continue;
        }
        double bits = table.bits(letters_of(raw));
        if (std::isnan(bits)) {
            bits = table.largest() + 1;
            result.missing += counts[raw];
        }
        result.bits += bits + std::log2(static_cast<double>(counts[raw]));
        ++result.distinct;
    }
    return result;
}

} // namespace grokscope
