// Algorithmic complexity of a matrix by the Block Decomposition Method of Zenil et al.
// (1609.00110), with complexities of small blocks from a table of our own (science.md 6.2).
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace grokscope {

/// Letters of the alphabet.
inline constexpr int kLetters = 4;
/// Rows and columns of a block.
inline constexpr std::size_t kBlockSide = 3;

/// K of squares of letters, in bits, as ctm_table_text() writes it. Threads: constant once made.
class ComplexityTable {
public:
    /// Throws std::invalid_argument on a line that is none of a table, and on a table without
    /// blocks of side kBlockSide.
    explicit ComplexityTable(std::string_view text);

    /// The one that comes with the program: four letters, of machines with three states.
    [[nodiscard]] static const ComplexityTable& built_in();

    /// NaN when the table lacks the square. Throws as square_class().
    [[nodiscard]] double bits(std::string_view square) const;
    /// Of the blocks of side kBlockSide: the largest in the table, and how many classes it has.
    [[nodiscard]] double largest() const { return largest_; }
    [[nodiscard]] std::size_t classes() const { return classes_; }

private:
    std::map<std::string, double, std::less<>> bits_;
    double largest_ = 0;
    std::size_t classes_ = 0;
};

/// Each value's quartile among all of them, 0..3: how many of the three smallest values that have
/// a quarter, a half and three quarters of all at or below them lie below it. So ties go to the
/// lower bin, and equal values are all 0. Values are finite.
[[nodiscard]] std::vector<std::uint8_t> quartile_letters(std::span<const float> values);

struct BlockComplexity {
    double bits = 0;
    std::size_t blocks = 0; ///< of side kBlockSide, side by side; edges that fill none are left out
    std::size_t distinct = 0; ///< of them
    std::size_t missing = 0;  ///< of `blocks`, those that the table lacks
};

/// BDM: the sum over distinct blocks of (K of the block + log2 of how often it is there). A block
/// that the table lacks has the table's largest K, and one bit. `letters` are [rows, columns], each
/// below kLetters. Throws std::invalid_argument when their number does not fit. Any thread.
[[nodiscard]] BlockComplexity block_complexity(std::span<const std::uint8_t> letters,
                                               std::size_t rows, std::size_t columns,
                                               const ComplexityTable& table);

} // namespace grokscope
