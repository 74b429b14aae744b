#include "ui/core/forks.h"

#include "engine/protocol/fork.h"
#include "engine/protocol/rivals.h"
#include "ui/core/fork_text.h"

#include <algorithm>

namespace grokscope::ui {

namespace {

/// The selected run's fork at the cursor, nothing changed yet but what would end it at once.
ForkDraft draft_of(const ActionContext& context, const RunRecord& run) {
    // The newest state of a run that rests is at hand; that of its last figures lies before it.
    const bool newest = context.view.cursor.live && run.state != RunState::kRunning;
    ForkDraft draft{run.id, newest ? run.epoch : context.view.cursor.at(run.last_epoch()),
                    run.config};
    draft.config.stop_when_grokked = false; // it may have grokked before it begins
    draft.config.stop_when_stable = false;
    draft.config.edits = {}; // they are done
    if (draft.config.epochs <= draft.epoch) {
        draft.config.epochs = draft.epoch + run.config.epochs;
    }
    return draft;
}

} // namespace

void toggle_fork(ActionContext context) {
    const RunRecord* run = selected_run(context);
    if (context.view.fork || run == nullptr || run->samples.empty()) {
        context.view.fork.reset();
        return;
    }
    context.view.fork = draft_of(context, *run);
}

std::vector<std::string> fork_mistakes(const ActionContext& context, const ForkDraft& fork) {
    const RunRecord* run = context.book.find(fork.original);
    if (run == nullptr) {
        return {text::kForkOriginalGone};
    }
    if (run->branch && run->branch->is_fork() && fork.epoch < run->branch->epoch) {
        return {text::kForkBeforeItBegins};
    }
    return grokscope::fork_mistakes(run->config, fork.epoch, fork.config);
}

ForkDraft fork_without(const ActionContext& context, const std::vector<int>& frequencies) {
    const RunRecord* run = selected_run(context);
    ForkDraft draft = run == nullptr ? ForkDraft{} : draft_of(context, *run);
    std::vector<int> all = draft.config.without_frequencies.frequencies();
    all.insert(all.end(), frequencies.begin(), frequencies.end());
    draft.config.without_frequencies = FrequencySet::of(all);
    return draft;
}

std::vector<RunConfig> rules_for(const RunConfig& config, const RunConfig& original) {
    RunConfig plain = without_rivals(config);
    if (plain.weight_decay != config.weight_decay) {
        plain.weight_decay = without_rivals(original).weight_decay;
    }
    // What belongs to no rule.
    const auto keep = [&](RunConfig& rule) {
        rule.without_frequencies = config.without_frequencies;
        rule.frozen = config.frozen;
    };
    RunConfig bare = plain;
    keep(plain);
    std::vector<RunConfig> rules{plain};
    for (RunConfig rule : rivals_of(bare)) {
        keep(rule);
        rules.push_back(rule);
    }
    return rules;
}

} // namespace grokscope::ui
