#include "engine/store/recent_runs.h"

#include "engine/store/run_owner.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <utility>

namespace grokscope {

namespace {

constexpr std::size_t kSweepRuns = 4;
constexpr std::size_t kSweepSeeds = 2;
/// Curves that are read of one entry.
constexpr std::size_t kCurves = 8;

using Entry = std::vector<const RunSummary*>;

/// What all runs of a sweep have in common.
RunConfig common_settings(RunConfig config) {
    config.seed = 0;
    config.split_seed.reset();
    config.stencil = Stencil();
    config.control = Control::kNone;
    return config;
}

bool is_sweep(const Entry& runs) {
    std::set<std::uint32_t> seeds;
    for (const RunSummary* run : runs) {
        seeds.insert(run->config.seed);
    }
    return runs.size() >= kSweepRuns && seeds.size() >= kSweepSeeds;
}

/// Newest first; each run in one entry.
std::vector<Entry> entries_of(const std::vector<RunSummary>& runs) {
    std::vector<std::pair<RunConfig, Entry>> alike;
    for (auto run = runs.rbegin(); run != runs.rend(); ++run) {
        if (!run->config.stop_when_grokked) {
            continue;
        }
        const RunConfig common = common_settings(run->config);
        auto found = std::ranges::find(alike, common, &std::pair<RunConfig, Entry>::first);
        if (found == alike.end()) {
            found = alike.insert(alike.end(), {common, Entry{}});
        }
        found->second.push_back(&*run);
    }
    std::map<const RunSummary*, const Entry*> sweep_of;
    for (const auto& [common, entry] : alike) {
        for (const RunSummary* run : is_sweep(entry) ? entry : Entry{}) {
            sweep_of[run] = &entry;
        }
    }
    std::vector<Entry> entries;
    for (auto run = runs.rbegin(); run != runs.rend(); ++run) {
        const auto sweep = sweep_of.find(&*run);
        if (sweep == sweep_of.end()) {
            entries.push_back({&*run});
        } else if (sweep->second->front() == &*run) {
            entries.push_back(*sweep->second);
        }
    }
    return entries;
}

std::vector<float> small_curve(const std::vector<MetricSample>& samples, std::int32_t epochs) {
    std::vector<float> curve(kRecentPoints, std::numeric_limits<float>::quiet_NaN());
    std::size_t at = 0;
    for (std::size_t i = 0; i < kRecentPoints; ++i) {
        const auto epoch = static_cast<double>(epochs) * static_cast<double>(i) /
                           static_cast<double>(kRecentPoints - 1);
        while (at + 1 < samples.size() && samples[at + 1].epoch <= epoch) {
            ++at;
        }
        if (samples[at].epoch <= epoch) {
            curve[i] = static_cast<float>(samples[at].test_accuracy);
        }
    }
    return curve;
}

RecentRun in_short(const RunSummary& run, const std::map<StoredRunId, std::int32_t>& grokked) {
    RecentRun recent;
    recent.number = static_cast<std::int64_t>(run.id);
    recent.name = run.name;
    recent.begun = run.created_at;
    recent.config = run.config;
    recent.state = run.state;
    recent.epoch = run.epoch;
    if (const auto grok = grokked.find(run.id); grok != grokked.end()) {
        recent.grok_epoch = grok->second;
    }
    recent.held = is_held(run);
    recent.can_go_on = !recent.held && run.epoch > 0 && run.epoch < run.config.epochs &&
                       run.state != RunState::kFailed;
    return recent;
}

RecentRuns entry_in_short(Notebook& notebook, const Entry& entry,
                          const std::map<StoredRunId, std::int32_t>& grokked) {
    RecentRuns recent;
    for (const RunSummary* run : entry) {
        recent.runs.push_back(in_short(*run, grokked));
        if (recent.runs.size() > kCurves) {
            continue;
        }
        try {
            if (const auto samples = notebook.metrics(run->id); !samples.empty()) {
                recent.runs.back().test_accuracy = small_curve(samples, run->epoch);
            }
        } catch (const NotebookError&) { // named when it is opened
        }
    }
    return recent;
}

} // namespace

RecentList recent_runs(Notebook& notebook, std::size_t most) {
    const Notebook::OneMoment moment(notebook);
    const std::map<StoredRunId, std::int32_t> grokked = notebook.grok_epochs();
    const std::vector<RunSummary> all = notebook.runs();
    RecentList list{.file = notebook.file(),
                    .entries = {},
                    .all_runs = all.size(),
                    .race_file = {},
                    .race = {}};
    for (const Entry& entry : entries_of(all)) {
        if (list.entries.size() == most) {
            break;
        }
        list.entries.push_back(entry_in_short(notebook, entry, grokked));
    }
    return list;
}

RecentRuns race_in(Notebook& notebook) {
    const Notebook::OneMoment moment(notebook);
    const std::vector<RunSummary> all = notebook.runs();
    Entry runs;
    for (const RunSummary& run : all) {
        runs.push_back(&run);
    }
    return entry_in_short(notebook, runs, notebook.grok_epochs());
}

} // namespace grokscope
