// What the commands on the notebook do.
#pragma once

#include "app/options.h"
#include "engine/store/notebook.h"
#include "engine/store/notebook_writer.h"

#include <string>
#include <vector>

namespace grokscope {

/// The notebook named by an option: the default one when empty.
[[nodiscard]] std::string notebook_file(const std::string& option);

/// The same, open for reading; an absent default notebook is an empty one. Throws NotebookError.
[[nodiscard]] Notebook open_for_reading(const std::string& option);

/// The run that a command line names: a number or `last`. Throws NotebookError.
[[nodiscard]] StoredRunId find_run(Notebook& notebook, const std::string& name);

/// Says on standard error what of the notebook could not be used, as far as it was read.
void tell_left_out(const Notebook& notebook);

/// The runs that `view` is to show: the one that find_run() finds, or every one for `all`, at most
/// kMostViewed. Throws NotebookError.
[[nodiscard]] std::vector<StoredRunId> find_viewed(Notebook& notebook, const std::string& name);
/// A window with more would need several gigabytes.
inline constexpr std::size_t kMostViewed = 64;

/// A writer for this program on this machine.
[[nodiscard]] WriterOptions writer_options(const std::string& file, int threads);

/// Each prints to standard output and returns an exit code. Throw NotebookError and
/// std::runtime_error, one sentence each.
[[nodiscard]] int run_list(const ListOptions& options);
[[nodiscard]] int run_show(const ShowOptions& options);
[[nodiscard]] int run_export(const ExportOptions& options);
[[nodiscard]] int run_import(const ImportOptions& options);

} // namespace grokscope
