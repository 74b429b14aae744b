// What can be read off weights, and the spectra of a run, as NPZ files for other programs.
// Threads: each call uses only what it is given.
#pragma once

#include "app/files/weight_files.h"
#include "engine/store/notebook.h"

#include <cstdint>
#include <optional>

namespace grokscope {

/// Of the weights that weights_file() takes for `epoch`: amplitudes, ring order R_k and roundness
/// of each frequency, attention of each head on each pair and its means, frequency, fraction of
/// variance explained and energy of each neuron (docs/formats.md). Equal bits for any number of
/// threads. Throws NotebookError when there are no such weights.
[[nodiscard]] WeightsFile structure_file(Notebook& notebook, StoredRunId run,
                                         std::optional<std::int32_t> epoch);

/// The amplitudes recorded of all epochs. Throws NotebookError when there are none.
[[nodiscard]] WeightsFile spectra_file(Notebook& notebook, StoredRunId run);

} // namespace grokscope
