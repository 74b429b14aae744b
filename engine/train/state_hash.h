// One number that pins the bits of a training state: signature tests and records compare it.
#pragma once

#include <cstdint>

namespace grokscope {

struct TrainingState;

/// 64-bit FNV-1a over the bits of everything in the state: epoch, counts, weights, slots,
/// probes with their moments, remembered weights. Depends on the byte order of the machine. Equal
/// states, equal hashes; +0 and -0 differ. Any thread.
[[nodiscard]] std::uint64_t hash_of(const TrainingState& state);

} // namespace grokscope
