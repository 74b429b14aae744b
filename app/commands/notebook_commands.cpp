#include "app/commands/notebook_commands.h"

#include "app/commands/run_description.h"
#include "app/commands/run_json.h"
#include "app/files/notebook_files.h"
#include "app/files/structure_file.h"
#include "app/files/weight_files.h"
#include "app/host_facts.h"
#include "app/terminal.h"
#include "engine/protocol/error_text.h"
#include "engine/protocol/instrument.h"
#include "engine/protocol/shown_text.h"
#include "engine/protocol/store_status.h"
#include "engine/store/config_toml.h"
#include "engine/store/export.h"
#include "engine/store/notebook_path.h"
#include "engine/store/process_owner.h"
#include "engine/store/progress_table.h"
#include "engine/store/run_origin.h"
#include "engine/store/transformer_lens.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>
#include <cmath>
#include <filesystem>
#include <iostream>
#include <limits>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

namespace grokscope {

namespace {

constexpr auto kRead = Notebook::Access::kReadOnly;
constexpr auto kWrite = Notebook::Access::kReadWrite;

NotebookError no_readable_run(const Notebook& notebook) {
    return {NotebookProblem::kCorrupt,
            "no run of the notebook \"" + notebook.file() +
                "\" can be read: " + notebook.left_out().sentences().front()};
}

/// What an exported file holds, and what is said of it.
struct Content {
    std::string text;
    std::string note;
};

WeightsFile weights_of(Notebook& notebook, StoredRunId run, const ExportOptions& options,
                       std::optional<std::int32_t> epoch) {
    if (options.format == ExportFormat::kStructure) {
        return structure_file(notebook, run, epoch);
    }
    return weights_file(notebook, run, epoch,
                        options.format == ExportFormat::kPt ? WeightFormat::kPt
                                                            : WeightFormat::kNpz,
                        options.transformer_lens);
}

/// The content of an exported file.
Content content_of(Notebook& notebook, StoredRunId run, const ExportOptions& options) {
    if (options.format == ExportFormat::kCsv) {
        return {to_csv(record_of(notebook, run)), ""};
    }
    if (options.format == ExportFormat::kProgressCsv) {
        return {progress_csv(notebook.measures(run), notebook.readings(run),
                             notebook.described_instruments()),
                ""};
    }
    if (options.format == ExportFormat::kJson) {
        // The facts of the machine that trained it, not of this one.
        return {to_json(record_of(notebook, run), host_facts_of(notebook.run(run).provenance)), ""};
    }
    if (options.format == ExportFormat::kToml) {
        return {config_to_toml(notebook.run(run).config), ""};
    }
    if (options.format == ExportFormat::kSpectra) {
        const WeightsFile file = spectra_file(notebook, run);
        return {std::string(file.text()), file.note};
    }
    std::optional<std::int32_t> epoch = options.epoch;
    if (epoch) {
        epoch = chosen_weight_epoch(notebook, run, *epoch, options.nearest);
    }
    const WeightsFile file = weights_of(notebook, run, options, epoch);
    return {std::string(file.text()), file.note};
}

/// "weights-001600.npz" of "weights.npz".
std::string numbered(const std::string& path, std::int32_t epoch) {
    const std::filesystem::path whole(path);
    std::filesystem::path name = whole.stem();
    name += fmt::format("-{:06}", epoch);
    name += whole.extension();
    return whole.parent_path() / name;
}

/// One file for each recorded epoch.
void export_all_epochs(Notebook& notebook, StoredRunId run, const ExportOptions& options,
                       const StopSignal& stop) {
    const std::vector<std::int32_t> epochs = weight_file_epochs(notebook, run);
    if (epochs.empty()) {
        throw NotebookError(NotebookProblem::kUnusable,
                            fmt::format("no weights are recorded of run {}", number(run)));
    }
    for (const std::int32_t epoch : epochs) { // before the work begins
        (void)open_target(numbered(options.path, epoch), options.force);
    }
    std::size_t rounded = 0;
    for (const std::int32_t epoch : epochs) {
        const std::unique_ptr<OutputFile> file =
            open_target(numbered(options.path, epoch), options.force);
        const WeightsFile weights = weights_of(notebook, run, options, epoch);
        stop.check();
        file->commit(weights.text());
        rounded += weights.exact ? 0 : 1;
    }
    std::cout << fmt::format("wrote {} files, {} to {}: {} of them are of rounded weights, each "
                             "says so itself\n",
                             epochs.size(), shown_line(numbered(options.path, epochs.front())),
                             shown_line(numbered(options.path, epochs.back())), rounded);
}

/// "lens.pt" has "lens.config.json" beside it.
std::string config_beside(const std::string& weights) {
    return std::filesystem::path(weights).replace_extension(".config.json").string();
}

NotebookError nothing_recorded(const Notebook& notebook) {
    return {NotebookProblem::kUnusable,
            "no run is recorded yet in \"" +
                (notebook.file() == kInMemory ? default_notebook() : notebook.file()) +
                "\"; `grokscope train` and the window record them"};
}

/// The newest run that can be read; says which that is when a later one cannot.
StoredRunId find_last(Notebook& notebook) {
    const std::optional<RunSummary> run = notebook.last_run();
    const std::vector<std::int64_t> unreadable = notebook.left_out().runs();
    if (!run && unreadable.empty()) {
        throw nothing_recorded(notebook);
    }
    if (!run) {
        throw no_readable_run(notebook);
    }
    if (!unreadable.empty()) {
        complain(fmt::format("`last` is run {}, the last one that can be read", number(run->id)));
    }
    return run->id;
}

} // namespace

void tell_left_out(const Notebook& notebook) {
    for (const std::string& sentence : notebook.left_out().sentences()) {
        complain(sentence);
    }
}

std::string notebook_file(const std::string& option) {
    std::string file = option.empty() ? default_notebook() : option;
    if (file == kInMemory) { // what SQLite calls a database that ends with the program
        throw NotebookError(NotebookProblem::kUnusable,
                            "the notebook \"" + file +
                                "\" would be lost at the end; name a file (./:memory: for one of "
                                "that name), or `none` to record nothing");
    }
    if (file == kNoNotebook && option.empty() && !is_notebook_named()) {
        throw NotebookError(NotebookProblem::kUnusable, note_on_default_notebook());
    }
    return file;
}

namespace {

/// The file of a command that is nothing without one.
std::string needed_notebook(const std::string& option) {
    std::string file = notebook_file(option);
    if (file == kNoNotebook) {
        throw NotebookError(NotebookProblem::kUnusable,
                            "`none` stands for no notebook, and this needs one; name a file "
                            "(./none for one of that name)");
    }
    return file;
}

} // namespace

std::string why_not_recorded(const std::string& option, const std::string& problem,
                             MayBeNone may_be_none) {
    if (!option.empty() || is_notebook_named()) { // by who knows how
        return problem;
    }
    return problem + "; name another notebook with --notebook FILE" +
           (may_be_none == MayBeNone::kYes ? ", or record nothing with --notebook none" : "");
}

Notebook open_for_recording(const std::string& option) try {
    return {needed_notebook(option), kWrite};
} catch (const std::exception& error) {
    throw UsageError("grokscope: " +
                     shown_line(why_not_recorded(option, sentence_of(error), MayBeNone::kNo)));
}

namespace {

/// One that is there; an absent default notebook is an empty one.
Notebook open_existing(const std::string& option, Notebook::Access access, const StopSignal& stop) {
    const std::string file = needed_notebook(option);
    if (option.empty() && !is_notebook_named() && !is_notebook_begun(file)) {
        return {std::string(kInMemory), kWrite};
    }
    Notebook notebook(file, access);
    notebook.stop_when([&stop] { return stop.received().has_value(); });
    return notebook;
}

} // namespace

Notebook open_for_reading(const std::string& option, const StopSignal& stop) {
    return open_existing(option, kRead, stop);
}

Notebook open_for_editing(const std::string& option, const StopSignal& stop) {
    return open_existing(option, Notebook::Access::kExisting, stop);
}

ExitCode exit_code_of(const NotebookError& error) {
    switch (error.problem()) {
    case NotebookProblem::kReadOnly:
    case NotebookProblem::kCannotOpen:
    case NotebookProblem::kForeign:
    case NotebookProblem::kNewer:
    case NotebookProblem::kExists:
    case NotebookProblem::kUnusable:
        return ExitCode::kBadUsage;
    case NotebookProblem::kFull:
    case NotebookProblem::kLocked:
    case NotebookProblem::kCorrupt:
    case NotebookProblem::kDisk:
    case NotebookProblem::kStopped:
        break;
    }
    return ExitCode::kRunFailed;
}

std::unique_ptr<OutputFile> open_target(const std::string& path, bool force) {
    try {
        return std::make_unique<OutputFile>(path, overwrite_if(force));
    } catch (const std::exception& error) {
        throw UsageError("grokscope: " + shown_line(sentence_of(error)));
    }
}

WriterOptions writer_options(const std::string& file, int threads) {
    const HostFacts facts = host_facts(threads);
    WriterOptions options;
    options.file = file;
    options.provenance.program_version = facts.program_version;
    options.provenance.host = machine_name(facts);
    options.provenance.threads = threads;
    options.provenance.machine = facts;
    options.owner = new_owner();
    return options;
}

StoredRunId find_run(Notebook& notebook, const std::string& name) {
    if (name == "last") {
        return find_last(notebook);
    }
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), value);
    if (error != std::errc() || end != name.data() + name.size()) {
        throw NotebookError(NotebookProblem::kUnusable,
                            "a run is named by its number or `last`, got \"" + name + "\"");
    }
    if (notebook.file() == kInMemory) { // in place of a default one that is not there
        throw nothing_recorded(notebook);
    }
    return notebook.run(static_cast<StoredRunId>(value)).id;
}

