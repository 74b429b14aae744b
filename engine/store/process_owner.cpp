#include "engine/store/process_owner.h"

#include "engine/protocol/shown_text.h"
#include "engine/store/notebook_impl.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#ifdef _WIN32
#include <process.h>
#include <windows.h>
#else
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <unistd.h>
#endif

namespace grokscope {

namespace {

constexpr std::int64_t kSilence =
    60; // seconds after which an owner that shows nothing else is dead
constexpr std::string_view kLocked = "locked";
constexpr std::string_view kTaken = "taken";
constexpr std::size_t kNonceDigits = 8; // as many as one lock file has room for

template <typename Number>
std::optional<Number> number_in(std::string_view text, int base = 10) {
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(value)
                                                                    : std::nullopt;
}

#ifdef _WIN32

std::int64_t own_process() {
    return _getpid();
}

std::optional<ProcessStart> find_process(std::int64_t process) {
    const HANDLE handle =
        OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, static_cast<DWORD>(process));
    if (handle == nullptr) {
        return std::nullopt;
    }
    DWORD code = 0;
    const bool lives = GetExitCodeProcess(handle, &code) != 0 && code == STILL_ACTIVE;
    CloseHandle(handle);
    return lives ? std::optional(ProcessStart()) : std::nullopt;
}

std::string boot_id() {
    return {};
}

std::string process_namespace() {
    return {};
}

#else

std::int64_t own_process() {
    return getpid();
}

std::string first_line(const std::string& file) {
    std::string line;
    std::getline(std::ifstream(file), line);
    return line;
}

/// Seconds since 1970; 0 when the system does not say.
std::int64_t start_of_system() {
    std::ifstream lines("/proc/stat");
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("btime ")) {
            return number_in<std::int64_t>(std::string_view(line).substr(6)).value_or(0);
        }
    }
    return 0;
}

/// The system's line on a process; empty when it does not say.
std::string status_line(std::int64_t process) {
    if (process == own_process()) {
        return first_line("/proc/self/stat");
    }
    // In a new namespace the old /proc may be there still, with the old one's numbers.
    std::error_code unknown;
    const std::string own = std::filesystem::read_symlink("/proc/self", unknown).string();
    return own == std::to_string(own_process())
               ? first_line("/proc/" + std::to_string(process) + "/stat")
               : std::string();
}

/// See proc(5), /proc/PID/stat.
std::optional<ProcessStart> find_process(std::int64_t process) {
    constexpr std::size_t kState = 0; // counted after the name, the second field
    constexpr std::size_t kStart = 19;
    const std::string line = status_line(process);
    const std::size_t name_end = line.rfind(')'); // the name may hold anything
    if (name_end == std::string::npos) {          // hidden from us, or no such process
        return kill(static_cast<pid_t>(process), 0) == 0 || errno == EPERM
                   ? std::optional(ProcessStart())
                   : std::nullopt;
    }
    std::istringstream rest(line.substr(name_end + 1));
    std::vector<std::string> fields;
    for (std::string field; rest >> field;) {
        fields.push_back(field);
    }
    if (fields.size() <= kStart) {
        return ProcessStart();
    }
    if (fields[kState] == "Z" || fields[kState] == "X") { // dead, and not yet buried
        return std::nullopt;
    }
    const std::int64_t ticks = number_in<std::int64_t>(fields[kStart]).value_or(0);
    const std::int64_t booted = start_of_system();
    return ProcessStart{ticks, booted == 0 ? 0 : booted + ticks / sysconf(_SC_CLK_TCK)};
}

std::string boot_id() {
    return first_line("/proc/sys/kernel/random/boot_id");
}

/// "4026531836" of "pid:[4026531836]".
std::string process_namespace() {
    std::error_code unknown;
    std::string name = std::filesystem::read_symlink("/proc/self/ns/pid", unknown).string();
    std::erase_if(name, [](char c) { return c < '0' || c > '9'; });
    return name;
}

#endif

constexpr std::size_t kFields = 6; // of a name, before its marks

/// How much of an owner is its name.
std::size_t name_size(std::string_view owner) {
    std::size_t end = 0;
    for (std::size_t field = 0; field < kFields && end != std::string_view::npos; ++field) {
        end = owner.find('/', end + (field == 0 ? 0 : 1));
    }
    return std::min(end, owner.size());
}

bool has_mark(std::string_view owner, std::string_view mark) {
    owner.remove_prefix(name_size(owner));
    const std::size_t at = owner.find("/" + std::string(mark));
    return at != std::string_view::npos &&
           (at + 1 + mark.size() == owner.size() || owner[at + 1 + mark.size()] == '/');
}

