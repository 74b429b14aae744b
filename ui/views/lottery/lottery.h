// Which frequency wins inside the neurons: the share that each has in them over a run's epochs, and
// which were key for how long (science.md 3.3, 3.5).
// Threads: any; values only.
#pragma once

#include "ui/core/run_book.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace grokscope::ui {

/// The winners are the fewest frequencies that together hold so much of what all frequencies hold.
inline constexpr double kWinnersHold = 0.8;
/// Frequencies that are told apart by a colour, at most.
inline constexpr std::size_t kMostNamed = 12;

/// When a frequency was key, by the live rule on the rows of progress measures.
struct KeySpan {
    int frequency = 0;
    /// First and last epoch of each stretch of rows that have it.
    std::vector<std::pair<std::int32_t, std::int32_t>> stretches;
    /// Key in two rows in a row, at least, and not in the newest (TransientFrequency).
    bool lost = false;

    [[nodiscard]] std::int32_t first() const { return stretches.front().first; }
    [[nodiscard]] std::int32_t last() const { return stretches.back().second; }
};

/// What is drawn of one run.
struct Lottery {
    std::vector<std::int32_t> epochs; ///< of the readings that have shares, increasing
    /// Of each, the share of frequency k at index k-1; all of one size. NaN where no neuron
    /// responds.
    std::vector<std::vector<double>> shares;
    /// The winners of the last reading and those that are or were key: increasing.
    std::vector<int> named;
    /// All frequencies, from the lower edge of the picture upwards: the named ones, then the
    /// others, each by its largest share.
    std::vector<int> order;
    std::vector<KeySpan> keys; ///< by their first epochs

    /// Index of the newest reading at or before `epoch`.
    [[nodiscard]] std::optional<std::size_t> at(std::int32_t epoch) const;
    /// The place of a frequency in `named`.
    [[nodiscard]] std::optional<std::size_t> place_of(int frequency) const;
};

/// The fewest frequencies that together hold kWinnersHold of what all of `shares` hold, the largest
/// first and the lower of equal ones; none where that takes more than half of them, or no neuron
/// responds.
[[nodiscard]] std::vector<int> winners_of(std::span<const double> shares);

/// Those that are key in the newest row, and those that are lost.
[[nodiscard]] std::vector<KeySpan> key_spans(std::span<const ProgressRow> rows);

[[nodiscard]] Lottery lottery_of(const RunRecord& run);

} // namespace grokscope::ui
