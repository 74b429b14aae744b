// A model without some of its parts: patches of its forward pass (engine/model/sites.h), and other
// weights where embeddings are changed.
#pragma once

#include "engine/analysis/waves.h"
#include "engine/model/sites.h"
#include "engine/protocol/group_index.h"
#include "engine/protocol/inspect.h"
#include "engine/task/task.h"

#include <deque>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace grokscope {

/// What takes the place of activations, and the values that its patches point to.
struct AblationPatches {
    std::vector<Patch> patches;
    std::deque<std::vector<float>> values;
};

/// Mean over all pairs for which the operation is defined, of the intact model at one site:
/// [positions, width]; of the last layer at the last position alone.
using SiteMean = std::function<std::vector<float>(SiteAt)>;

/// Why the question cannot be asked of a model of this shape that learns an operation of this
/// group, one sentence; empty when it can.
[[nodiscard]] std::string refuse(const InspectQuery& query, const ModelShape& shape,
                                 const GroupIndex& group);

/// Takes out the heads, the MLP and the skip connections of `ablation`, at all positions of its
/// layer; frequencies are left alone. `mean_of` is asked for what is replaced by its mean.
[[nodiscard]] AblationPatches without_parts(const Ablation& ablation, const ModelShape& shape,
                                            const SiteMean& mean_of);

/// Adds what scales the embedding of one operand alone, for all pairs in this order.
void scale_operand(const Ablation& ablation, const Parameters& parameters,
                   std::span<const Pair> pairs, AblationPatches& to);

/// True when the embedding of one operand is scaled: then scale_operand() is for it, else
/// with_scaled_rows().
[[nodiscard]] bool scales_operand(const Ablation& ablation);

/// The weights with the embeddings of the number 0 or of all numbers multiplied by its factor. Any
/// thread.
[[nodiscard]] Parameters with_scaled_rows(const Parameters& parameters, const Ablation& ablation);

/// The weights with the frequencies of `ablation` removed from the embeddings of the group's
/// elements, or only they and the mean kept; '=', and 0 where it is no element, untouched. The
/// waves are those of the group's order. Any thread.
[[nodiscard]] Parameters without_frequencies(const Parameters& parameters, const Ablation& ablation,
                                             const GroupIndex& group, const Waves& waves);

} // namespace grokscope
