// The table of `grokscope bench`: medians, verdicts, and what other work does to them.
#include "app/bench/bench_table.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <sstream>

namespace grokscope::bench {
namespace {

Row row_with(std::vector<double> rounds) {
    return {"step", "an epoch", "ms", std::move(rounds), {}, {}};
}

TEST(BenchTable, TheFigureIsTheMedianOfTheRounds) {
    EXPECT_EQ(median({3, 1, 2}), 2);
    EXPECT_EQ(median({4, 1, 2, 3}), 2.5);
    EXPECT_TRUE(std::isnan(median({})));
}

TEST(BenchTable, ABoundIsMetOrMissed) {
    std::ostringstream out;
    Table table(out);
    table.add(at_most(row_with({1, 2, 9}), 2));
    table.add(at_least(row_with({1, 2, 9}), 3));
    table.add(row_with({1}));
    ASSERT_EQ(table.rows().size(), 3U);
    EXPECT_EQ(table.rows()[0].verdict, "met");
    EXPECT_EQ(table.rows()[1].verdict, "missed");
    EXPECT_EQ(table.rows()[2].verdict, "");
    EXPECT_NE(out.str().find("MISSED"), std::string::npos);
}

TEST(BenchTable, OtherWorkLeavesTimesUndecidedAndNothingElse) {
    std::ostringstream out;
    double others = 0.3;
    int restarts = 0;
    Table table(
        out, [&] { return others; }, [&] { ++restarts; });
    table.begin();
    EXPECT_EQ(restarts, 1);
    table.add(at_most(row_with({1}), 2));
    EXPECT_EQ(table.rows().back().verdict, "undecided");
    EXPECT_NE(table.rows().back().what.find("30 %"), std::string::npos);
    Row memory = row_with({1});
    memory.timing = false;
    table.add(at_most(memory, 2));
    EXPECT_EQ(table.rows().back().verdict, "met");
    others = Table::kBearable;
    table.add(at_most(row_with({1}), 2));
    EXPECT_EQ(table.rows().back().verdict, "met");
}

TEST(BenchTable, JsonHasEveryRoundTargetAndVerdict) {
    std::ostringstream out;
    Table table(out);
    table.note("two cores");
    table.add(at_most(row_with({3, 1, 2}), 2));
    const auto json = nlohmann::json::parse(table.json());
    EXPECT_EQ(json.at("notes").at(0), "two cores");
    const auto& row = json.at("rows").at(0);
    EXPECT_EQ(row.at("median"), 2);
    EXPECT_EQ(row.at("rounds").size(), 3U);
    EXPECT_EQ(row.at("target"), "<= 2");
    EXPECT_EQ(row.at("verdict"), "met");
}

} // namespace
} // namespace grokscope::bench
