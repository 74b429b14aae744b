// `grokscope inspect RUN --valley`: the loss on lines away from recorded weights, as text or JSON.
#pragma once

#include "app/options/options.h"
#include "app/stop_signal.h"
#include "engine/store/notebook.h"

namespace grokscope {

/// Of the weights of `options.epoch`, the recorded ones that are nearest; without one, of those
/// half-way to memorising, memorised and grokked, as far as the run came, else of its newest.
/// Prints to standard output; the exit code. Throws as run_inspect().
int run_valley(Notebook& notebook, StoredRunId run, const InspectOptions& options,
               const StopSignal& stop);

} // namespace grokscope
