// Spectrum rows as they fit on screen: neighbours merge by maximum when there are too many, never
// by skipping. Pure arithmetic: no GL, no ImGui.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace grokscope::ui {

/// At most `capacity` rows that stand for any number of records. Each full row holds, per
/// frequency, the maximum of `stride` consecutive records; only the newest may hold fewer. When
/// there is no room, neighbours merge in pairs and the stride doubles.
class SpectrumRows {
public:
    /// Throws std::invalid_argument unless frequencies >= 2 and capacity is even and positive.
    SpectrumRows(int frequencies, int capacity);

    /// Adds the record of `epoch`, which grows from call to call. Values that are not finite or
    /// are negative count as 0. Throws std::invalid_argument when the number of amplitudes is not
    /// frequencies().
    void append(std::int32_t epoch, std::span<const float> amplitudes);

    /// Merges until each row stands for `stride` records or more: a power of two.
    void merge_to(int stride);

    [[nodiscard]] int frequencies() const { return frequencies_; }
    [[nodiscard]] int capacity() const { return capacity_; }
    /// Rows that exist, the newest perhaps not yet full.
    [[nodiscard]] int count() const { return static_cast<int>(epochs_.size()); }
    /// Rows that will not change before the next merge.
    [[nodiscard]] int full_count() const;
    /// Records a full row stands for: 1, 2, 4 ...
    [[nodiscard]] int stride() const { return stride_; }
    [[nodiscard]] std::size_t records() const { return records_; }
    /// Goes up at each merge: every row has moved.
    [[nodiscard]] std::uint32_t merges() const { return merges_; }

    /// Largest amplitude of each frequency in `row`, 0 <= row < count().
    [[nodiscard]] std::span<const float> row(int row) const;
    /// Epochs of the first and last record in `row`.
    [[nodiscard]] std::int32_t first_epoch(int row) const;
    [[nodiscard]] std::int32_t last_epoch(int row) const;
    /// Row in which record number `record` is shown.
    [[nodiscard]] int row_of_record(std::size_t record) const {
        return static_cast<int>(record / static_cast<std::size_t>(stride_));
    }
    /// Largest amplitude of all; 0 without rows.
    [[nodiscard]] float largest() const { return largest_; }

private:
    struct Epochs {
        std::int32_t first = 0;
        std::int32_t last = 0;
        int records = 0;
    };
    void merge_neighbours();

    int frequencies_;
    int capacity_;
    int stride_ = 1;
    std::size_t records_ = 0;
    std::uint32_t merges_ = 0;
    float largest_ = 0;
    std::vector<Epochs> epochs_;
    std::vector<float> values_; // count() rows of frequencies_
};

/// Records per row once `records` of them are in: the smallest power of two with which they fit.
[[nodiscard]] int stride_for(std::size_t records, int capacity);

/// Places to draw rows in, so that the picture need not be laid out anew at each row: the smallest
/// of 32, 48, 64, 96 ... that holds `rows`, but at most `capacity`.
[[nodiscard]] int slots_for(int rows, int capacity);

/// Epochs between two rulers: 1,000 where that gives three to thirty of them in `epochs`, else a
/// round number that gives at most ten, 1,000,000,000 at most.
[[nodiscard]] std::int32_t ruler_interval(double epochs);

/// Every how many rulers one is named, so that names keep `least` pixels from one another when
/// rulers stand `apart` pixels apart: 1, 2, 5, 10 ...
[[nodiscard]] int named_rulers(float apart, float least);

/// Epochs between two rulers that are named, in whole intervals of the rulers.
[[nodiscard]] std::int32_t named_interval(std::int32_t ruler, float apart, float least);

/// The next round number (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8 times a power of ten) that is at least
/// `value`; 1 for values that are not positive.
[[nodiscard]] float round_up(float value);

} // namespace grokscope::ui
