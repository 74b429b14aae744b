// `grokscope sfm`: the singular feature machine in a terminal.
// Threads: the main thread.
#pragma once

#include "app/options/options.h"
#include "app/stop_signal.h"
#include "engine/protocol/theory.h"

#include <string>

namespace grokscope {

/// A line for each iteration, with its names above them: docs/formats.md.
[[nodiscard]] std::string sfm_csv(const SfmAnswer& answer);
/// Settings, laws and iterations as one JSON object, with its end.
[[nodiscard]] std::string sfm_json(const SfmAnswer& answer);
/// The same for people.
[[nodiscard]] std::string sfm_in_words(const SfmAnswer& answer);

/// Iterates, prints and writes. Returns an exit code. Throws UsageError and Stopped.
[[nodiscard]] int run_sfm(const SfmOptions& options, const StopSignal& stop);

} // namespace grokscope
