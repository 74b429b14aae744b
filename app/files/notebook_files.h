// Files made from notebooks and notebooks taken over: what `export`, `import` and the window's file
// worker share.
// Threads: each call uses only what it is given.
#pragma once

#include "engine/protocol/file_jobs.h"
#include "engine/store/bytes.h"
#include "engine/store/notebook.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace grokscope {

/// Everything recorded of the run, in the form that exporters take.
[[nodiscard]] RunRecord record_of(Notebook& notebook, StoredRunId run);

/// Puts into the record where the run was computed: as the notebook lists it, or a StoredRun.
void tell_workplaces(const std::vector<WorkplaceSince>& workplaces, RunRecord& record);

/// The machine that trained the run, as the JSON export names it.
[[nodiscard]] HostFacts host_facts_of(const Provenance& provenance);

/// The machine as records name it: "lab7, Linux 6.1, a processor, BLAS OpenBLAS 0.3.21".
[[nodiscard]] std::string machine_name(const HostFacts& facts);

/// This program on this machine, without a step.
[[nodiscard]] Workplace workplace_of(const HostFacts& facts);

/// The run alone, as a notebook of its own, which must not exist yet.
void save_as_notebook(Notebook& notebook, StoredRunId run, const std::string& path);

/// What import_runs() did.
struct Imported {
    std::vector<StoredRunId> taken; ///< numbers in the target, in the source's order
    std::vector<StoredRunId> known; ///< as far or further in the target already
    /// Why runs of the source were left out: one sentence each.
    std::vector<std::string> left_out;
    /// What is missing of those taken over, since it could not be used.
    std::vector<std::string> incomplete;
    /// The source was told to stop before all of them were taken; each taken one is whole.
    bool stopped = false;
};
/// Takes over every run that `target` lacks or that has come further in `source`; one that cannot
/// be read is left out, and so is one that is incomplete and would take another's place. Throws
/// when the source is damaged as a whole or has no run that can be read; each run is taken over
/// whole or not at all.
Imported import_runs(Notebook& source, Notebook& target);
/// Adds the first few sentences to a notice of the window.
void add_notes(std::string& notice, const std::vector<std::string>& sentences);
/// "2 runs taken over, 1 known already", and ", 1 left out" where there is any.
[[nodiscard]] std::string in_words(const Imported& imported);

} // namespace grokscope
