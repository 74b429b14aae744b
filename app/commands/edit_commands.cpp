#include "app/commands/edit_commands.h"

#include "app/commands/headless_run.h"
#include "app/commands/notebook_commands.h"
#include "app/commands/run_description.h"
#include "app/terminal.h"
#include "engine/protocol/shown_text.h"
#include "engine/store/run_owner.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdint>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#ifdef __unix__
#include <poll.h>
#include <unistd.h>
#endif

namespace grokscope {

namespace {

NotebookError unusable(const std::string& why) {
    return {NotebookProblem::kUnusable, why};
}

/// A line of standard input without its end; nothing when there is none. A signal ends the waiting.
std::optional<std::string> read_line(const StopSignal& stop) {
#ifdef __unix__
    pollfd input{STDIN_FILENO, POLLIN, 0};
    while (poll(&input, 1, static_cast<int>(kSignalInterval.count())) <= 0) {
        stop.check();
    }
#endif
    std::string line;
    return std::getline(std::cin, line) ? std::optional(line) : std::nullopt;
}

bool agrees(const std::string& question, const StopSignal& stop) {
    std::cerr << question << " [y/N] " << std::flush;
    const std::optional<std::string> answer = read_line(stop);
    if (!answer) {
        std::cerr << '\n';
        throw unusable("nobody answers, so nothing is deleted; --yes deletes without a question");
    }
    return *answer == "y" || *answer == "Y" || *answer == "yes";
}

} // namespace

int run_rename(const RenameOptions& options, const StopSignal& stop) {
    Notebook notebook = open_for_editing(options.notebook, stop);
    const StoredRunId run = find_run(notebook, options.run);
    notebook.set_name(run, options.name);
    std::cout << fmt::format("run {} {}\n", number(run),
                             options.name.empty() ? std::string("has no name now")
                                                  : "is named \"" + options.name + "\"");
    return static_cast<int>(ExitCode::kSuccess);
}

int run_tag(const TagOptions& options, const StopSignal& stop) {
    const bool reads = options.tags.empty() && options.removed.empty();
    Notebook notebook =
        reads ? open_for_reading(options.notebook, stop) : open_for_editing(options.notebook, stop);
    const StoredRunId run = find_run(notebook, options.run);
    if (!reads) {
        notebook.all_or_nothing([&] {
            for (const std::string& tag : options.removed) {
                if (!notebook.remove_tag(run, tag)) {
                    throw unusable(
                        fmt::format("run {} has no tag \"{}\" to remove; its tags are: {}",
                                    number(run), tag, fmt::join(notebook.tags(run), ", ")));
                }
            }
            for (const std::string& tag : options.tags) {
                (void)notebook.add_tag(run, tag); // one that is there stays
            }
        });
    }
    const std::vector<std::string> tags = notebook.tags(run);
    std::cout << (tags.empty()
                      ? fmt::format("run {} has no tags\n", number(run))
                      : fmt::format("run {} is tagged {}\n", number(run), fmt::join(tags, ", ")));
    return static_cast<int>(ExitCode::kSuccess);
}

int run_delete(const DeleteOptions& options, const StopSignal& stop) {
    Notebook notebook = open_for_editing(options.notebook, stop);
    const StoredRunId run = find_run(notebook, options.run);
    const auto refuse_held = [&] {
        if (const RunSummary summary = notebook.run(run); is_held(summary)) {
            throw unusable(
                fmt::format("run {} is not deleted: {}", number(run), held_in_words(summary)));
        }
    };
    refuse_held();
    const RunSummary summary = notebook.run(run);
    const std::string named =
        fmt::format("run {} ({}), {} at epoch {}", number(run), configuration_in_words(summary),
                    state_in_words(summary), summary.epoch);
    if (!options.without_question &&
        !agrees("Delete " + named + ", with all its records, for good?", stop)) {
        complain(fmt::format("run {} is kept", number(run)));
        return static_cast<int>(ExitCode::kRunFailed);
    }
    notebook.all_or_nothing([&] {
        refuse_held(); // somebody may have taken it while we asked
        notebook.remove_run(run);
    });
    std::cout << "deleted " << named << '\n';
    return static_cast<int>(ExitCode::kSuccess);
}

} // namespace grokscope
