// What a run has become after some epochs, in one number.
#pragma once

#include "engine/compute/worker_pool.h"
#include "engine/parts/standard_parts.h"
#include "engine/train/run.h"
#include "engine/train/state_hash.h"

#include <cstdint>

namespace grokscope {

/// Trains on until `epochs`; then the hash of the whole state.
inline std::uint64_t hash_after(Run& run, std::int32_t epochs) {
    while (run.epoch() < epochs) {
        (void)run.advance_one_epoch();
    }
    return hash_of(run.state());
}

/// The same of a new run of `config` with so many threads.
inline std::uint64_t hash_after(const RunConfig& config, int threads, std::int32_t epochs) {
    WorkerPool pool(threads);
    Run run(config, standard_engine_parts(), pool);
    return hash_after(run, epochs);
}

} // namespace grokscope
