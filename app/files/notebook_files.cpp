#include "app/files/notebook_files.h"

#include "engine/store/notebook_file.h"
#include "engine/store/output_file.h"
#include "engine/store/process_owner.h"
#include "engine/store/run_owner.h"
#include "engine/store/workplaces.h"

#include <algorithm>
#include <exception>
#include <filesystem>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <system_error>
#include <utility>
#include <vector>

namespace grokscope {

namespace {

void append(std::vector<std::string>& all, const std::vector<std::string>& more) {
    all.insert(all.end(), more.begin(), more.end());
}

void leave_out(Imported& imported, StoredRunId run, const std::exception& why) {
    imported.left_out.push_back("run " + std::to_string(static_cast<std::int64_t>(run)) +
                                " is left out: " + why.what());
}

} // namespace

RunRecord record_of(Notebook& notebook, StoredRunId run) {
    const Notebook::OneMoment moment(notebook);
    const RunSummary summary = notebook.run(run);
    RunRecord record;
    record.config = summary.config;
    if (const Provenance& from = summary.provenance; !from.parent.empty()) {
        record.branch = BranchPoint{from.parent, from.parent_epoch, from.fork};
    }
    tell_workplaces(workplaces_of(notebook, run), record);
    record.state = summary.state;
    record.end_text = summary.state_text;
    record.epochs_trained = summary.epoch;
    record.samples = notebook.metrics(run);
    for (const StoredMark& mark : notebook.marks(run)) {
        record.marks.push_back({RunId{}, mark.kind, mark.epoch});
    }
    record.progress = notebook.measures(run);
    record.readings = notebook.readings(run);
    record.other_instruments = notebook.described_instruments();
    return record;
}

void tell_workplaces(const std::vector<WorkplaceSince>& workplaces, RunRecord& record) {
    if (!workplaces.empty()) {
        record.step_description = workplaces.front().workplace.step;
        record.went_on.assign(workplaces.begin() + 1, workplaces.end());
    }
}

HostFacts host_facts_of(const Provenance& provenance) {
    HostFacts facts = provenance.machine;
    facts.program_version = provenance.program_version;
    facts.threads = provenance.threads;
    if (facts.system.empty()) { // of an older version, which recorded all of it in one line
        facts.system = provenance.host;
    }
    return facts;
}

std::string machine_name(const HostFacts& facts) {
    return host_name() + ", " + facts.system + ", " + facts.processor + ", BLAS " + facts.blas;
}

Workplace workplace_of(const HostFacts& facts) {
    return {facts.program_version, {}, machine_name(facts)};
}

void save_as_notebook(Notebook& notebook, StoredRunId run, const std::string& path) {
    std::error_code ignored;
    if (std::filesystem::exists(path, ignored)) {
        throw std::runtime_error("\"" + path +
                                 "\" exists already; a notebook is never overwritten, name "
                                 "another file");
    }
    const CheckedRun checked = check_run(notebook, run);
    { const OutputFile writable(path, Overwrite::kNo); } // says in the usual words why it is not
    make_notebook_file(path, path, [&](const std::string& temporary) {
        Notebook target(temporary, Notebook::Access::kReadWrite);
        copy_run(notebook, checked, target);
    });
}

Imported import_runs(Notebook& source, Notebook& target) {
    // All is read before anything is written: what is damaged changes nothing, and the target is
    // locked for the moments of copying only.
    source.check_integrity();
    Imported imported;
    std::vector<std::pair<CheckedRun, std::optional<StoredRunId>>> wanted; // in place of another
    const std::vector<RunSummary> runs = source.runs();
    for (const std::int64_t unreadable : source.left_out().runs()) {
        append(imported.left_out, source.left_out().sentences(unreadable));
    }
    for (const RunSummary& run : runs) {
        const std::optional<StoredRunId> present = target.find(run.uuid);
        if (present) {
            const RunSummary known = target.run(*present);
            if (known.epoch >= run.epoch || is_held(known)) {
                imported.known.push_back(*present);
                continue;
            } // else the other notebook has come further with it
        }
        try {
            CheckedRun checked = check_run(source, run.id);
            const std::vector<std::string> missing =
                source.left_out().sentences(static_cast<std::int64_t>(run.id));
            if (present && !missing.empty()) {
                throw std::runtime_error("it would take the place of run " +
                                         std::to_string(static_cast<std::int64_t>(*present)) +
                                         ", but " + missing.front());
            }
            append(imported.incomplete, missing);
            wanted.emplace_back(std::move(checked), present);
        } catch (const NotebookError& error) {
            if (error.may_pass()) { // says nothing about the run
                throw;
            }
            leave_out(imported, run.id, error);
        } catch (const std::runtime_error& error) {
            leave_out(imported, run.id, error);
        }
    }
    if (wanted.empty() && imported.known.empty() && !imported.left_out.empty()) {
        throw NotebookError(NotebookProblem::kCorrupt, imported.left_out.front());
    }
    for (const auto& [run, present] : wanted) {
        try {
            if (!present) {
                imported.taken.push_back(copy_run(source, run, target));
            } else if (const auto taken = replace_run(source, run, target, *present)) {
                imported.taken.push_back(*taken);
            } else { // somebody has begun to train it
                imported.known.push_back(*present);
            }
        } catch (const NotebookError& error) {
            if (error.problem() != NotebookProblem::kStopped) {
                throw;
            }
            imported.stopped = true;
            break;
        }
    }
    return imported;
}

void add_notes(std::string& notice, const std::vector<std::string>& sentences) {
    constexpr std::size_t kMost = 3;
    const auto add = [&](const std::string& sentence) {
        notice += (notice.empty() ? "" : " ") + sentence;
    };
    for (std::size_t i = 0; i < std::min(sentences.size(), kMost); ++i) {
        add("Note: " + sentences[i] + ".");
    }
    if (sentences.size() > kMost) {
        add(std::to_string(sentences.size() - kMost) + " more could be said.");
    }
}

std::string in_words(const Imported& imported) {
    return std::to_string(imported.taken.size()) + (imported.taken.size() == 1 ? " run" : " runs") +
           " taken over, " + std::to_string(imported.known.size()) + " known already" +
           (imported.left_out.empty()
                ? ""
                : ", " + std::to_string(imported.left_out.size()) + " left out");
}

} // namespace grokscope
