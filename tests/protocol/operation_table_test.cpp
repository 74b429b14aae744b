// Operations from a table: what is read, what is refused, and what follows of it.
#include "engine/protocol/config.h"
#include "engine/protocol/group_index.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace grokscope {
namespace {

/// max(a, b) of 0..4, with no answer to (1, 3).
const char* const kLargest = "0,1,2,3,4\n1,1,2,,4\n2,2,2,3,4\n3,3,3,3,4\n4,4,4,4,4\n";

OperationTable read(const std::string& text, const std::string& name = "file") {
    std::string mistake;
    OperationTable table = OperationTable::parse(text, name, mistake);
    EXPECT_EQ(mistake, "");
    return table;
}

std::string refusal(const std::string& text) {
    std::string mistake;
    EXPECT_TRUE(OperationTable::parse(text, "file", mistake).empty()) << text;
    return mistake;
}

/// `text` with its line `number`, from 1 on, replaced.
std::string with_line(int number, const std::string& line) {
    std::string text = kLargest;
    std::size_t begin = 0;
    for (int i = 1; i < number; ++i) {
        begin = text.find('\n', begin) + 1;
    }
    return text.replace(begin, text.find('\n', begin) - begin, line);
}

TEST(OperationTable, HasTheAnswersOfItsLines) {
    const OperationTable table = read(kLargest, "largest");
    EXPECT_EQ(table.p(), 5);
    EXPECT_EQ(table.name(), "largest");
    EXPECT_EQ(table.at(2, 3), 3);
    EXPECT_EQ(table.at(1, 3), OperationTable::kUndefined);
    EXPECT_EQ(table.at(5, 0), OperationTable::kUndefined);
    EXPECT_EQ(table.defined_pairs(), 24);
    EXPECT_FALSE(table.is_symmetric()) << "(3, 1) has an answer";
    EXPECT_TRUE(read(with_line(2, "1,1,2,3,4")).is_symmetric());
}

TEST(OperationTable, IsReadAsItIsWritten) {
    const OperationTable table = read(kLargest, "largest");
    EXPECT_EQ(table.text(), std::string("# largest\n") + kLargest);
    EXPECT_EQ(read(table.text(), "another").name(), "largest");
    EXPECT_EQ(read(table.text()), table);
    EXPECT_EQ(OperationTable().text(), "");
}

TEST(OperationTable, TakesWhatOtherProgramsWrite) {
    std::string windows = "\xEF\xBB\xBF";
    for (const char letter : std::string(kLargest)) {
        windows += letter == '\n' ? "\r\n" : std::string(1, letter);
    }
    EXPECT_EQ(read(windows), read(kLargest)) << "byte order mark, CRLF";
    const std::string text = kLargest;
    EXPECT_EQ(read(text.substr(0, text.size() - 1)), read(kLargest)) << "no newline at the end";
    EXPECT_EQ(read(text + "\n\n"), read(kLargest)) << "empty lines at the end";
    EXPECT_EQ(read(with_line(3, " 2, 2 ,2,\t3,4")), read(kLargest)) << "blanks";
}

TEST(OperationTable, IsEqualWhereItsAnswersAre) {
    EXPECT_EQ(read(kLargest, "one"), read(kLargest, "other"));
    EXPECT_NE(read(kLargest), read(with_line(2, "1,1,2,3,4")));
    EXPECT_NE(read(kLargest), OperationTable());
    EXPECT_EQ(OperationTable(), OperationTable());
}

TEST(OperationTable, SaysWithLineAndColumnWhatIsWrong) {
    const std::vector<std::pair<std::string, std::string>> wrong{
        {"", "there is no row in it; a table has p lines of p classes with commas between them"},
        {"\n \n", "there is no row in it"},
        {"# only a name\n", "there is no row in it"},
        {with_line(3, "2,2,2,3"), "line 3 has 4 cells, the first row has 5; a table is square"},
        {with_line(3, "2,2,2,3,4,"), "line 3 has 6 cells, the first row has 5"},
        {with_line(3, ""), "line 3 is empty, but rows follow it"},
        {std::string(kLargest) + "4,4,4,4,4\n", "line 6 is one row too many: with 5 columns"},
        {std::string(kLargest).substr(0, 19), "line 3 is missing: there are 2 rows of 5 cells"},
        {with_line(3, "2,2,5,3,4"), "line 3, column 3: the class \"5\" lies outside of 0 to 4"},
        {with_line(1, "0,1,2,7,4"), "line 1, column 4: the class \"7\" lies outside of 0 to 4"},
        {with_line(2, "1,-1,2,,4"), "line 2, column 2: the class \"-1\" lies outside of 0 to 4"},
        {with_line(2, "1,99999999999999,2,,4"), "column 2: the class \"99999999999999\" lies out"},
        {with_line(2, "1,e,2,,4"), "line 2, column 2: \"e\" is no class; a table has the numbers"},
        {with_line(2, "1,1.0,2,,4"), "line 2, column 2: \"1.0\" is no class"},
        {with_line(2, "1,\"1\",2,,4"), "line 2, column 2: \"\"1\"\" is no class"},
        {std::string("a,b,c,d,e\n") + kLargest, "line 1, column 1: \"a\" is no class; a table has "
                                                "the numbers 0 to p - 1 alone, without a header"},
        {with_line(1, "0;1;2;3;4"), "line 1 has semicolons between its cells; a table has commas"},
        {with_line(1, "0\t1\t2\t3\t4"), "line 1 has tabs between its cells; a table has commas"},
        {"0,1,2,0\n", "line 1 has 4 cells; a table has 5 to 251 rows and as many columns"},
        {"7", "line 1 has 1 cells; a table has 5 to 251 rows"},
        {std::string(600, ','), "line 1 has 601 cells; a table has 5 to 251 rows"},
        {std::string(OperationTable::kLongestText + 1, '1'), "at most 524288 characters"},
        {with_line(2, std::string("1,\0,2,,4", 8)), "line 2, column 2: "},
    };
    for (const auto& [text, sentence] : wrong) {
        EXPECT_NE(refusal(text).find(sentence), std::string::npos)
            << refusal(text) << "\nwanted: " << sentence;
        EXPECT_EQ(refusal(text).find('\n'), std::string::npos);
    }
}

TEST(OperationTable, HasANameThatFitsAnywhere) {
    EXPECT_EQ(read(kLargest, "").name(), "unnamed");
    EXPECT_EQ(read(std::string("#   a \"quoted\\ one\"\x1b[31m\n") + kLargest).name(),
              read(std::string("# a quoted one\x1b[31m\n") + kLargest).name());
    EXPECT_EQ(read(std::string("# \n") + kLargest).name(), "unnamed");
    const std::string name = read(kLargest, std::string(60, 'n') + "\xC3\xA4").name();
    EXPECT_EQ(name, std::string(40, 'n'));
    EXPECT_EQ(read(kLargest, std::string(39, 'n') + "\xC3\xA4").name(), std::string(39, 'n'))
        << "no half of a letter";
    const OperationTable odd = read(kLargest, "###");
    EXPECT_EQ(read(odd.text()).name(), odd.name());
}

TEST(OperationTable, IsMadeOfSoundClassesAlone) {
    using Classes = std::vector<std::int16_t>;
    EXPECT_EQ(OperationTable("zeros", 5, Classes(25)).defined_pairs(), 25);
    EXPECT_THROW(OperationTable("few", 5, Classes(24)), std::invalid_argument);
    EXPECT_THROW(OperationTable("small", 4, Classes(16)), std::invalid_argument);
    EXPECT_THROW(OperationTable("large", 252, Classes(63504)), std::invalid_argument);
    EXPECT_THROW(OperationTable("outside", 5, Classes(25, 5)), std::invalid_argument);
    EXPECT_THROW(OperationTable("below", 5, Classes(25, -2)), std::invalid_argument);
}

TEST(Arithmetic, OfATableIsWhatStandsInIt) {
    const Arithmetic table{Operation::kTable, 5, read(kLargest, "largest")};
    EXPECT_EQ(table.answer(1, 4), 4);
    EXPECT_FALSE(table.defined(1, 3));
    EXPECT_TRUE(table.defined(3, 1));
    EXPECT_EQ(table.pairs(), 24);
    EXPECT_FALSE(table.is_commutative());
    EXPECT_EQ(table.qualifier(), " by the table largest");
    EXPECT_EQ(table.why_no_group(), "a table names no group, so it has no frequencies");
    EXPECT_TRUE(GroupIndex(Operation::kTable, 5).empty());
    EXPECT_EQ(group_order(Operation::kTable, 5), 0);
    const Arithmetic sums{Operation::kAdd, 5};
    EXPECT_EQ(sums.qualifier(), " mod 5");
    EXPECT_EQ(sums.why_no_group(), "");
    EXPECT_EQ((Arithmetic{Operation::kMultiply, 12}).why_no_group(),
              "products modulo a number that is not prime have no frequencies");
}

TEST(Config, OfATableHasItsOperationAndItsP) {
    RunConfig config;
    config.table = read(kLargest, "largest");
    fit_to_table(config, false, false);
    EXPECT_EQ(config.operation, Operation::kTable);
    EXPECT_EQ(config.p, 5);
    EXPECT_EQ(config.all_pairs(), 24);
    EXPECT_EQ(config.order(), 0);
    EXPECT_TRUE(config.validate().empty());
    RunConfig other = config;
    other.table = read(with_line(2, "1,1,2,3,4"));
    EXPECT_NE(config, other);
    EXPECT_NE(course_of(config), course_of(other));
    EXPECT_FALSE(is_paired(config, other));
    RunConfig plain;
    fit_to_table(plain, false, false);
    EXPECT_EQ(plain, RunConfig{});
}

TEST(Config, RefusesATableThatDoesNotFit) {
    const auto mistake = [](auto change) {
        RunConfig config;
        config.table = read(kLargest, "largest");
        fit_to_table(config, false, false);
        change(config);
        const std::vector<std::string> mistakes = config.validate();
        return mistakes.size() == 1 ? mistakes[0] : std::to_string(mistakes.size());
    };
    EXPECT_EQ(mistake([](RunConfig& c) { c.table = {}; }),
              "the operation (--op) table needs the table: give it with --table FILE");
    EXPECT_EQ(mistake([](RunConfig& c) { c.operation = Operation::kAdd; }),
              "the table (--table) largest is an operation of its own: leave --op out, got add");
    EXPECT_EQ(mistake([](RunConfig& c) { c.p = 7; }),
              "the table (--table) largest has 5 rows, which is its p: leave --p out, got 7");
    EXPECT_EQ(mistake([](RunConfig& c) { c.without_frequencies = FrequencySet::of({1}); }),
              "there are no frequencies to leave out (--without-frequencies): a table names no "
              "group, so it has no frequencies");
    EXPECT_NE(mistake([](RunConfig& c) {
                  c.table = OperationTable("bare", 5, std::vector<std::int16_t>(25, -1));
              }).find("leaves one side of the split empty"),
              std::string::npos);
}

} // namespace
} // namespace grokscope
