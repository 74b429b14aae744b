// What a branch begins with.
#pragma once

#include "engine/model/parameters.h"
#include "engine/protocol/branch.h"
#include "engine/protocol/config.h"

namespace grokscope {

/// A run of this configuration that begins at its epoch 0 with these weights; everything else, the
/// probes and AdamW's moments and warm-up, begins as in a new run, since only weights are recorded.
/// Immutable once made, so that threads may share it.
struct BranchStart {
    RunConfig config;
    BranchPoint point;
    Parameters weights;
};

} // namespace grokscope
