// A run's figures as text that other programs read.
#pragma once

#include "engine/protocol/run_record.h"

#include <string>

namespace grokscope {

/// Shortest decimal text that reads back as the same double, in Python's form: "0.5", "1.0",
/// "1e-05", "nan". Any thread.
[[nodiscard]] std::string shortest_text(double value);

/// One line per evaluated epoch, columns epoch, train_loss, test_loss (nats), train_acc, test_acc
/// (shares) and mismatch_k per offset in increasing order; `nan` where missing. Lines end with a
/// line feed. The same run gives the same bytes. Any thread.
[[nodiscard]] std::string to_csv(const RunRecord& run);

/// Everything: "program" and "host" facts, "config" with every setting, "run" with state,
/// outcome and, where it went on elsewhere, "went_on", "marks", "units", and "metrics" as one array
/// per column, those of the CSV and weight_sum_squares, wall_seconds and cpu_seconds, and
/// "progress" as progress_json() writes it; null where missing. Indented, ends with a line feed.
[[nodiscard]] std::string to_json(const RunRecord& run, const HostFacts& host);

} // namespace grokscope
