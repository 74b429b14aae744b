#include "app/notebook_commands.h"

#include "app/host_facts.h"
#include "app/run_description.h"
#include "engine/store/array_files.h"
#include "engine/store/config_json.h"
#include "engine/store/export.h"
#include "engine/store/notebook_path.h"
#include "engine/store/output_file.h"
#include "engine/store/process_owner.h"

#include <fmt/format.h>

#include <charconv>
#include <filesystem>
#include <iostream>
#include <optional>
#include <string_view>
#include <utility>

namespace grokscope {

namespace {

constexpr auto kRead = Notebook::Access::kReadOnly;
constexpr auto kWrite = Notebook::Access::kReadWrite;

/// The notebook to read; an absent default notebook is an empty one.
Notebook open_for_reading(const std::string& option) {
    const std::string file = notebook_file(option);
    std::error_code ignored;
    if (option.empty() && !std::filesystem::exists(file, ignored)) {
        return {":memory:", kWrite};
    }
    return {file, kRead};
}

std::int64_t number(StoredRunId run) {
    return static_cast<std::int64_t>(run);
}

/// The record in the form that exporters take.
RunRecord record_of(Notebook& notebook, StoredRunId run) {
    const RunSummary summary = notebook.run(run);
    RunRecord record;
    record.config = summary.config;
    record.step_description = summary.provenance.step;
    record.state = summary.state;
    record.end_text = summary.state_text;
    record.epochs_trained = summary.epoch;
    record.samples = notebook.metrics(run);
    for (const StoredMark& mark : notebook.marks(run)) {
        record.marks.push_back({RunId{}, mark.kind, mark.epoch});
    }
    record.progress = notebook.measures(run);
    return record;
}

Bytes weights_file(Notebook& notebook, StoredRunId run, const ExportOptions& options) {
    std::vector<NamedArray> arrays;
    const auto add_all = [&](std::vector<NamedArray> more) {
        for (NamedArray& array : more) {
            arrays.push_back(std::move(array));
        }
    };
    const auto model_arrays = options.transformer_lens ? transformer_lens_arrays : own_arrays;
    if (options.epoch) {
        add_all(model_arrays(notebook.weights(run, *options.epoch)));
    } else {
        const std::optional<StoredCheckpoint> checkpoint = notebook.checkpoint(run);
        if (!checkpoint) {
            throw NotebookError(NotebookProblem::kUnusable,
                                fmt::format("run {} has no state in the notebook \"{}\"; name a "
                                            "recorded epoch with --epoch",
                                            number(run), notebook.file()));
        }
        add_all(model_arrays(checkpoint->state.parameters));
        if (!options.transformer_lens) {
            add_all(probe_arrays(checkpoint->state.probes));
        }
    }
    return options.format == ExportFormat::kPt
               ? to_torch_file(arrays)
               : to_npz(arrays, config_to_json(notebook.run(run).config));
}

/// The content of an exported file.
std::string content_of(Notebook& notebook, StoredRunId run, const ExportOptions& options) {
    if (options.format == ExportFormat::kCsv) {
        return to_csv(record_of(notebook, run));
    }
    if (options.format == ExportFormat::kJson) {
        // The facts of the machine that trained it, not of this one.
        const Provenance provenance = notebook.run(run).provenance;
        HostFacts facts;
        facts.program_version = provenance.program_version;
        facts.system = provenance.host;
        facts.threads = provenance.threads;
        return to_json(record_of(notebook, run), facts);
    }
    const Bytes bytes = weights_file(notebook, run, options);
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

void export_notebook(Notebook& notebook, StoredRunId run, const ExportOptions& options) {
    std::error_code ignored;
    if (std::filesystem::exists(options.path, ignored)) {
        throw std::runtime_error(
            fmt::format("\"{}\" exists already; a notebook is never overwritten, name another file",
                        options.path));
    }
    Notebook target(options.path, kWrite);
    copy_run(notebook, run, target);
}

} // namespace

std::string notebook_file(const std::string& option) {
    return option.empty() ? default_notebook() : option;
}

WriterOptions writer_options(const std::string& file, int threads) {
    const HostFacts facts = host_facts(threads);
    WriterOptions options;
    options.file = file;
    options.provenance.program_version = facts.program_version;
    options.provenance.host =
        fmt::format("{}, {}, {}, BLAS {}", host_name(), facts.system, facts.processor, facts.blas);
    options.provenance.threads = threads;
    options.owner = new_owner();
    return options;
}

StoredRunId find_run(Notebook& notebook, const std::string& name) {
    if (name == "last") {
        const std::vector<RunSummary> runs = notebook.runs();
        if (runs.empty()) {
            throw NotebookError(NotebookProblem::kUnusable,
                                "the notebook \"" + notebook.file() + "\" holds no run yet");
        }
        return runs.back().id;
    }
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), value);
    if (error != std::errc() || end != name.data() + name.size()) {
        throw NotebookError(NotebookProblem::kUnusable,
                            "a run is named by its number or `last`, got \"" + name + "\"");
    }
    return notebook.run(static_cast<StoredRunId>(value)).id;
}

