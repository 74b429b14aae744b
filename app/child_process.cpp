#include "app/child_process.h"

#include "engine/store/no_broken_pipe_signal.h"
#include "engine/store/temporary_folder.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string_view>
#include <system_error>

extern char** environ; // POSIX has it, but no header declares it

namespace grokscope {

namespace {

[[noreturn]] void refuse(const std::string& program, int code) {
    throw std::runtime_error("cannot start " + program + ": " +
                             std::generic_category().message(code));
}

/// A file without a name, closed in children; -1 when there can be none.
int unnamed_file() {
    std::string path = (temporary_folder() / "grokscope-XXXXXX").string();
    const int file = mkostemp(path.data(), O_CLOEXEC);
    if (file >= 0) {
        unlink(path.c_str());
    }
    return file;
}

/// Our environment with some variables set.
std::vector<std::string>
environment_with(const std::vector<std::pair<std::string, std::string>>& added) {
    std::vector<std::string> entries;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string_view text = *entry;
        const bool replaced = std::ranges::any_of(
            added, [text](const auto& variable) { return text.starts_with(variable.first + "="); });
        if (!replaced) {
            entries.emplace_back(text);
        }
    }
    for (const auto& [name, value] : added) {
        entries.push_back(name + "=" + value);
    }
    return entries;
}

std::vector<char*> pointers_to(const std::vector<std::string>& texts) {
    std::vector<char*> pointers;
    for (const std::string& text : texts) {
        pointers.push_back(const_cast<char*>(text.c_str())); // only read, by the standard
    }
    pointers.push_back(nullptr);
    return pointers;
}

constexpr std::chrono::milliseconds kForEver{-1};

} // namespace

bool program_exists(const std::string& name) {
    const char* path = std::getenv("PATH");
    std::string_view rest = path == nullptr ? "/usr/bin:/bin" : path;
    while (true) {
        const std::size_t colon = rest.find(':');
        const std::filesystem::path candidate = std::filesystem::path(rest.substr(0, colon)) / name;
        std::error_code ignored;
        if (std::filesystem::is_regular_file(candidate, ignored) &&
            access(candidate.c_str(), X_OK) == 0) {
            return true;
        }
        if (colon == std::string_view::npos) {
            return false;
        }
        rest.remove_prefix(colon + 1);
    }
}

ChildProcess::ChildProcess(const std::vector<std::string>& arguments, const Options& options) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) {
        refuse(arguments.front(), errno);
    }
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, ends[0], STDIN_FILENO);
    if (!options.output_file.empty()) {
        posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, options.output_file.c_str(),
                                         O_WRONLY | O_CREAT | O_TRUNC, 0600);
        posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    } else if ((output_ = unnamed_file()) >= 0) {
        posix_spawn_file_actions_adddup2(&files, output_, STDOUT_FILENO);
        posix_spawn_file_actions_adddup2(&files, output_, STDERR_FILENO);
    }
    const std::vector<std::string> environment = environment_with(options.environment);
    pid_t process = -1;
    const int code = posix_spawnp(&process, arguments.front().c_str(), &files, nullptr,
                                  pointers_to(arguments).data(), pointers_to(environment).data());
    posix_spawn_file_actions_destroy(&files);
    close(ends[0]);
    if (code != 0) {
        close(ends[1]);
        if (output_ >= 0) {
            close(output_);
        }
        refuse(arguments.front(), code);
    }
    process_ = process;
    input_ = ends[1];
    patience_ = options.patience;
}

ChildProcess::~ChildProcess() {
    if (patience_.count() > 0 && is_running()) {
        kill(process_, SIGTERM);
        (void)has_ended_within(patience_);
    }
    if (is_running()) {
        kill(process_, SIGKILL);
    }
    (void)finish();
    if (output_ >= 0) {
        close(output_);
    }
}

bool ChildProcess::write(std::span<const std::uint8_t> bytes) {
    const NoBrokenPipeSignal quiet;
    while (!bytes.empty()) {
        const ssize_t taken = ::write(input_, bytes.data(), bytes.size());
        if (taken < 0 && errno == EINTR) {
            continue;
        }
        if (taken < 0) {
            return false;
        }
        bytes = bytes.subspan(static_cast<std::size_t>(taken));
    }
    return true;
}

int ChildProcess::finish() {
    if (input_ >= 0) {
        close(input_);
        input_ = -1;
    }
    (void)has_ended_within(kForEver);
    return exit_code_;
}

bool ChildProcess::has_ended_within(std::chrono::milliseconds limit) {
    if (process_ < 0) {
        return true;
    }
    if (limit.count() > 0 && limit != kForEver) {
        // Readable once the process has ended.
        const int ended = static_cast<int>(syscall(SYS_pidfd_open, process_, 0));
        pollfd wait{.fd = ended, .events = POLLIN, .revents = 0};
        (void)poll(&wait, 1, static_cast<int>(limit.count())); // interrupted: as good as too late
        if (ended >= 0) {
            close(ended);
        }
    }
    int status = 0;
    pid_t ended = -1;
    do {
        ended = waitpid(process_, &status, limit == kForEver ? 0 : WNOHANG);
    } while (ended < 0 && errno == EINTR);
    if (ended == 0) {
        return false;
    }
    process_ = -1;
    // Negative: somebody else has waited for it.
    exit_code_ = ended < 0             ? 127
                 : WIFSIGNALED(status) ? 128 + WTERMSIG(status)
                                       : WEXITSTATUS(status);
    return true;
}

double ChildProcess::cpu_seconds() const {
    std::ifstream file("/proc/" + std::to_string(process_) + "/stat");
    std::string text;
    std::getline(file, text);
    // The name, in parentheses, may hold anything; 11 fields after it come utime and stime.
    const std::size_t after_name = text.rfind(')');
    if (after_name == std::string::npos) {
        return 0;
    }
    std::istringstream fields(text.substr(after_name + 1));
    std::string skipped;
    for (int i = 0; i < 11; ++i) {
        fields >> skipped;
    }
    double user = 0;
    double system = 0;
    fields >> user >> system;
    return (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

std::string ChildProcess::last_lines(std::size_t count) {
    if (output_ < 0) {
        return {};
    }
    constexpr off_t kEnough = 4096;
    const off_t size = lseek(output_, 0, SEEK_END);
    const off_t from = size > kEnough ? size - kEnough : 0;
    std::string text(static_cast<std::size_t>(size - from), '\0');
    const ssize_t read = pread(output_, text.data(), text.size(), from);
    text.resize(read > 0 ? static_cast<std::size_t>(read) : 0);
    while (!text.empty() && text.back() == '\n') {
        text.pop_back();
    }
    std::size_t start = text.size();
    for (std::size_t line = 0; line < count && start != std::string::npos && start > 0; ++line) {
        start = text.rfind('\n', start - 1);
    }
    return start == std::string::npos || start >= text.size() ? text : text.substr(start + 1);
}

} // namespace grokscope
