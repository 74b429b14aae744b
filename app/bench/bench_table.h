// Rows of the benchmark table.
#pragma once

#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace grokscope::bench {

/// The middle value; the mean of the middle two of an even number. NaN for none.
[[nodiscard]] double median(std::vector<double> values);

struct Row {
    std::string name;           ///< "step.base"
    std::string what;           ///< one line for a reader
    std::string unit;           ///< of `rounds`: "ms", "x", "GFLOP/s"
    std::vector<double> rounds; ///< one value per round; the figure is their median
    std::string target;         ///< ">= 45", empty when there is none
    std::optional<bool> met;    ///< absent without a target
    bool timing = true;         ///< other work on the machine would falsify it
    /// "met", "missed", "undecided" when other work disturbed it, or empty. Set by Table::add().
    std::string verdict = {};

    [[nodiscard]] double value() const { return median(rounds); }
};

/// A row whose target is a bound on its figure.
[[nodiscard]] Row at_least(Row row, double bound);
[[nodiscard]] Row at_most(Row row, double bound);

class Table {
public:
    /// Other work that a verdict on a time can bear, as a share of the processors' time.
    static constexpr double kBearable = 0.05;

    /// `other_work` tells that share since it was last restarted; empty: there is none.
    explicit Table(std::ostream& out, std::function<std::optional<double>()> other_work = {},
                   std::function<void()> restart = {})
        : out_(out), other_work_(std::move(other_work)), restart_(std::move(restart)) {}

    /// What is added from now on was measured from now on.
    void begin();
    /// A line between rows: what follows, or why something is left out.
    void note(std::string_view text);
    /// Judges a row with a target, and prints it.
    void add(Row row);

    [[nodiscard]] const std::vector<Row>& rows() const { return rows_; }
    [[nodiscard]] const std::vector<std::string>& notes() const { return notes_; }
    /// All rows and notes, with the values of every round.
    [[nodiscard]] std::string json() const;

private:
    std::ostream& out_;
    std::function<std::optional<double>()> other_work_;
    std::function<void()> restart_;
    std::vector<Row> rows_;
    std::vector<std::string> notes_;
};

} // namespace grokscope::bench
