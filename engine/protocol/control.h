// Controls: runs that change one thing about a stencil, to find out which part of it matters
// (science.md 2.3). Their names and sentences stand here and nowhere else.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace grokscope {

/// What a control run changes.
enum class Control : std::uint8_t {
    kNone,
    /// Phase 1 is skipped for ever: the probes keep their random weights.
    kFrozenProbe,
    /// In both phases the target of row i is that of row pi(i), pi fixed.
    kPermutedTargets,
    /// The target is a constant: gradients enter the model through mlp_in alone.
    kInputSide,
    /// The input is a constant: gradients enter the model through mlp_hidden alone.
    kTargetSide,
    /// No probe at all: L_task + lambda * mean(mlp_hidden^2).
    kActivationPenalty
};

/// How a control is called.
struct ControlText {
    Control control = Control::kNone;
    /// In files and on the command line.
    std::string_view name;
    /// Behind the stencil in labels; empty for none.
    std::string_view label;
    /// What it changes and what it would prove, one sentence.
    std::string_view sentence;
};

/// All of them, in the order of the enumerators.
inline constexpr std::array<ControlText, 6> kControls = {{
    {Control::kNone, "none", "", "The stencil as published: probes learn, both sides pay."},
    {Control::kFrozenProbe, "frozen-probe", "frozen",
     "The probes never learn; if it groks as fast, no learning of the probe is needed."},
    {Control::kPermutedTargets, "permuted-targets", "permuted",
     "Each pair's probe predicts the activations of another pair; if it groks as fast, predicting "
     "one's own state is irrelevant."},
    {Control::kInputSide, "input-side", "input side",
     "The mismatch moves the MLP's input alone; shows which path carries the effect."},
    {Control::kTargetSide, "target-side", "target side",
     "The mismatch moves the MLP's hidden layer alone; shows which path carries the effect."},
    {Control::kActivationPenalty, "activation-penalty", "penalty",
     "No probe, only a cost on the size of activations; if it groks as fast, a lagging probe "
     "merely "
     "shrinks the activations."},
}};

/// Their names alone, in the same order.
inline constexpr auto kControlNames = [] {
    std::array<std::string_view, kControls.size()> names;
    for (std::size_t i = 0; i < names.size(); ++i) {
        names[i] = kControls[i].name;
    }
    return names;
}();

[[nodiscard]] constexpr const ControlText& text_of(Control control) {
    return kControls[static_cast<std::size_t>(control)];
}

[[nodiscard]] constexpr std::string_view name_of(Control control) {
    return text_of(control).name;
}

} // namespace grokscope
