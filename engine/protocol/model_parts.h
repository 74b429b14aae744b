// Which models are looked at part by part.
#pragma once

#include "engine/protocol/config.h"

#include <string_view>

namespace grokscope {

/// Why attention, heads, MLP and skip connections of this model are not looked at one by one, a
/// sentence; empty when they are. What needs the embedding, the logits or the last hidden layer
/// alone works for every model.
[[nodiscard]] inline std::string_view why_no_parts(const RunConfig& config) {
    if (config.layers > 1) {
        return "Attention, and heads, MLP and skip connections taken out, are shown of models with "
               "one layer; for several layers that is not defined here yet.";
    }
    if (config.norm != Norm::kNone || config.sequence != Sequence::kPair) {
        return "Attention, and heads, MLP and skip connections taken out, are shown of models "
               "without LayerNorm that read a b = alone.";
    }
    return {};
}

} // namespace grokscope
