// A run's figures as text that other programs read.
#pragma once

#include "engine/protocol/run_record.h"

#include <functional>
#include <string>
#include <vector>

namespace grokscope {

/// Shortest decimal text that reads back as the same double, in Python's form: "0.5", "1.0",
/// "1e-05", "nan". Any thread.
[[nodiscard]] std::string shortest_text(double value);

/// The figures of a run by their names in every export, so that rows can be written as they come.
/// Lines end with a line feed. Any thread.
class FigureColumns {
public:
    explicit FigureColumns(const RunConfig& config);

    /// Names and one row of the CSV: epoch, train_loss, test_loss (nats), train_acc, test_acc
    /// (shares), mismatch_m8 to mismatch_p8 for the offsets of the stencil, and mirrored_ and new_
    /// loss and acc; `nan` where missing.
    [[nodiscard]] std::string csv_header() const;
    [[nodiscard]] std::string csv_row(const MetricSample& sample) const;
    /// The same as a JSON object, with weight_sum_squares, wall_seconds and cpu_seconds; null
    /// where missing.
    [[nodiscard]] std::string json_line(const MetricSample& sample) const;

private:
    friend std::string to_json(const RunRecord& run, const HostFacts& host);

    /// A column beside the epoch.
    struct Column {
        std::string name;
        bool in_csv = true;
        std::function<double(const MetricSample&)> value;
    };

    std::vector<Column> columns_;
};

/// "m1", "0", "p1": an offset in the name of a column. A minus sign would not survive
/// numpy.genfromtxt and R.
[[nodiscard]] std::string offset_name(int offset);

/// One line per evaluated epoch under a header (FigureColumns). The same run gives the same bytes.
/// Any thread.
[[nodiscard]] std::string to_csv(const RunRecord& run);

/// Everything: "program" and "host" facts, "config" with every setting, "run" with state,
/// outcome and, where it went on elsewhere, "went_on", "marks", "units", and "metrics" as one array
/// per column, those of the CSV and weight_sum_squares, wall_seconds and cpu_seconds, and
/// "progress" as progress_json() writes it; null where missing. Indented, ends with a line feed.
[[nodiscard]] std::string to_json(const RunRecord& run, const HostFacts& host);

} // namespace grokscope
