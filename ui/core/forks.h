// Forks: runs that go on with the whole state of another at some epoch, under other settings.
// Without ImGui, so that tests call exactly what the buttons call.
// Threads: main thread only.
#pragma once

#include "ui/core/action_context.h"

#include <string>
#include <vector>

namespace grokscope::ui {

/// Opens the form for a fork of the selected run at the cursor's epoch, or closes it.
void toggle_fork(ActionContext context);
/// What keeps the fork from being made; empty when nothing does.
[[nodiscard]] std::vector<std::string> fork_mistakes(const ActionContext& context,
                                                     const ForkDraft& fork);
/// The fork of the selected run at the cursor's epoch that trains on without these frequencies.
[[nodiscard]] ForkDraft fork_without(const ActionContext& context,
                                     const std::vector<int>& frequencies);
/// The rules that a fork may follow from its epoch on: none first, then one configuration for each.
/// All else is as in `config`; a weight decay that the rule of `config` has dropped is that of the
/// `original` again.
[[nodiscard]] std::vector<RunConfig> rules_for(const RunConfig& config, const RunConfig& original);

} // namespace grokscope::ui
