// Weights out of a notebook as files: of which epoch, and how exact they are.
// Threads: each call uses only what it is given.
#pragma once

#include "engine/protocol/file_jobs.h"
#include "engine/store/bytes.h"
#include "engine/store/notebook.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grokscope {

/// Epochs of which there are weights, recorded ones and those of the state to go on from,
/// increasing. Weights of epoch N are the input of epoch N: N epochs were trained. The test figures
/// of epoch N are those of the weights of epoch N + 1.
[[nodiscard]] std::vector<std::int32_t> weight_file_epochs(Notebook& notebook, StoredRunId run);

/// The newest of these at or before `epoch`; empty when there is none.
[[nodiscard]] std::optional<std::int32_t> recorded_weights_at(Notebook& notebook, StoredRunId run,
                                                              std::int32_t epoch);

/// `wanted` itself, which must be among them, or with `nearest` the one that is nearest, the
/// earlier of two. Throws NotebookError with a sentence that names the nearest.
[[nodiscard]] std::int32_t chosen_weight_epoch(Notebook& notebook, StoredRunId run,
                                               std::int32_t wanted, bool nearest);

/// Weights out of a notebook.
struct FoundWeights {
    Parameters weights;
    std::vector<ProbeState> probes; ///< of the newest state alone
    bool exact = true;
    std::string about; ///< as JSON, for the file: run, epoch, and what they are rounded to
    /// "weights of epoch 1600, rounded to multiples of 2^-13 to 2^-10", "..., exact".
    std::string note;
};

/// Those recorded of exactly `epoch`, or of the newest state when empty. The state is taken for an
/// epoch only where nothing else is recorded of it, so that they are the same when the run has gone
/// on. Throws NotebookError when there are none.
[[nodiscard]] FoundWeights found_weights(Notebook& notebook, StoredRunId run,
                                         std::optional<std::int32_t> epoch);

struct WeightsFile {
    Bytes bytes;
    bool exact = true;
    /// What it holds; the file says so itself (array_files.h).
    std::string note;

    [[nodiscard]] std::string_view text() const {
        return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    }
};

/// What found_weights() gives, as a file.
[[nodiscard]] WeightsFile weights_file(Notebook& notebook, StoredRunId run,
                                       std::optional<std::int32_t> epoch, WeightFormat format,
                                       bool transformer_lens);

} // namespace grokscope
