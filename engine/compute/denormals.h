// Subnormal numbers slow training down on many processors and matter to no result; each thread that
// computes turns them into zeros.
#pragma once

namespace grokscope {

/// From now on this thread reads and writes subnormal floats as zero (FTZ and DAZ on x86-64, FZ on
/// arm64). Does nothing elsewhere. Exponentials of very negative logits and moments of idle weights
/// reach that range.
void flush_denormals();

/// True while the calling thread flushes.
[[nodiscard]] bool denormals_are_flushed();

} // namespace grokscope
