// What the commands on the notebook do.
#pragma once

#include "app/options/options.h"
#include "app/stop_signal.h"
#include "engine/protocol/file_jobs.h"
#include "engine/store/notebook.h"
#include "engine/store/notebook_writer.h"
#include "engine/store/output_file.h"

#include <memory>
#include <string>
#include <vector>

namespace grokscope {

/// The notebook named by an option: the default one when empty. Throws NotebookError for one that
/// would not be kept, and when there is no place for the default one.
[[nodiscard]] std::string notebook_file(const std::string& option);

// Who records refuses before anything is trained, wherever the notebook lies: open_for_recording()
// and, for one that is open already, why_not_recorded().

enum class MayBeNone : bool { kNo, kYes };
/// `problem`, and what to do instead where nobody has named the notebook.
[[nodiscard]] std::string why_not_recorded(const std::string& option, const std::string& problem,
                                           MayBeNone may_be_none);

/// That notebook, to be written; it is made when it is not there. Throws UsageError, with what to
/// do.
[[nodiscard]] Notebook open_for_recording(const std::string& option);

/// The same, open for reading; an absent default notebook is an empty one. Once `stop` has received
/// a signal, every use of it throws NotebookError kStopped. `stop` outlives it. Throws
/// NotebookError.
[[nodiscard]] Notebook open_for_reading(const std::string& option, const StopSignal& stop);

/// The same for writing, too; none is made.
[[nodiscard]] Notebook open_for_editing(const std::string& option, const StopSignal& stop);

/// What a command ends with that this has ended: wrong usage when the command line names what is
/// not there or is no notebook, failure when the disk, another program or the content is to blame.
[[nodiscard]] ExitCode exit_code_of(const NotebookError& error);

/// The file that an option names, to be written. Throws UsageError when it cannot be.
[[nodiscard]] std::unique_ptr<OutputFile> open_target(const std::string& path, bool force);

/// The run that a command line names: a number or `last`. Throws NotebookError.
[[nodiscard]] StoredRunId find_run(Notebook& notebook, const std::string& name);

/// Says on standard error what of the notebook could not be used, as far as it was read.
void tell_left_out(const Notebook& notebook);

/// The runs that `view` is to show: the one that find_run() finds, or every one for `all`, at most
/// kMostViewed. Throws NotebookError.
[[nodiscard]] std::vector<StoredRunId> find_viewed(Notebook& notebook, const std::string& name);

/// A writer for this program on this machine.
[[nodiscard]] WriterOptions writer_options(const std::string& file, int threads);

/// Each prints to standard output and returns an exit code. Throw NotebookError, UsageError and
/// std::runtime_error, one sentence each, and Stopped.
[[nodiscard]] int run_list(const ListOptions& options, const StopSignal& stop);
[[nodiscard]] int run_show(const ShowOptions& options, const StopSignal& stop);
[[nodiscard]] int run_export(const ExportOptions& options, const StopSignal& stop);
[[nodiscard]] int run_import(const ImportOptions& options, const StopSignal& stop);

} // namespace grokscope
