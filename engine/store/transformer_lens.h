// The model as TransformerLens describes it.
#pragma once

#include "engine/protocol/config.h"

#include <string>

namespace grokscope {

/// The values of a HookedTransformerConfig for this model as one JSON object, for
/// HookedTransformerConfig.from_dict(); the weights are transformer_lens_arrays() (array_files.h).
[[nodiscard]] std::string transformer_lens_config(const RunConfig& config);

} // namespace grokscope
