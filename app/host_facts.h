// Program and machine, for the record of a run.
#pragma once

#include "engine/protocol/run_record.h"

namespace grokscope {

/// Version, compiler, system, processor, BLAS; what the system does not tell is "unknown".
/// `threads` is the number of worker threads in use.
[[nodiscard]] HostFacts host_facts(int threads);

} // namespace grokscope
