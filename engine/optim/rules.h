// The rules that an update may have, in the order in which they act. A rule is added here.
#pragma once

#include "engine/optim/update_rule.h"
#include "engine/protocol/config.h"

#include <array>
#include <memory>

namespace grokscope {

/// Makes a rule of this configuration; `initial` are the weights of its seed.
using RuleMaker = std::unique_ptr<UpdateRule>(const RunConfig& config, const Parameters& initial);

RuleMaker make_frozen_biases;
RuleMaker make_frozen_tensors;
RuleMaker make_grokfast;
RuleMaker make_orthogonal_gradient;
RuleMaker make_gradient_clip;
RuleMaker make_muon;
RuleMaker make_adamw;
RuleMaker make_norm_clamp;
RuleMaker make_fourier_surgery;

struct RuleSpec {
    bool (*applies)(const RunConfig& config);
    RuleMaker* make;
};

inline constexpr std::array kRules{
    RuleSpec{[](const RunConfig& config) { return !config.train_biases; }, make_frozen_biases},
    RuleSpec{[](const RunConfig& config) { return !config.frozen.empty(); }, make_frozen_tensors},
    RuleSpec{[](const RunConfig& config) { return config.grokfast != Grokfast::kNone; },
             make_grokfast},
    RuleSpec{[](const RunConfig& config) { return config.orthogonal_gradient; },
             make_orthogonal_gradient},
    RuleSpec{[](const RunConfig& config) { return config.clip > 0; }, make_gradient_clip},
    RuleSpec{[](const RunConfig& config) { return config.muon; }, make_muon},
    RuleSpec{[](const RunConfig&) { return true; }, make_adamw},
    RuleSpec{[](const RunConfig& config) { return !config.without_frequencies.empty(); },
             make_fourier_surgery},
    RuleSpec{[](const RunConfig& config) { return config.norm_clamp; }, make_norm_clamp},
};

} // namespace grokscope
