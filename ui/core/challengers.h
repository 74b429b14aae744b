// What can be added to the race with a click: stencils, rivals of theirs, and further baselines.
// Without ImGui, so that tests call exactly what the buttons call.
// Threads: main thread only.
#pragma once

#include "ui/core/action_context.h"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace grokscope::ui {

/// The seven stencils with a button of their own, in the order of keys Shift+1 to Shift+7.
[[nodiscard]] const std::array<Stencil, 7>& one_click_stencils();

/// Adds a run with this stencil and everything else as in the selected run, but for the penalty,
/// which takes no stencil, and for rules of rivals, which it races; starts it and leaves the
/// selection alone. Selects the run when it exists already.
void add_stencil(ActionContext context, const Stencil& stencil);
/// Why add_stencil() would add nothing; empty when it does, or selects.
[[nodiscard]] std::vector<std::string> stencil_mistakes(const ActionContext& context,
                                                        const Stencil& stencil);
/// The run with the selected run's settings and this stencil; null when there is none.
[[nodiscard]] const RunRecord* existing_with(const ActionContext& context, const Stencil& stencil);

/// The shown experiment as a plain run: without stencil, control, rules of rivals, and what belongs
/// to them. Its weight decay is that of the baseline in the race where a rule had dropped it.
[[nodiscard]] RunConfig plain_config(const ActionContext& context);
/// One run for each rule that can race plain_config(), with the same weights at its start and the
/// same split.
[[nodiscard]] std::vector<RunConfig> rivals_on_offer(const ActionContext& context);
/// The run of that rival; null when there is none.
[[nodiscard]] const RunRecord* existing_rival(const ActionContext& context, const RunConfig& rival);
/// Adds one of rivals_on_offer(), starts it and leaves the selection alone. Selects the run when it
/// exists already.
void add_rival(ActionContext context, const RunConfig& rival);
/// What is to be said of a rival's weight decay beside that of its baseline, one sentence.
[[nodiscard]] std::string decay_beside(const RunConfig& rival, const RunConfig& baseline);

/// Adds a baseline with this seed (and its own split, where the split follows the seed); selects
/// the run with its figures when there is one already.
void add_baseline(ActionContext context, std::uint32_t seed);

} // namespace grokscope::ui
