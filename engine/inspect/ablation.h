// A model without some of its parts, written as other weights of the same model: what a pair cannot
// change becomes a bias, so that the ordinary forward pass computes it (README.md of this folder).
#pragma once

#include "engine/analysis/waves.h"
#include "engine/model/parameters.h"
#include "engine/protocol/group_index.h"
#include "engine/protocol/inspect.h"

#include <optional>
#include <string>
#include <vector>

namespace grokscope {

/// Means over all pairs of the intact model for which the operation is defined.
struct ActivationMeans {
    std::vector<double> head_outputs; ///< what each head adds to the residual stream, [heads, d]
    std::vector<double> mlp_in;       ///< [d]
    std::vector<double> mlp_output;   ///< W_out mlp_hidden + b_out, [d]
};

/// A model whose logits are those of `parameters` less those of `subtract`.
struct AblatedModel {
    Parameters parameters;
    /// The skip around the MLP alone, where it is taken out.
    std::optional<Parameters> subtract;
};

/// Why the question cannot be asked of a model of this shape that learns an operation of this
/// group, one sentence; empty when it can.
[[nodiscard]] std::string refuse(const InspectQuery& query, const ModelShape& shape,
                                 const GroupIndex& group);

/// The weights with the heads, the MLP and the skip connections of `ablation` taken out;
/// frequencies are left alone. `means` are of the intact model. Any thread.
[[nodiscard]] AblatedModel without_parts(const Parameters& parameters, const Ablation& ablation,
                                         const ActivationMeans& means);

/// The weights with the embeddings of `ablation.scaled` multiplied by its factor. Of one operand
/// alone they are right for pairs with this `other` operand: all numbers are scaled, and the other
/// position carries what `other` loses. Any thread.
[[nodiscard]] Parameters with_scaled_rows(const Parameters& parameters, const Ablation& ablation,
                                          int other = 0);

/// The weights with the frequencies of `ablation` removed from the embeddings of the group's
/// elements, or only they and the mean kept; '=', and 0 where it is no element, untouched. The
/// waves are those of the group's order. Any thread.
[[nodiscard]] Parameters without_frequencies(const Parameters& parameters, const Ablation& ablation,
                                             const GroupIndex& group, const Waves& waves);

} // namespace grokscope