std::vector<StoredRunId> find_viewed(Notebook& notebook, const std::string& name) {
    if (name != "all") {
        return {find_run(notebook, name)};
    }
    std::vector<StoredRunId> found;
    for (const RunSummary& run : notebook.runs()) {
        found.push_back(run.id);
    }
    if (found.empty() && !notebook.left_out().empty()) {
        throw no_readable_run(notebook);
    }
    if (found.empty() || found.size() > kMostViewed) {
        throw NotebookError(NotebookProblem::kUnusable,
                            fmt::format("`view all` shows 1 to {} runs, the notebook \"{}\" holds "
                                        "{}; name one by its number",
                                        kMostViewed, notebook.file(), found.size()));
    }
    return found;
}

namespace {

/// As the notebook has it of the run, or of the whole training that this goes on with.
LastingGrok lasting_grok_of(Notebook& notebook, const RunSummary& run,
                            const std::map<StoredRunId, LastingGrok>& groks) {
    const std::optional<RunOrigin> origin = origin_of(notebook, run);
    if (!origin || !origin->apart) {
        const auto found = groks.find(run.id);
        return found == groks.end() ? LastingGrok() : found->second;
    }
    LastingGrok grok;
    for (const MetricSample& sample : whole_metrics(notebook, run)) {
        grok.observe(sample);
    }
    return grok;
}

} // namespace

