#include "app/bench/child_process.h"

#include <stdexcept>

#ifdef __linux__
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

extern "C" char** environ; // POSIX has it, but no header declares it
#endif

namespace grokscope::bench {

#ifdef __linux__

namespace {

/// The present environment with some variables set.
std::vector<std::string>
environment_with(const std::vector<std::pair<std::string, std::string>>& added) {
    std::vector<std::string> entries;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string text = *entry;
        bool replaced = false;
        for (const auto& [name, value] : added) {
            replaced = replaced || text.starts_with(name + "=");
        }
        if (!replaced) {
            entries.push_back(text);
        }
    }
    for (const auto& [name, value] : added) {
        entries.push_back(name + "=" + value);
    }
    return entries;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
    std::vector<char*> pointers;
    for (std::string& text : texts) {
        pointers.push_back(text.data());
    }
    pointers.push_back(nullptr);
    return pointers;
}

} // namespace

ChildProcess::ChildProcess(std::vector<std::string> arguments,
                           const std::vector<std::pair<std::string, std::string>>& environment,
                           const std::string& output_file) {
    std::vector<std::string> entries = environment_with(environment);
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files, 1, output_file.c_str(), O_WRONLY | O_CREAT | O_TRUNC,
                                     0600);
    posix_spawn_file_actions_addopen(&files, 2, "/dev/null", O_WRONLY, 0);
    const int error = posix_spawnp(&id_, arguments.front().c_str(), &files, nullptr,
                                   pointers_to(arguments).data(), pointers_to(entries).data());
    posix_spawn_file_actions_destroy(&files);
    if (error != 0) {
        throw std::runtime_error("cannot start " + arguments.front() + ": " + std::strerror(error));
    }
}

ChildProcess::~ChildProcess() {
    if (!is_running()) {
        return;
    }
    kill(id_, SIGTERM);
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    while (is_running() && std::chrono::steady_clock::now() < limit) {
        std::this_thread::sleep_for(std::chrono::milliseconds(10)); // nothing tells of its end
    }
    if (is_running()) {
        kill(id_, SIGKILL);
        wait();
    }
}

bool ChildProcess::is_running() {
    int status = 0;
    if (!ended_ && waitpid(id_, &status, WNOHANG) == id_) {
        note_end(status);
    }
    return !ended_;
}

int ChildProcess::wait() {
    int status = 0;
    while (!ended_) {
        if (waitpid(id_, &status, 0) == id_) {
            note_end(status);
        } else if (errno != EINTR) {
            ended_ = true; // somebody else has waited for it
        }
    }
    return exit_code_;
}

void ChildProcess::note_end(int status) {
    ended_ = true;
    exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

double ChildProcess::cpu_seconds() const {
    std::ifstream file("/proc/" + std::to_string(id_) + "/stat");
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

std::string own_program() {
    return std::filesystem::read_symlink("/proc/self/exe").string();
}

#else

ChildProcess::ChildProcess(std::vector<std::string>,
                           const std::vector<std::pair<std::string, std::string>>&,
                           const std::string&) {
    throw std::runtime_error("programs are watched on Linux only");
}
ChildProcess::~ChildProcess() = default;
bool ChildProcess::is_running() {
    return false;
}
int ChildProcess::wait() {
    return exit_code_;
}
void ChildProcess::note_end(int) {
}
double ChildProcess::cpu_seconds() const {
    return 0;
}
std::string own_program() {
    throw std::runtime_error("programs are watched on Linux only");
}

#endif

} // namespace grokscope::bench
