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
RuleMaker make_adamw;

struct RuleSpec {
    bool (*applies)(const RunConfig& config);
    RuleMaker* make;
};

inline constexpr std::array kRules{
    RuleSpec{[](const RunConfig& config) { return !config.train_biases; }, make_frozen_biases},
    RuleSpec{[](const RunConfig&) { return true; }, make_adamw},
};

} // namespace grokscope