int run_list(const ListOptions& options) {
    Notebook notebook = open_for_reading(options.notebook);
    const std::vector<RunSummary> runs = notebook.runs();
    if (runs.empty()) {
        std::cout << "no runs in " << notebook_file(options.notebook) << '\n';
        return static_cast<int>(ExitCode::kSuccess);
    }
    std::cout << fmt::format("{:>4}  {:<9} {:>9}  {:>9}  {:<20}  {}\n", "run", "state", "epoch",
                             "grokked", "begun (UTC)", "configuration");
    for (const RunSummary& run : runs) {
        std::string grokked = "-";
        for (const StoredMark& mark : notebook.marks(run.id)) {
            if (mark.kind == MarkKind::kGrokked) {
                grokked = std::to_string(mark.epoch);
            }
        }
        std::cout << fmt::format("{:>4}  {:<9} {:>9}  {:>9}  {:<20}  {}\n", number(run.id),
                                 state_in_words(run), run.epoch, grokked, run.created_at,
                                 configuration_in_words(run));
    }
    return static_cast<int>(ExitCode::kSuccess);
}

int run_show(const ShowOptions& options) {
    Notebook notebook = open_for_reading(options.notebook);
    const StoredRunId run = find_run(notebook, options.run);
    std::cout << describe_run(notebook, run);
    return static_cast<int>(ExitCode::kSuccess);
}

int run_export(const ExportOptions& options) {
    Notebook notebook = open_for_reading(options.notebook);
    const StoredRunId run = find_run(notebook, options.run);
    if (options.format == ExportFormat::kNotebook) {
        export_notebook(notebook, run, options);
    } else {
        OutputFile file(options.path, options.force ? Overwrite::kYes : Overwrite::kNo);
        file.commit(content_of(notebook, run, options));
    }
    std::cout << "wrote " << options.path << '\n';
    return static_cast<int>(ExitCode::kSuccess);
}

int run_import(const ImportOptions& options) {
    Notebook source(options.file, kRead);
    source.check_integrity();
    Notebook target(notebook_file(options.notebook), kWrite);
    int taken = 0;
    int known = 0;
    for (const RunSummary& run : source.runs()) {
        const std::optional<StoredRunId> present = target.find(run.uuid);
        if (present && (target.run(*present).epoch >= run.epoch ||
                        state_in_words(target.run(*present)) == "running")) {
            ++known;
            continue;
        }
        if (present) { // the other notebook has come further with it
            replace_run(source, run.id, target, *present);
        } else {
            copy_run(source, run.id, target);
        }
        ++taken;
    }
    std::cout << fmt::format("{} run{} taken over, {} known already\n", taken,
                             taken == 1 ? "" : "s", known);
    return static_cast<int>(ExitCode::kSuccess);
}

} // namespace grokscope
