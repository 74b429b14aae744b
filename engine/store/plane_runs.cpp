#include "engine/store/plane_runs.h"

#include "engine/store/config_json.h"

#include <cstddef>
#include <string>
#include <unordered_map>
#include <utility>

namespace grokscope {

PlaneRuns plane_runs(Notebook& notebook) {
    const Notebook::OneMoment moment(notebook);
    const auto lasting = notebook.lasting_groks();
    PlaneRuns all{.file = notebook.file(), .runs = {}};
    std::unordered_map<std::string, std::size_t> places; // by the text of the configuration
    for (const RunSummary& run : notebook.runs()) {
        if (!run.provenance.parent.empty()) {
            continue;
        }
        PlaneRun one{
            .run = {.config = run.config, .grok_epoch = {}, .last_epoch = run.epoch, .lasting = {}},
            .number = static_cast<std::int64_t>(run.id),
            .over = run.state == RunState::kFinished || run.state == RunState::kFailed ||
                    run.epoch >= run.config.epochs};
        for (const StoredMark& mark : notebook.marks(run.id)) {
            if (mark.kind == MarkKind::kGrokked) {
                one.run.grok_epoch = mark.epoch;
            } else if (mark.kind == MarkKind::kMemorised) {
                one.run.memorised_epoch = mark.epoch;
            }
        }
        one.run.failed = run.state == RunState::kFailed && !one.run.grok_epoch;
        if (const auto grok = lasting.find(run.id); grok != lasting.end()) {
            one.run.lasting = grok->second;
        }
        const auto [place, is_first] =
            places.try_emplace(config_to_json(run.config), all.runs.size());
        if (is_first) {
            all.runs.push_back(std::move(one));
        } else if (one.run.last_epoch > all.runs[place->second].run.last_epoch) {
            all.runs[place->second] = std::move(one);
        }
    }
    return all;
}

} // namespace grokscope
