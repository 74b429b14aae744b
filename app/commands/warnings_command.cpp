#include "app/commands/warnings_command.h"

#include "app/commands/notebook_commands.h"
#include "app/commands/warning_bench.h"
#include "app/terminal.h"
#include "engine/store/output_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <memory>
#include <vector>

namespace grokscope {

namespace {

/// Fewer say nothing of reliability: the table says so.
constexpr std::size_t kEnoughRuns = 30;

WarningRecord record_of(Notebook& notebook, const RunSummary& run) {
    return {.number = static_cast<std::int64_t>(run.id),
            .label = fmt::format("{}, seed {}", run.config.label(), run.config.seed),
            .metrics = notebook.metrics(run.id),
            .measures = notebook.measures(run.id),
            .spectra = notebook.spectra(run.id),
            .readings = notebook.readings(run.id)};
}

} // namespace

int run_warnings(const WarningsOptions& options, const StopSignal& stop) {
    const std::unique_ptr<OutputFile> csv =
        options.csv_path.empty() ? nullptr : open_target(options.csv_path, options.force);
    Notebook notebook = open_for_reading(options.notebook, stop);
    std::vector<WarningRecord> records;
    std::size_t left_out = 0;
    for (const RunSummary& run : notebook.runs()) {
        stop.check();
        // A branch has no memorising of its own, and a run that goes on may still grok.
        const bool is_whole = run.provenance.parent.empty() && run.state == RunState::kFinished;
        if (is_whole) {
            records.push_back(record_of(notebook, run));
        } else {
            ++left_out;
        }
    }
    tell_left_out(notebook);
    const std::vector<WarningOutcome> outcomes = warning_outcomes(records);
    if (csv != nullptr) {
        csv->commit(warnings_csv(records, outcomes));
    }
    const bool on_output = options.csv_path == "-";
    std::ostream& out = on_output ? std::cerr : std::cout;
    const std::size_t heard = outcomes.size() / warning_rules().size();
    out << fmt::format("{} finished run{} that memorised", heard, heard == 1 ? "" : "s")
        << (left_out > 0 ? fmt::format("; {} that go on, failed or branched are left out", left_out)
                         : std::string())
        << (heard < kEnoughRuns
                ? fmt::format("; fewer than {} say little of reliability\n", kEnoughRuns)
                : std::string("\n"))
        << warnings_in_words(outcomes);
    return static_cast<int>(ExitCode::kSuccess);
}

} // namespace grokscope
