// A training state as bytes: what a run needs to go on with the same bits.
#pragma once

#include "engine/model/training_state.h"
#include "engine/protocol/config.h"
#include "engine/store/bytes.h"

#include <cstddef>
#include <span>
#include <stdexcept>

namespace grokscope {

/// The bytes are not a checkpoint of this run. what() is one sentence that says why.
class CheckpointError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// The format, every number little-endian, floats as IEEE 754 binary32:
///
///     8 bytes  "GRKSTATE"
///     uint32   version: 1, or 2 with the names of slots
///     int32    p, d_model, heads, d_mlp, probe width
///     int32    next epoch
///     int64    updates
///     uint32   number of probes, number of remembered epochs
///     slots    version 2 alone: uint32 number, then of each uint32 length and its name
///     floats   parameters, then each slot, of version 1 first and second moments: the eleven
///              tensors in storage order, row-major, without the alignment gaps
///     probes   each: int32 offset, int64 Adam steps, then weights, first and second moments
///              (W1, b1, W2, b2 each)
///     floats   parameters of the remembered epochs, newest first
///     uint32   CRC-32 (zlib) of all bytes before
///
/// Version 1 is that of states whose slots are kFirstSlots. 2.7 MB for the default shape, 5.1 MB
/// with the full stencil. Any thread.
[[nodiscard]] Bytes encode_state(const TrainingState& state);

/// The state, bit for bit as it was encoded. `config` is the run's: whatever does not belong to it
/// is refused before anything of that size is allocated. Throws CheckpointError; no bytes, however
/// wrong, do worse. Any thread.
[[nodiscard]] TrainingState decode_state(std::span<const std::byte> bytes, const RunConfig& config);

} // namespace grokscope