/// A name taken apart. Old ones end after the nonce.
struct Owner {
    std::string_view host;
    std::int64_t process = 0;
    std::string_view nonce;
    std::string_view boot;
    std::string_view namespace_id;
    std::int64_t start = 0; ///< ticks
    bool locked = false;
};

/// `text` outlives the answer.
std::optional<Owner> taken_apart(std::string_view text) {
    Owner owner;
    owner.locked = has_mark(text, kLocked);
    std::array<std::string_view, kFields> fields;
    std::size_t count = 0;
    for (; count < kFields && !text.empty(); ++count) {
        const std::size_t end = std::min(text.find('/'), text.size());
        fields.at(count) = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    const auto process = number_in<std::int64_t>(fields[1]);
    if (count < 3 || !process || *process <= 0 || *process > (std::int64_t{1} << 31)) {
        return std::nullopt;
    }
    owner.host = fields[0];
    owner.process = *process;
    owner.nonce = fields[2];
    owner.boot = fields[3];
    owner.namespace_id = fields[4];
    owner.start = number_in<std::int64_t>(fields[5]).value_or(0);
    return owner;
}

/// Whether a process number of the owner's means the same here.
bool is_in_sight(const Owner& owner, const SystemView& system) {
    return owner.boot == system.boot && owner.namespace_id == system.namespace_id &&
           (!owner.boot.empty() || owner.host == system.host); // a name may change, a boot not
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

SystemView present_system() {
    return {.host = host_name(),
            .boot = boot_id(),
            .namespace_id = process_namespace(),
            .process = own_process(),
            .find = find_process};
}

std::string new_owner(const SystemView& system) {
    const ProcessStart start = system.find(system.process).value_or(ProcessStart());
    return system.host + "/" + std::to_string(system.process) + "/" + random_hex(kNonceDigits) +
           "/" + system.boot + "/" + system.namespace_id + "/" + std::to_string(start.ticks);
}

std::optional<std::int64_t> lock_byte_of(const std::string& owner) {
    const auto parts = taken_apart(owner);
    return parts && parts->nonce.size() <= kNonceDigits ? number_in<std::int64_t>(parts->nonce, 16)
                                                        : std::nullopt;
}

std::string entered(const std::string& owner, OwnerMarks marks) {
    std::string text = owner;
    for (const auto& [wanted, mark] : {std::pair(marks.locked, kLocked), {marks.taken, kTaken}}) {
        text += wanted ? "/" + std::string(mark) : std::string();
    }
    return text;
}

OwnerMarks marks_of(const std::string& owner) {
    return {.locked = has_mark(owner, kLocked), .taken = has_mark(owner, kTaken)};
}

bool is_same_owner(const std::string& one, const std::string& other) {
    return !one.empty() && std::string_view(one).substr(0, name_size(one)) ==
                               std::string_view(other).substr(0, name_size(other));
}

bool is_this_process(const std::string& owner, const SystemView& system) {
    const auto parts = taken_apart(owner);
    if (!parts || parts->process != system.process || !is_in_sight(*parts, system)) {
        return false;
    }
    const ProcessStart own = system.find(system.process).value_or(ProcessStart());
    return parts->start == own.ticks;
}

bool may_be_alive(const std::string& owner, std::int64_t heartbeat, std::int64_t now,
                  LockState lock, const SystemView& system) {
    const auto parts = taken_apart(owner);
    if (!parts) {
        return false;
    }
    if (parts->locked && lock == LockState::kHeld) {
        return true;
    }
    const bool is_free = parts->locked && lock == LockState::kFree;
    const bool shows_life = heartbeat > now - kSilence && heartbeat < now + kSilence;
    if (parts->boot.empty()) { // an older program's, or one of a system that does not say
        const auto found = parts->host == system.host ? system.find(parts->process) : std::nullopt;
        // One that began after the last sign of life has only got the number of the owner.
        return shows_life || (found && found->seconds <= heartbeat + 1);
    }
    if (is_in_sight(*parts, system)) {
        const auto found = system.find(parts->process);
        const bool unknown = found && (found->ticks == 0 || parts->start == 0);
        return found && (unknown ? !is_free : found->ticks == parts->start);
    }
    return shows_life && !is_free;
}

std::string owner_in_words(const std::string& owner) {
    const auto parts = taken_apart(owner);
    if (!parts) {
        return "another process";
    }
    return "process " + std::to_string(parts->process) + " on " +
           shown_line(parts->host.substr(0, 64)); // a stranger's text
}

} // namespace grokscope
