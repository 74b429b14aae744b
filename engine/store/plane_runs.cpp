#include "engine/store/plane_runs.h"

#include "engine/store/recorded_runs.h"

#include <cstdint>
#include <utility>

namespace grokscope {

PlaneRuns plane_runs(Notebook& notebook) {
    const Notebook::OneMoment moment(notebook);
    const auto lasting = notebook.lasting_groks();
    PlaneRuns plane{.file = notebook.file(), .runs = {}};
    const RecordedRuns recorded(notebook);
    for (const RunSummary& run : recorded.all()) {
        PlaneRun one{.run = marked_run(notebook, run),
                     .number = static_cast<std::int64_t>(run.id),
                     .over = is_done(&run)};
        if (const auto grok = lasting.find(run.id); grok != lasting.end()) {
            one.run.lasting = grok->second;
        }
        plane.runs.push_back(std::move(one));
    }
    return plane;
}

} // namespace grokscope
