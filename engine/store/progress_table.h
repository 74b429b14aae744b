// Progress measures as text: one table for spreadsheets, one JSON array for programs.
#pragma once

#include "engine/protocol/records.h"

#include <span>
#include <string>

namespace grokscope {

/// CSV with a header line and one line per row. Columns: epoch; full_, restricted_ loss over _all,
/// _train and _test pairs; excluded_loss; fit_r_squared; fit_loss; gini_ and ipr_ of W_E and W_L;
/// clustered_neurons, dead_neurons, neurons; sum_sq_ per tensor and sum_sq_total; compute_seconds;
/// ildr, commutator_defect and warning_seconds; final_, the same losses with the key frequencies
/// that the run ended with; then lists, blank-separated inside one field: key_frequencies, and in
/// their order excluded_by_frequency and clock_coherence; clusters as frequency:neurons; final_
/// again; commutator_published, the defect with its published guard. Losses in nats. An empty list
/// is an empty field. Numbers are the shortest that read back to the same double; what is missing
/// reads nan.
[[nodiscard]] std::string progress_csv(std::span<const ProgressRow> rows);

/// The same as a JSON array of objects, lists as arrays, with fit_coefficients for k = 1.. and
/// neurons_by_frequency for k = 1..; what is missing is null.
[[nodiscard]] std::string progress_json(std::span<const ProgressRow> rows);

} // namespace grokscope