int run_list(const ListOptions& options, const StopSignal& stop) {
    Notebook notebook = open_for_reading(options.notebook, stop);
    if (options.json) {
        std::cout << list_json(notebook, notebook_file(options.notebook));
        tell_left_out(notebook);
        return static_cast<int>(ExitCode::kSuccess);
    }
    const std::vector<RunSummary> runs = notebook.runs();
    const std::vector<std::int64_t> unreadable = notebook.left_out().runs();
    if (runs.empty() && !unreadable.empty()) {
        throw no_readable_run(notebook);
    }
    if (runs.empty()) {
        std::cout << "no runs in " << shown_line(notebook_file(options.notebook)) << '\n';
        return static_cast<int>(ExitCode::kSuccess);
    }
    constexpr const char* kLine =
        "{:>4}  {:<9} {:>9}  {:>9}  {:>9}  {:>4}  {:>8}  {:>9}  {:<20}  {}\n";
    std::cout << fmt::format(fmt::runtime(kLine), "run", "state", "epoch", "grokked", "lasting",
                             "lost", "collapse", "CPU s", "begun (UTC)", "configuration");
    const std::map<StoredRunId, LastingGrok> groks = notebook.lasting_groks();
    const std::map<StoredRunId, double> collapse = notebook.newest_readings(kSoftmaxCollapse);
    auto next = unreadable.begin();
    const auto list_unreadable = [&](std::int64_t before) {
        for (; next != unreadable.end() && *next < before; ++next) {
            std::cout << fmt::format("{:>4}  {:<9}\n", *next, "unreadable");
        }
    };
    for (const RunSummary& run : runs) {
        list_unreadable(number(run.id));
        std::string grokked = "-";
        for (const StoredMark& mark : whole_marks(notebook, run)) {
            if (mark.kind == MarkKind::kGrokked) {
                grokked = std::to_string(mark.epoch);
            }
        }
        const LastingGrok grok = lasting_grok_of(notebook, run, groks);
        const auto lasting = grok.stable_grok();
        const std::vector<std::string> tags = notebook.tags(run.id);
        std::cout << fmt::format(
            fmt::runtime(kLine), number(run.id), state_in_words(run), run.epoch, grokked,
            lasting ? std::to_string(*lasting) : "-",
            grok.grok_epoch() ? std::to_string(grok.times_lost()) : "-",
            collapse.contains(run.id) ? fmt::format("{:.1f} %", 100 * collapse.at(run.id)) : "-",
            std::isnan(run.cpu_seconds) ? "-" : fmt::format("{:.2f}", run.cpu_seconds),
            run.created_at,
            configuration_in_words(run) + relations_in_words(notebook, runs, run) +
                (tags.empty() ? std::string() : fmt::format(", tagged {}", fmt::join(tags, " "))));
    }
    list_unreadable(std::numeric_limits<std::int64_t>::max());
    tell_left_out(notebook);
    return static_cast<int>(ExitCode::kSuccess);
}

