// Progress measures as text: one table for spreadsheets, one JSON array for programs.
#pragma once

#include "engine/protocol/instrument.h"
#include "engine/protocol/records.h"

#include <span>
#include <string>

namespace grokscope {

/// CSV with a header line and one line per epoch that has a row or a reading. Columns: epoch;
/// full_, restricted_ loss over _all, _train and _test pairs; excluded_loss; fit_r_squared;
/// fit_loss; gini_ and ipr_ of W_E and W_L; clustered_neurons, dead_neurons, neurons; sum_sq_ per
/// tensor and sum_sq_total; compute_seconds; ildr, commutator_defect and warning_seconds, what all
/// readings of that epoch took; final_, the same losses with the key frequencies that the run ended
/// with; then lists, blank-separated inside one field: key_frequencies, and in their order
/// excluded_by_frequency and clock_coherence; clusters as frequency:neurons; final_ again;
/// commutator_published, and behind it every other figure of an instrument that is one number: of
/// this version's, and of `others` that the readings have. Losses in nats. An empty list is an
/// empty field. Numbers are the shortest that read back to the same double; what is missing reads
/// nan.
[[nodiscard]] std::string progress_csv(std::span<const ProgressRow> rows,
                                       std::span<const Reading> readings = {},
                                       std::span<const InstrumentSpec> others = {});

/// The same as a JSON array of objects, lists as arrays, with fit_coefficients for k = 1.. and
/// neurons_by_frequency for k = 1.., and with the figures of instruments that are lists; what is
/// missing is null.
[[nodiscard]] std::string progress_json(std::span<const ProgressRow> rows,
                                        std::span<const Reading> readings = {},
                                        std::span<const InstrumentSpec> others = {});

} // namespace grokscope
