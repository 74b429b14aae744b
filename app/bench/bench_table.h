// Rows of the benchmark table.
#pragma once

#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grokscope::bench {

/// The middle value; the mean of the middle two of an even number. NaN for none.
[[nodiscard]] double median(std::vector<double> values);

struct Row {
    std::string name;           ///< "step.base"
    std::string what;           ///< one line for a reader
    std::string unit;           ///< of `rounds`: "ms", "x", "GFLOP/s"
    std::vector<double> rounds; ///< one value per round; the figure is their median
    std::string target;         ///< "at least 45", empty when there is none
    std::optional<bool> met;

    [[nodiscard]] double value() const { return median(rounds); }
};

/// A row whose target is a bound on its figure.
[[nodiscard]] Row at_least(Row row, double bound);
[[nodiscard]] Row at_most(Row row, double bound);

class Table {
public:
    explicit Table(std::ostream& out) : out_(out) {}

    /// A line between rows: what follows, or why something is left out.
    void note(std::string_view text);
    void add(Row row);

    [[nodiscard]] const std::vector<Row>& rows() const { return rows_; }
    [[nodiscard]] const std::vector<std::string>& notes() const { return notes_; }
    /// All rows and notes, with the values of every round.
    [[nodiscard]] std::string json() const;

private:
    std::ostream& out_;
    std::vector<Row> rows_;
    std::vector<std::string> notes_;
};

} // namespace grokscope::bench
