#include "engine/store/process_owner.h"

#include "engine/store/notebook_impl.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <string_view>
#include <system_error>

#ifdef _WIN32
#include <process.h>
#include <windows.h>
#else
#include <cerrno>
#include <csignal>
#include <unistd.h>
#endif

namespace grokscope {

namespace {

constexpr std::int64_t kForeignSilence = 60; // seconds

std::int64_t own_process() {
#ifdef _WIN32
    return _getpid();
#else
    return getpid();
#endif
}

bool process_lives(std::int64_t process) {
#ifdef _WIN32
    const HANDLE handle =
        OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, static_cast<DWORD>(process));
    if (handle == nullptr) {
        return false;
    }
    DWORD code = 0;
    const bool lives = GetExitCodeProcess(handle, &code) != 0 && code == STILL_ACTIVE;
    CloseHandle(handle);
    return lives;
#else
    return kill(static_cast<pid_t>(process), 0) == 0 || errno == EPERM;
#endif
}

} // namespace

std::string host_name() {
#ifdef _WIN32
    const char* name = std::getenv("COMPUTERNAME");
    std::string host = name == nullptr ? "" : name;
#else
    std::array<char, 256> name{};
    std::string host = gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
#endif
    std::ranges::replace(host, '/', '_');
    return host.empty() ? "unknown" : host;
}

namespace {

/// What the names of all its owners begin with.
std::string place_of_this_process() {
    return host_name() + "/" + std::to_string(own_process()) + "/";
}

} // namespace

std::string new_owner() {
    return place_of_this_process() + random_hex(8);
}

bool is_this_process(const std::string& owner) {
    return owner.starts_with(place_of_this_process());
}

bool may_be_alive(const std::string& owner, std::int64_t heartbeat, std::int64_t now) {
    const std::size_t first = owner.find('/');
    if (first == std::string::npos) {
        return false;
    }
    std::int64_t process = 0;
    const char* begin = owner.data() + first + 1;
    if (std::from_chars(begin, owner.data() + owner.size(), process).ec != std::errc() ||
        process <= 0 || process > (std::int64_t{1} << 31)) {
        return false;
    }
    if (std::string_view(owner).substr(0, first) != host_name()) {
        return std::abs(now - heartbeat) < kForeignSilence;
    }
    return process_lives(process);
}

} // namespace grokscope
