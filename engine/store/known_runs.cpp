#include "engine/store/known_runs.h"

#include "engine/store/run_owner.h"
#include "engine/store/workplaces.h"

#include <algorithm>
#include <map>
#include <utility>

namespace grokscope {

namespace {

/// What decides a run's course beside the settings: seed and split.
using Chance = std::pair<std::uint32_t, std::uint32_t>;

Chance chance_of(const RunConfig& config) {
    return {config.seed, config.effective_split_seed()};
}

} // namespace

std::shared_ptr<const EarlierRun> earlier_run(Notebook& notebook, const RunSummary& run) {
    EarlierRun earlier;
    earlier.number = static_cast<std::int64_t>(run.id);
    earlier.begun = run.created_at;
    earlier.workplaces = workplaces_of(notebook, run.id);
    earlier.samples = notebook.metrics(run.id);
    return std::make_shared<const EarlierRun>(std::move(earlier));
}

KnownRuns known_runs(Notebook& notebook, const RunConfig& config, StoredRunId itself,
                     bool with_earlier) {
    const std::map<StoredRunId, std::int32_t> grokked = notebook.grok_epochs();
    const std::vector<RunSummary> runs = notebook.runs();
    std::map<Chance, std::int32_t> found;
    std::map<Chance, std::int32_t> without; // epochs trained
    const RunSummary* earlier = nullptr;
    for (const RunSummary& run : runs) {
        if (run.id == itself || !run.provenance.parent.empty() || !are_alike(run.config, config)) {
            continue;
        }
        const Chance chance = chance_of(run.config);
        const bool held = has_living_owner(run);
        if (const auto grok = grokked.find(run.id); grok != grokked.end()) {
            found.emplace(chance, grok->second);
        } else if (!held) {
            without[chance] = std::max(without[chance], run.epoch);
        }
        if (with_earlier && !held && run.epoch > 0 && course_of(run.config) == course_of(config) &&
            (earlier == nullptr || run.epoch > earlier->epoch)) {
            earlier = &run;
        }
    }
    KnownRuns known;
    for (const auto& [chance, epoch] : found) {
        known.grok_epochs.push_back(epoch);
    }
    std::ranges::sort(known.grok_epochs);
    const std::int32_t slowest = known.grok_epochs.empty() ? 1 : known.grok_epochs.back();
    for (const auto& [chance, epochs] : without) {
        if (!found.contains(chance) && epochs >= slowest) { // a shorter one says nothing
            known.without_grok_until =
                known.without_grok++ == 0 ? epochs : std::min(known.without_grok_until, epochs);
        }
    }
    if (const auto same = found.find(chance_of(config)); same != found.end()) {
        known.same_seed = same->second;
    }
    if (earlier != nullptr) {
        known.earlier = earlier_run(notebook, *earlier);
    }
    return known;
}

} // namespace grokscope
