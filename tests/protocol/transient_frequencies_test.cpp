// Which frequencies a run gave up.
#include "engine/protocol/transient_frequencies.h"

#include <gtest/gtest.h>

#include <vector>

namespace grokscope {
namespace {

using Lost = std::vector<TransientFrequency>;

std::vector<ProgressRow> rows_of(const std::vector<std::vector<int>>& keys) {
    std::vector<ProgressRow> rows;
    for (const std::vector<int>& of_row : keys) {
        ProgressRow row;
        row.epoch = static_cast<std::int32_t>(50 * rows.size());
        row.key_frequencies = of_row;
        rows.push_back(row);
    }
    return rows;
}

TEST(TransientFrequencies, AreThoseThatWereKeyForAWhileAndAreNotAtTheEnd) {
    const auto rows = rows_of({{}, {9, 14, 22}, {9, 14, 22}, {14, 22, 30}, {14, 30}, {14, 30}});
    EXPECT_EQ(transient_frequencies(rows), (Lost{{9, 50, 100}, {22, 50, 150}}));
}

TEST(TransientFrequencies, OneRowAloneIsNoWhile) {
    EXPECT_EQ(transient_frequencies(rows_of({{5}, {}, {5}, {}})), Lost{})
        << "nor are two with a gap";
    EXPECT_EQ(transient_frequencies(rows_of({{5}, {5}, {}})), (Lost{{5, 0, 50}}));
    EXPECT_EQ(transient_frequencies(rows_of({{5}, {5}, {}, {5}})), Lost{}) << "it came back";
    EXPECT_EQ(transient_frequencies(rows_of({{5}, {}, {5}, {5}, {}})), (Lost{{5, 0, 150}}));
    EXPECT_EQ(transient_frequencies({}), Lost{});
}

} // namespace
} // namespace grokscope
