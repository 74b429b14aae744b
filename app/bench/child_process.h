// Another program, started and watched: for what can only be measured from outside.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace grokscope::bench {

/// A running program. Linux only; elsewhere starting one throws.
class ChildProcess {
public:
    /// Starts `arguments`, the first of them found on the PATH, with these variables added to the
    /// environment. Its output goes to the file, or nowhere. Throws std::runtime_error when it
    /// cannot be started.
    ChildProcess(std::vector<std::string> arguments,
                 const std::vector<std::pair<std::string, std::string>>& environment = {},
                 const std::string& output_file = "/dev/null");
    /// Asks it to end and waits; after five seconds it is killed.
    ~ChildProcess();
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    [[nodiscard]] bool is_running();
    /// Blocks until it has ended. Its exit code, or -1 when a signal ended it.
    int wait();
    /// Processor time that all its threads have used so far, seconds; while it runs.
    [[nodiscard]] double cpu_seconds() const;

private:
    void note_end(int status);

    int id_ = -1;
    bool ended_ = false;
    int exit_code_ = -1;
};

/// The file of this program.
[[nodiscard]] std::string own_program();

} // namespace grokscope::bench