int run_show(const ShowOptions& options, const StopSignal& stop) {
    Notebook notebook = open_for_reading(options.notebook, stop);
    const StoredRunId run = find_run(notebook, options.run);
    std::cout << (options.json ? show_json(notebook, run) : describe_run(notebook, run));
    tell_left_out(notebook);
    return static_cast<int>(ExitCode::kSuccess);
}

int run_export(const ExportOptions& options, const StopSignal& stop) {
    Notebook notebook = open_for_reading(options.notebook, stop);
    const StoredRunId run = find_run(notebook, options.run);
    if (options.all_epochs) {
        export_all_epochs(notebook, run, options, stop);
        tell_left_out(notebook);
        return static_cast<int>(ExitCode::kSuccess);
    }
    bool told = false;
    std::string note;
    if (options.format == ExportFormat::kNotebook) {
        (void)open_target(options.path, false); // a notebook is never overwritten
        save_as_notebook(notebook, run, options.path);
    } else {
        const std::unique_ptr<OutputFile> file = open_target(options.path, options.force);
        std::unique_ptr<OutputFile> model; // its description, where a file can lie beside
        if (options.transformer_lens && !file->is_stream()) {
            model = open_target(config_beside(options.path), options.force);
        }
        const Content content = content_of(notebook, run, options);
        stop.check();
        file->commit(content.text);
        note = content.note;
        if (model) {
            model->commit(transformer_lens_config(notebook.run(run).config));
            std::cout << "wrote " << shown_line(model->target().string()) << '\n';
        }
        told = file->is_standard_output(); // by itself
    }
    if (!told) {
        std::cout << "wrote " << shown_line(options.path) << (note.empty() ? "" : ": " + note)
                  << '\n';
    }
    tell_left_out(notebook);
    return static_cast<int>(ExitCode::kSuccess);
}

int run_import(const ImportOptions& options, const StopSignal& stop) {
    Notebook source(options.file, kRead);
    source.stop_when([&stop] { return stop.received().has_value(); });
    Notebook target = open_for_recording(options.notebook);
    const Imported imported = import_runs(source, target);
    for (const std::string& sentence : imported.left_out) {
        complain(sentence);
    }
    for (const std::string& sentence : imported.incomplete) {
        complain(sentence);
    }
    std::cout << in_words(imported) << '\n';
    if (imported.stopped) {
        stop.check();
    }
    const bool whole = imported.left_out.empty() && imported.incomplete.empty();
    return static_cast<int>(whole ? ExitCode::kSuccess : ExitCode::kRunFailed);
}

} // namespace grokscope
