// What the loss makes of logits.
#pragma once

#include "engine/protocol/config.h"

namespace grokscope {

/// Loss of a row: -log of the right answer's share of s(logit / temperature), where s is the
/// exponential, or that of StableMax (2501.04697): x + 1 for x >= 0, else 1 / (1 - x).
struct LossRule {
    double temperature = 1;
    bool stablemax = false;

    [[nodiscard]] static LossRule of(const RunConfig& config) {
        return {config.temperature, config.stablemax};
    }
};

} // namespace grokscope
