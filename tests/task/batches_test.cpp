// Which pairs an update is of, against values printed by CPython 3.11.
#include "engine/task/batches.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <vector>

namespace grokscope {
namespace {

/// 36 training pairs of 49.
RunConfig config_of(std::uint32_t seed, int batch) {
    RunConfig config;
    config.p = 7;
    config.train_fraction = 0.75;
    config.seed = seed;
    config.batch = batch;
    return config;
}

std::vector<std::uint32_t> rows_of(Batches& batches, std::int64_t update) {
    const auto rows = batches.rows(update);
    return {rows.begin(), rows.end()};
}

using Rows = std::vector<std::uint32_t>;

TEST(Batches, AreThoseOfPythonsShuffle) {
    Batches batches(config_of(999, 8));
    ASSERT_EQ(config_of(999, 8).train_pairs(), 36);
    EXPECT_EQ(rows_of(batches, 0), (Rows{10, 9, 32, 17, 11, 22, 19, 1}));
    EXPECT_EQ(rows_of(batches, 3), (Rows{16, 25, 31, 33, 23, 34, 29, 6}));
    EXPECT_EQ(rows_of(batches, 4), (Rows{34, 11, 25, 2, 12, 16, 6, 9})) << "the second pass";
    Batches largest(config_of(4294967295U, 8));
    EXPECT_EQ(rows_of(largest, 9), (Rows{10, 27, 17, 8, 6, 32, 5, 22})) << "seeds wrap";
}

TEST(Batches, DependOnTheUpdateAlone) {
    Batches forwards(config_of(5, 7));
    std::vector<Rows> all;
    for (int update = 0; update < 23; ++update) {
        all.push_back(rows_of(forwards, update));
    }
    Batches backwards(config_of(5, 7));
    for (int update = 22; update >= 0; --update) {
        EXPECT_EQ(rows_of(backwards, update), all[static_cast<std::size_t>(update)]) << update;
    }
}

TEST(Batches, OfAPassHaveNoPairTwice) {
    Batches batches(config_of(5, 10));
    std::set<std::uint32_t> seen;
    for (int update = 0; update < 3; ++update) { // six pairs are left out
        for (const std::uint32_t row : batches.rows(update)) {
            EXPECT_TRUE(seen.insert(row).second);
            EXPECT_LT(row, 36U);
        }
    }
    EXPECT_EQ(seen.size(), 30U);
}

TEST(Batches, AreNoneOfARunThatShowsAllPairs) {
    Batches batches(config_of(5, 0));
    EXPECT_TRUE(batches.takes_all());
    EXPECT_TRUE(batches.rows(3).empty());
}

} // namespace
} // namespace grokscope
