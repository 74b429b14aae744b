#include "app/commands/collapse_command.h"

#include "app/commands/collapse_table.h"
#include "app/commands/notebook_commands.h"
#include "app/terminal.h"
#include "engine/protocol/instrument.h"
#include "engine/store/output_file.h"
#include "engine/store/recorded_runs.h"

#include <iostream>
#include <memory>
#include <vector>

namespace grokscope {

namespace {

CollapseRun collapse_of(Notebook& notebook, const RunSummary& run) {
    CondensedCurves curves;
    for (const MetricSample& sample : notebook.metrics(run.id)) {
        curves.add(sample);
    }
    for (const ProgressRow& row : notebook.measures(run.id)) {
        curves.add(reading_of(row));
    }
    for (const Reading& reading : notebook.readings(run.id)) {
        curves.add(reading);
    }
    const SweepRun marked = marked_run(notebook, run);
    return {static_cast<std::int64_t>(run.id), run.config,
            curves.at(marked.memorised_epoch, marked.grok_epoch)};
}

} // namespace

int run_collapse(const CollapseOptions& options, const StopSignal& stop) {
    const std::unique_ptr<OutputFile> csv =
        options.csv_path.empty() ? nullptr : open_target(options.csv_path, options.force);
    Notebook notebook = open_for_reading(options.notebook, stop);
    std::vector<CollapseRun> runs;
    if (options.run == "all") {
        for (const RunSummary& run : notebook.runs()) {
            stop.check();
            if (run.provenance.parent.empty()) { // a branch has no memorising of its own
                runs.push_back(collapse_of(notebook, run));
            }
        }
    } else {
        runs.push_back(collapse_of(notebook, notebook.run(find_run(notebook, options.run))));
    }
    tell_left_out(notebook);
    if (csv != nullptr) {
        csv->commit(collapse_csv(runs));
    }
    (options.csv_path == "-" ? std::cerr : std::cout) << collapse_in_words(runs);
    return static_cast<int>(ExitCode::kSuccess);
}

} // namespace grokscope
